package threshold

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// reading is a number that was looked up in a summary.
type reading struct {
	value   float64
	missing string // why there is none
	doubt   string // why it could be another; empty if it could not
}

// maxReading is more than anything that is measured.
const maxReading = 1e300

// ofSeries reads a phase or the throughput of one series.
func (c *checker) ofSeries(x *summary.SeriesSummary) reading {
	others := []part{{x.Failed, "failed"}, {x.Unfinished, "unfinished"}}
	if c.subject.kind == latency && c.subject.needsOpen() {
		others = append(others, part{x.Dropped, "dropped"})
	}
	var r reading
	if c.subject.kind == throughput {
		r = c.ofThroughput(x.Throughput, others)
	} else {
		r = c.ofLatency(x.Latency[c.subject.phase], others)
	}
	if r.missing == noSamples {
		r.missing += fmt.Sprintf(": %s attempted, %s ok", quantity.Count(x.Attempts), quantity.Count(x.OK))
	}
	return r
}

const noSamples = "no samples"

// ofLatency reads a statistic of a phase. Whether a percentile is in doubt was
// reckoned from the whole histogram. That the minimum, the maximum and the
// mean are, where any operation is not in it, needs no reckoning.
func (c *checker) ofLatency(l *summary.Latency, others []part) reading {
	if l == nil || l.Count <= 0 {
		return reading{missing: noSamples}
	}
	var doubt string
	if sum(others) > 0 {
		doubt = describe(others, "operation")
	}
	if c.statistic == count {
		return reading{value: float64(l.Count)}
	}
	if c.statistic == mean || c.statistic == least || c.statistic == most {
		v := map[statistic]float64{mean: l.Mean, least: float64(l.Min), most: float64(l.Max)}[c.statistic]
		return reading{value: v, doubt: doubt}
	}
	v := map[statistic]*int64{p50: &l.P50, p90: &l.P90, p95: l.P95, p99: l.P99, p999: l.P999, p9999: l.P9999}[c.statistic]
	if v == nil {
		return reading{missing: c.tooFew(l.Count)}
	}
	r := reading{value: float64(*v)}
	name := c.statistic.String()
	if slices.Contains(l.Doubtful, name) || slices.Contains(l.Doubtful, strings.ReplaceAll(name, ".", "_")) {
		if r.doubt = doubt; doubt == "" {
			r.doubt = "operations that failed, did not finish or took more than an hour could change it"
		}
	}
	return r
}

// ofThroughput reads a statistic of the throughput.
func (c *checker) ofThroughput(l *summary.Throughput, others []part) reading {
	if l == nil || l.Count <= 0 {
		return reading{missing: noSamples}
	}
	if c.statistic == count {
		return reading{value: float64(l.Count)}
	}
	known := []point{{least, &l.Min}, {p1, l.P1}, {p50, &l.P50}, {p99, l.P99}, {most, &l.Max}}
	return c.ofPoints(known, l.Count, others)
}

// ofPoints reads a percentile of which the summary does not say whether it is
// in doubt.
func (c *checker) ofPoints(known []point, n int64, others []part) reading {
	i := slices.IndexFunc(known, func(k point) bool { return k.statistic == c.statistic })
	if i < 0 || known[i].value == nil {
		return reading{missing: c.tooFew(n)}
	}
	r := reading{value: float64(*known[i].value)}
	if f := sum(others); f > 0 && !c.holdsAnyway(known, n, f) {
		r.doubt = describe(others, "operation")
	}
	return r
}

// point is a percentile that is known, nil if it is not.
type point struct {
	statistic statistic
	value     *int64
}

// holdsAnyway reports whether the bound holds wherever f more operations lie.
// The percentile of all n+f is at rank R = ceil(p × (n+f)): if all of the f lay
// above, rank R of the n; if all lay below, rank R-f. The nearest rank known
// beyond that is no better.
func (c *checker) holdsAnyway(known []point, n, f int64) bool {
	if n > math.MaxInt64-f {
		return false
	}
	p, _ := c.statistic.percentile()
	all := rank(p, n+f)
	for _, k := range known {
		if k.value == nil {
			continue
		}
		q, _ := k.statistic.percentile()
		at := rank(q, n)
		if c.operator.upper() && at >= all || c.operator.lower() && at <= all-f {
			if c.operator.holds(float64(*k.value), c.bound.base) {
				return true
			}
		}
	}
	return false
}

// rank returns the nearest rank, in [1, n], of a percentile in hundredths of a
// percent.
func rank(hundredths, n int64) int64 {
	const whole = 10_000
	return max(n/whole*hundredths+(n%whole*hundredths+whole-1)/whole, 1)
}

// tooFew says how many samples there are and how many are needed.
func (c *checker) tooFew(n int64) string {
	p, _ := c.statistic.percentile()
	need := hdr.SamplesFor(float64(p) / 100)
	if n >= need {
		return fmt.Sprintf("the result has no %s", c.statistic)
	}
	return fmt.Sprintf("%s, %s needs %s", quantity.Counted(n, "sample"), c.statistic, quantity.Count(need))
}

