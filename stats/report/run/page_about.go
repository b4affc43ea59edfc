package run

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// health adds how the generator itself fared.
func (p *PageWriter) health() {
	s := p.Summary
	if s == nil {
		return
	}
	g := &s.Generator
	t := &doc.Table{Title: "CPU and memory use of the load generator", Groups: doc.Columns("")}
	add := func(label, about, text string, value float64) {
		t.Rows = append(t.Rows, doc.Row{Label: label, About: about, Cells: []doc.Cell{doc.CellOf(text, value)}})
	}
	known := g.CPUs > 0 && figures.Finite(g.CPUs)
	cpu, allowance := figures.Unknown, figures.Unknown
	if known {
		cpu, allowance = quantity.Time.Show(g.CPUSeconds*1e9), about.CPUs(g.CPUs)
	}
	add("CPU time", "in the measured windows", cpu, ifKnown(known, g.CPUSeconds))
	add("CPU allowance", "min(cores, affinity, quota)", allowance, ifKnown(known, g.CPUs))
	memory := figures.Unknown
	if g.PeakRSSBytes > 0 {
		memory = quantity.Size.Show(float64(g.PeakRSSBytes))
	}
	add("peak memory", "resident", memory, ifKnown(g.PeakRSSBytes > 0, float64(g.PeakRSSBytes)))
	t.Rows = append(t.Rows, watched("wake-up lag", "how late a timer fired", g.SchedLag)...)
	t.Rows = append(t.Rows, watched("GC pause", "", g.GCPause)...)
	p.Begin(doc.Section{ID: "generator", Title: "Load generator"})
	p.Lines(about.Generator(g, dueWindows(s), ": "+about.LimitedText)...)
	p.Table(t)
}

// watched returns the percentiles of what the generator watched of itself.
func watched(label, about string, l *summary.Latency) (rows []doc.Row) {
	for _, q := range []figures.Quantile{figures.P50, figures.P99, figures.Max} {
		row := doc.Row{Label: label + " " + q.Shown, About: about, Cells: []doc.Cell{{Text: figures.Unknown}}}
		if l != nil && l.Count > 0 {
			v := q.Value(l)
			row.Cells[0] = doc.CellOf(quantity.Time.Show(v), v)
		}
		rows = append(rows, row)
	}
	return rows
}

func ifKnown(known bool, v float64) float64 {
	if !known {
		return figures.NumberOr(nil)
	}
	return v
}

// again adds what it takes to do it again: the profile as it was resolved, how to
// run it, and on what it ran.
func (p *PageWriter) again() {
	if p.Result == nil {
		return
	}
	x := &p.Result.Header
	p.Begin(doc.Section{ID: "again", Title: "How to repeat this run"})
	if text := indented(x.Profile); text != "" {
		p.Add(doc.Block{Code: &doc.Code{Caption: "With the profile below saved as profile.yaml", Text: command(x)}},
			doc.Block{Code: &doc.Code{Caption: "The resolved profile", Text: text}})
	}
	var lines []doc.Line
	add := func(head, text string) {
		if text != "" {
			lines = append(lines, doc.Line{Head: head, Text: terminal.Printable(text, about.MostText)})
		}
	}
	add("result file", about.BaseName(p.Name))
	if !x.Started.IsZero() {
		add("started", x.Started.UTC().Format(time.DateTime)+" UTC")
	}
	add("seed", strconv.FormatUint(x.Seed, 10))
	add("profile", prefixed("SHA-256 ", x.ProfileSHA256))
	add("tool", strings.Join(slices.DeleteFunc([]string{x.Tool.Name, x.Tool.Version, x.Tool.Go, x.Tool.OS, x.Tool.Arch}, func(s string) bool { return s == "" }), " "))
	target := &x.Target
	if f := p.Result.Footer; f != nil && f.Target != nil {
		target = f.Target
	}
	add("target", target.URL)
	add("banner", target.Banner)
	add("SYST", target.Syst)
	add("FEAT", strings.Join(target.Features, ", "))
	add("generator", strings.Join(slices.DeleteFunc([]string{x.Host.OS, x.Host.Kernel, x.Host.CPUModel}, func(s string) bool { return s == "" }), ", "))
	if x.Host.CPUs > 0 {
		add("", about.CPUs(float64(x.Host.CPUs)))
	}
	if x.Host.MemoryBytes > 0 {
		add("", quantity.Size.Show(float64(x.Host.MemoryBytes))+" of memory")
	}
	p.Lines(lines...)
	if len(x.Host.Settings) > 0 {
		const title = "System settings of the load generator"
		t := &doc.Table{Title: title, Groups: doc.Columns("")}
		for _, k := range slices.Sorted(maps.Keys(x.Host.Settings)) {
			t.Rows = append(t.Rows, doc.Row{Label: terminal.Printable(k, 100), Cells: []doc.Cell{{Text: terminal.Printable(x.Host.Settings[k], 200)}}})
		}
		p.Add(doc.Block{Fold: &doc.Section{Title: title, Blocks: []doc.Block{{Table: t}}}})
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// mostProfile bounds how much of a profile is shown, in bytes.
const mostProfile = 64 << 10

// indented returns JSON for a reader, which is YAML too; nothing if it is none.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || len(raw) > mostProfile || json.Indent(&b, raw, "", "  ") != nil {
		return ""
	}
	var lines []string
	for _, line := range strings.Split(withAngles(b.String()), "\n") {
		lines = append(lines, terminal.Printable(line, about.MostText))
	}
	return strings.Join(lines, "\n")
}

// withAngles writes <, > and & as they are, which encoding/json escapes for
// pages: the page does so itself.
func withAngles(text string) string {
	// A pair of backslashes is one that begins no escape.
	return strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(text)
}

// command returns what runs a profile as it was run, for a shell.
func command(x *resultfile.Header) string {
	words := []string{"ftpmark", "run", "-p", "./profile.yaml"}
	option := func(name, value string) {
		if value != "" {
			words = append(words, name, value)
		}
	}
	switch {
	case x.Compare != nil:
		c := x.Compare
		words[1] = "compare"
		words = append(words, "--pairs", strconv.Itoa(c.Pairs), "--primary", strings.Join(c.Primary, ","), "--threshold-effect", quantity.FormatShare(c.ThresholdEffect))
		if c.UntilVerdict {
			words = append(words, "--until", "verdict", "--max-pairs", strconv.Itoa(c.MaxPairs))
		}
		if c.AA {
			words = append(words, "--aa")
		}
		option("--cooldown", c.Cooldown)
	case x.Capacity != nil:
		c := x.Capacity
		words[1] = "capacity"
		unit := map[string]string{resultfile.VaryRate: "/s", resultfile.VaryBandwidth: "B/s"}[c.Vary]
		words = append(words, "--vary", c.Vary, "--from", levelOption(c.From, unit), "--most", levelOption(c.Most, unit),
			"--precision", quantity.FormatShare(c.Precision))
		for _, o := range c.Objectives {
			words = append(words, "--slo", o)
		}
		option("--step-min", c.StepMin)
		option("--step-max", c.StepMax)
	case x.Trials > 1:
		words = append(words, "--trials", strconv.Itoa(x.Trials))
	}
	for i, w := range words {
		words[i] = shellWord(terminal.Printable(w, about.MostText))
	}
	return strings.Join(words, " ")
}

func levelOption(v float64, unit string) string { return strconv.FormatFloat(v, 'f', -1, 64) + unit }

// shellWord quotes what a shell could take for something else: a file may have
// been forged.
func shellWord(s string) string {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._/:-=,%+", r)) {
			return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	}
	if s == "" {
		return "''"
	}
	return s
}
