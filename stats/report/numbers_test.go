package report

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNumbersStay: whatever becomes of the words in reports, their numbers stay, in
// their order and with their units, and so do the names that programs go by.
//
// testdata/numbers.txt has those of each golden file from before the words were
// rewritten. A report that is to say something else changes it, knowingly (-update).
func TestNumbersStay(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "numbers.txt"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var now strings.Builder
	for line := range strings.Lines(string(b)) {
		name, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		golden, err := os.ReadFile(filepath.Join("testdata", name+".golden"))
		if err != nil {
			t.Error(err)
			continue
		}
		n++
		got := strings.Join(numbersIn(name, string(golden)), " ")
		fmt.Fprintf(&now, "%s\t%s\n", name, got)
		if got == want || *update {
			continue
		}
		g, w := strings.Fields(got), strings.Fields(want)
		at := 0
		for at < min(len(g), len(w)) && g[at] == w[at] {
			at++
		}
		t.Errorf("%s: from number %d on %q, want %q", name, at, g[at:min(at+6, len(g))], w[at:min(at+6, len(w))])
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "numbers.txt"), []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if n < 100 {
		t.Errorf("only %d files", n)
	}
}

var (
	// aNumber is a number with its sign and its unit.
	aNumber = regexp.MustCompile(`(?:^|[^\w.])([-+±<>~÷x]*\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?: ?(?:%|pp|ns|µs|ms|s|B/s|[KMGT]iB/s|B|[KMGT]iB|/s)(?:$|[^\w/%]))?)`)
	colors  = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	// explaining is where a text explains itself: there numbers are words.
	explaining = regexp.MustCompile(`(?ms)^reading the numbers\n.*?(?:\n\n|\z)|^- \*\*[^*]*\*\* [^\n]*|^<sub>.*?</sub>`)
	named      = regexp.MustCompile(`"[a-z_]+":|(?:classname|name)="[^"]*"`)
)

// numbersIn returns the numbers of a report that a person reads, and of one for
// programs the names.
func numbersIn(name, text string) (out []string) {
	switch {
	case strings.Contains(name, "json"), strings.Contains(name, "junit"):
		return strings.Fields(strings.Join(named.FindAllString(text, -1), "\n"))
	case strings.Contains(name, "csv"):
		head, _, _ := strings.Cut(text, "\n")
		return strings.Split(head, ",")
	}
	text = colors.ReplaceAllString(text, "")
	text = strings.ReplaceAll(html.UnescapeString(text), "\u00a0", " ")
	text = strings.ReplaceAll(explaining.ReplaceAllString(text, ""), "\n", " ; ")
	for _, m := range aNumber.FindAllStringSubmatch(text, -1) {
		if n := strings.TrimRight(m[1], " ;|),.?\""); n != "" {
			out = append(out, strings.ReplaceAll(n, " ", ""))
		}
	}
	return out
}

// TestNumbersAreKept writes what is to stay, from a folder named by FTPMARK_BEFORE
// that has the golden files of before. Those of hostile servers have numbers in
// what these say: how much of that is shown is no figure of ours.
func TestNumbersAreKept(t *testing.T) {
	before := os.Getenv("FTPMARK_BEFORE")
	if before == "" {
		return
	}
	names, err := filepath.Glob(filepath.Join(before, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		name := strings.TrimSuffix(filepath.Base(n), ".golden")
		if strings.Contains(name, "hostile") {
			continue
		}
		text, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(name + "\t" + strings.Join(numbersIn(name, string(text)), " ") + "\n")
	}
	if err := os.WriteFile(filepath.Join("testdata", "numbers.txt"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
