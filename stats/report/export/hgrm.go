package export

import (
	"bytes"
	"fmt"
	"math"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// An HdrHistogram percentile distribution has a section for each series: of
// service, and in an open load of response, or of the phase that was chosen.
// Values are milliseconds. All trials of a variant are together, added up bucket
// by bucket.

// HGRM returns the percentile distributions of what was chosen.
func HGRM(r *resultfile.Result, choice string) ([]byte, error) {
	open := r.Header.Load == nil || r.Header.Load.Model != resultfile.ClosedLoad
	var sections [][]byte
	var tags []string
	var passed tagList
	for _, x := range run.Merged(r) {
		for _, p := range TagPhases(x.Series, open) {
			tag := SeriesTag(x.Variant, x.Op, x.Mode, p)
			whole := p == stats.Service || p == stats.Response
			if !tagChosen(tag, choice) || !whole && tag != choice {
				passed.add(tag)
				continue
			}
			sections = append(sections, percentileSection(tag, x.Series, p))
			tags = append(tags, tag)
		}
	}
	switch {
	case choice != "" && len(sections) == 0:
		return nil, noSuchSeries(passed, choice)
	case len(sections) == 0:
		return []byte("# no operation succeeded\n"), nil
	}
	out := bytes.Join(sections, []byte("\n"))
	if len(sections) > 1 {
		hint := fmt.Sprintf("# %d series follow one another, and plotters take one for each file: choose with --series, such as --series %s\n\n",
			len(sections), tags[0])
		out = append([]byte(hint), out...)
	}
	return out, nil
}

// percentileSection writes one distribution and what is not in it.
func percentileSection(tag string, s *resultfile.Series, p stats.Phase) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s in milliseconds\n", tag)
	h := s.Latency[p]
	for _, x := range []struct {
		n    int64
		what string
	}{
		{s.Failed, "operations that failed, which are not in it"},
		{s.Unfinished, "operations that did not finish, which are not in it"},
		{s.Dropped, "operations that were due and never began, which are not in it"},
		{h.Over(), "values above an hour, which are in the counts and the maximum only"},
	} {
		if x.n > 0 {
			fmt.Fprintf(&b, "# %s: %d\n", x.what, x.n)
		}
	}
	writePercentiles(&b, h)
	return b.Bytes()
}

// The shape of our histograms of latency as HdrHistogram's footer states it:
// buckets of 2,048 units of 64 ns, doubled up to an hour.
const (
	hdrBuckets    = 26
	hdrSubBuckets = 2048
)

// writePercentiles writes the columns that HdrHistogram's tools print and read.
func writePercentiles(b *bytes.Buffer, h *hdr.Histogram) {
	const ms = 1e6
	fmt.Fprintf(b, "%14s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)")
	total, longest := h.Count(), h.Max()
	EachPercentile(h, func(percent float64, value, upTo int64) {
		part := percent / 100
		fmt.Fprintf(b, " %13.6f %2.12f %10d %14.2f\n", float64(value)/ms, part, upTo, 1/(1-part))
	})
	fmt.Fprintf(b, " %13.6f %2.12f %10d\n", float64(longest)/ms, 1.0, total)
	deviation := fmt.Sprintf("%12.6f", StandardDeviation(h)/ms)
	if h.Over() > 0 {
		deviation = fmt.Sprintf("%12s", figures.Unknown)
	}
	fmt.Fprintf(b, "#[Mean    = %12.6f, StdDeviation   = %s]\n", h.Mean()/ms, deviation)
	fmt.Fprintf(b, "#[Max     = %12.6f, Total count    = %12d]\n", float64(longest)/ms, total)
	fmt.Fprintf(b, "#[Buckets = %12d, SubBuckets     = %12d]\n", hdrBuckets, hdrSubBuckets)
}

// EachPercentile calls f at the percentiles at which HdrHistogram's iterator
// stops, five for each halving of what remains to 100%, with the value that
// share of the values does not exceed and how many values that are. It ends
// where all are counted.
func EachPercentile(h *hdr.Histogram, f func(percent float64, value, upTo int64)) {
	const ticks = 5
	var seen int64
	level := 0.0
	h.Each(func(low, high, n int64) {
		before := seen
		seen += n
		value := min(high, h.Max())
		if low == 0 {
			value = h.Min()
		}
		for before < h.Count() && 100*float64(seen)/float64(h.Count()) >= level && level < 100 {
			f(level, value, seen)
			before = seen
			halvings := math.Trunc(math.Log2(100/(100-level))) + 1
			next := level + 100/(ticks*math.Exp2(halvings))
			if next == level { // as near to 100% as can be told from it
				next = 100
			}
			level = next
		}
	})
}

// StandardDeviation takes the values of a bucket to lie in its middle.
func StandardDeviation(h *hdr.Histogram) float64 {
	sum, mean := 0.0, h.Mean()
	h.Each(func(low, high, n int64) {
		d := float64(low) + float64(high-low+1)/2 - mean
		sum += d * d * float64(n)
	})
	return math.Sqrt(sum / float64(h.Count()))
}