// ofSessions reads a metric of the run's log-ins. One that failed could have
// had any latency.
func (c *checker) ofSessions() reading {
	s := &c.summary.Sessions
	tried := float64(s.Opened) + float64(s.Failed)
	switch {
	case tried <= 0:
		return reading{missing: "no session was opened"}
	case c.subject.kind == sessions:
		return reading{value: float64(s.Opened)}
	case c.subject.kind == errorsOf && c.statistic == count:
		return reading{value: float64(s.Failed)}
	case c.subject.kind == errorsOf:
		return reading{value: float64(s.Failed) / tried}
	}
	others := []part{{s.Failed, "failed"}}
	l := s.Latency[c.subject.phase]
	r := c.ofLatency(l, others)
	switch r.doubt = strings.Replace(r.doubt, "operation", "session", 1); {
	case r.missing == noSamples:
		r.missing += fmt.Sprintf(": %s opened", quantity.Counted(s.Opened, "session"))
	case r.missing == "" && r.doubt == "" && c.statistic != count:
		known := []point{
			{least, &l.Min}, {p50, &l.P50}, {p90, &l.P90}, {p95, l.P95}, {p99, l.P99}, {p999, l.P999}, {p9999, l.P9999}, {most, &l.Max},
		}
		if s.Failed > 0 && !c.holdsAnyway(known, l.Count, s.Failed) {
			r.doubt = describe(others, "session")
		}
	}
	return r
}

// ofRates reads what happened each second in one variant. Its operations
// shared one window, so their rates add up.
func (c *checker) ofRates(series []*summary.SeriesSummary) reading {
	var r reading
	var attempts float64
	for _, x := range series {
		if !(x.WindowSeconds > 0) {
			return reading{missing: "the measured window has no length"}
		}
		attempts += float64(x.Attempts)
		if c.subject.kind == goodput {
			r.value += x.GoodputBytesPerSecond
		} else {
			r.value += x.OperationsPerSecond
		}
	}
	return c.orNothing(r, attempts)
}

// ofCounts adds up the counts of series, or takes their share. How operations
// that did not finish would have ended is not known: a server that freezes
// fails none.
func (c *checker) ofCounts(series []*summary.SeriesSummary) reading {
	var n, attempts, due, ended float64
	open := []part{{0, "unfinished"}, {0, "window-long"}}
	for _, x := range series {
		open[0].n = sum([]part{open[0], {n: x.Unfinished}})
		open[1].n = sum([]part{open[1], {n: x.Spanning}})
		attempts += float64(x.Attempts)
		due += float64(x.Attempts) + float64(x.Dropped)
		ended += float64(x.OK) + float64(x.Failed)
		switch c.subject.kind {
		case operations:
			n += float64(x.OK)
		case errorsOf:
			n += float64(x.Failed)
		case unfinished:
			n += float64(x.Unfinished)
		case dropped:
			n += float64(x.Dropped)
		case wasted:
			n += float64(x.WastedBytes)
		}
	}
	of := attempts
	switch {
	case c.subject.kind == dropped:
		of = due
	case c.subject.kind == errorsOf && attempts > 0 && ended == 0:
		return reading{missing: "none of the attempted operations finished"}
	}
	share := 1.0
	if c.statistic == rate {
		share = of
	}
	if share <= 0 {
		return reading{missing: "nothing was attempted"}
	}
	r := reading{value: n / share}
	if f := sum(open); c.subject.kind == errorsOf && f > 0 && c.decidedBy(r.value, (n+float64(f))/share) {
		r.doubt = describe(open, "operation")
	}
	if c.statistic == rate {
		return r
	}
	return c.orNothing(r, of)
}

// decidedBy reports whether the bound is kept by one of two numbers, or one
// between them, and not by another.
func (c *checker) decidedBy(low, high float64) bool {
	if c.operator == equal {
		return low <= c.bound.base && c.bound.base <= high
	}
	return c.operator.holds(low, c.bound.base) != c.operator.holds(high, c.bound.base)
}

// orNothing takes a zero for no number where there was nothing to count, and
// puts a pass by it in doubt where what should be many is none.
func (c *checker) orNothing(r reading, of float64) reading {
	switch {
	case r.value != 0:
	case of <= 0:
		return reading{missing: "nothing was attempted"}
	case c.subject.kind == goodput || c.subject.kind == operations:
		if c.operator.holds(0, c.bound.base) {
			return reading{missing: "no operation succeeded"}
		}
	}
	return r
}

// part is how many operations are not among the samples, and why.
type part struct {
	n    int64
	what string
}

// sum adds up the parts; what cannot be a count is as doubtful as can be.
func sum(parts []part) (n int64) {
	for _, p := range parts {
		if p.n < 0 || n > math.MaxInt64-p.n {
			return math.MaxInt64
		}
		n += p.n
	}
	return n
}

func describe(parts []part, what string) string {
	var words []string
	for _, p := range parts {
		if p.n > 0 {
			words = append(words, quantity.Count(p.n)+" "+p.what)
		}
	}
	return listed(words, "and") + " " + plural(sum(parts), what) + " could change it"
}

func plural(n int64, what string) string {
	if n == 1 {
		return what
	}
	return what + "s"
}
