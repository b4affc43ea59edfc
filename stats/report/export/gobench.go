package export

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// A Go benchmark report has a line for each trial and series, variant by variant,
// named for the
// operation, the variant and the mode, so that benchstat takes the trials for
// repetitions of one benchmark. What benchstat tells results apart by is only
// what makes them hard to compare: the system, and the target.

// GoBench returns the trials in Go's benchmark format.
func GoBench(r *resultfile.Result) []byte {
	var b bytes.Buffer
	h := &r.Header
	config := func(key, value string) {
		if value = terminal.Printable(value, about.MostText); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		}
	}
	config("goos", h.Tool.OS)
	config("goarch", h.Tool.Arch)
	config("pkg", "github.com/ftpmark/ftpmark")
	own := slices.ContainsFunc(r.Variants, func(v resultfile.Variant) bool { return v.Target != nil })
	switch {
	case own: // which would set them apart instead of side by side
	case h.Target.Embedded:
		config("target", "embedded") // its port is another each time
	default:
		config("target", h.Target.URL)
	}
	for _, line := range goBenchRemarks(r) {
		fmt.Fprintf(&b, "# %s\n", terminal.Printable(line, about.MostText))
	}
	for _, m := range goBenchMetrics() {
		fmt.Fprintf(&b, "Unit %s better=%s\n", m.unit, m.better)
	}
	for _, t := range ByVariant(r) {
		if t.Complete {
			writeGoBenchTrial(&b, r, t)
		}
	}
	return b.Bytes()
}

// ByVariant returns the trials variant by variant as planned, in the order of
// their numbers: benchstat's base is whatever comes first, and the order in
// which interleaved trials ran is chance.
func ByVariant(r *resultfile.Result) []*resultfile.Trial {
	order := slices.Clone(r.Header.Planned)
	for _, name := range trialVariants(r) { // what was planned need not be recorded
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	rank := make(map[string]int, len(order))
	for i, name := range slices.Backward(order) {
		rank[name] = i
	}
	trials := slices.Clone(r.Trials)
	slices.SortStableFunc(trials, func(a, b *resultfile.Trial) int {
		return cmp.Or(cmp.Compare(rank[a.Variant], rank[b.Variant]), cmp.Compare(a.Trial, b.Trial))
	})
	return trials
}

// goBenchRemarks are lines that the format's readers pass over.
func goBenchRemarks(r *resultfile.Result) (lines []string) {
	if variants := trialVariants(r); len(variants) > 1 {
		lines = append(lines, "to compare variants: benchstat -col /variant -ignore /mode FILE")
	}
	for _, t := range summary.Of(r).Totals {
		if len(t.Settings) > 0 {
			lines = append(lines, "variant "+t.Variant+": "+strings.Join(about.Settings(t.Settings), "; "))
		}
	}
	if !r.Complete() {
		lines = append(lines, "PARTIAL result: incomplete trials are left out")
	}
	for _, g := range r.Generators {
		if g.Limited {
			lines = append(lines, "LIMITED: "+about.LimitedText)
			break
		}
	}
	return lines
}

func trialVariants(r *resultfile.Result) (names []string) {
	for _, t := range r.Trials {
		if !slices.Contains(names, t.Variant) {
			names = append(names, t.Variant)
		}
	}
	return names
}

// goBenchMetric is one measurement of a line. A percentile that failed or
// unfinished operations could change is left out, as the format has no mark for
// it.
type goBenchMetric struct {
	unit, better string
	of           func(*summary.SeriesSummary) (v float64, known bool)
}

func goBenchMetrics() []goBenchMetric {
	service := func(q figures.Quantile) func(*summary.SeriesSummary) (float64, bool) {
		return func(s *summary.SeriesSummary) (float64, bool) {
			l := s.Latency[stats.Service]
			if l == nil || l.Count == 0 || q.DoubtfulIn(l) {
				return 0, false
			}
			v := q.Value(l)
			return v, figures.Finite(v)
		}
	}
	average := figures.Quantile{Value: func(l *summary.Latency) float64 { return l.Mean }}
	return []goBenchMetric{
		{"ns/op", "lower", service(average)},
		{"B/s", "higher", func(s *summary.SeriesSummary) (float64, bool) {
			return s.GoodputBytesPerSecond, s.Op.Transfers() && s.WindowSeconds > 0
		}},
		{"p50-ns", "lower", service(figures.P50)},
		{"p99-ns", "lower", service(figures.P99)},
		{"op/s", "higher", func(s *summary.SeriesSummary) (float64, bool) { return s.OperationsPerSecond, s.WindowSeconds > 0 }},
		{"failed/op", "lower", func(s *summary.SeriesSummary) (float64, bool) {
			return float64(s.Failed) / float64(s.Attempts), s.Attempts > 0
		}},
	}
}

// writeGoBenchTrial writes a line for each series of a trial. Its figures are
// those that a report of this trial alone would have.
func writeGoBenchTrial(b *bytes.Buffer, r *resultfile.Result, t *resultfile.Trial) {
	s := summary.Of(&resultfile.Result{Header: r.Header, Trials: []*resultfile.Trial{t}})
	for i := range s.Series {
		x := &s.Series[i]
		var values strings.Builder
		for _, m := range goBenchMetrics() {
			if v, known := m.of(x); known && figures.Finite(v) {
				values.WriteString("\t" + figures.Plain(v, 9) + " " + m.unit)
			}
		}
		if values.Len() > 0 {
			fmt.Fprintf(b, "%s\t%d%s\n", goBenchName(x, r.Header.Host.CPUs), x.OK, &values)
		}
	}
}

// goBenchName names a series. The mode, which does not end in a number, comes
// last: a number behind a dash there is that of the generator's CPUs.
func goBenchName(x *summary.SeriesSummary, cpus int) string {
	op := x.Op.String()
	name := "Benchmark" + strings.ToUpper(op[:1]) + op[1:] + "/variant=" + SafeName(x.Variant) + "/mode=" + x.Mode.String()
	if cpus > 1 {
		name += "-" + strconv.Itoa(cpus)
	}
	return name
}
