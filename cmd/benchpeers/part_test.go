//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"strings"
	"testing"
)

// kind is a kind of work: a [work], or something that is measured in another way.
type kind interface {
	// label is what BENCH_ONLY looks at.
	label() string
	// run measures it. What fails is said in the part, and ends nothing.
	run(t *testing.T, c conditions) part
}

// conditions are those under which all is measured.
type conditions struct {
	reps    int
	scale   float64 // of the pieces of work: 1, or less to try something
	content string  // a file of 1 GiB, in memory
}

// part is what a kind of work came to.
type part struct {
	header string // a Markdown table's; parts with the same one share a table
	rows   []string
	judged []judgement
	noise  string // how far ftpmark is from itself, where that was measured
}

// judgement is a row of the table of floors.
type judgement struct {
	work, ours, theirs string
	what               string
	ratio, floor       string
	verdict            string // ok, below, or why there is no ratio
	met                bool
}

// table returns the rows of parts under their headers.
func table(parts []part) string {
	var order []string
	rows := map[string][]string{}
	for _, p := range parts {
		if rows[p.header] == nil {
			order = append(order, p.header)
		}
		rows[p.header] = append(rows[p.header], p.rows...)
	}
	var b strings.Builder
	for i, header := range order {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(header + "\n")
		for _, row := range rows[header] {
			b.WriteString(row + "\n")
		}
	}
	return b.String()
}

// floors returns the table of all floors, and how many are missed.
func floors(parts []part) (text string, missed int) {
	var b strings.Builder
	b.WriteString("| work | client | against | of | ratio | floor | |\n|---|---|---|---|--:|--:|---|\n")
	for _, p := range parts {
		for _, j := range p.judged {
			if !j.met {
				missed++
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", j.work, j.ours, j.theirs, j.what, j.ratio, j.floor, j.verdict)
		}
	}
	return b.String(), missed
}

// noise says how far the clients that do the same were from each other.
func noise(parts []part) string {
	var all []string
	for _, p := range parts {
		if p.noise != "" {
			all = append(all, p.noise)
		}
	}
	if all == nil {
		return ""
	}
	return "Noise, ftpmark to itself: " + strings.Join(all, "; ") + ".\n"
}
