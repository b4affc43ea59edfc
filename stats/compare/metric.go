package compare

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Metric is what is compared: a quantity of which each trial gives one value.
//
//	goodput         payload that moved inside the window ÷ its length, of all
//	                operations together; failed operations' is kept out
//	operations      ok operations that ended inside the window ÷ its length
//	errors.rate     failed operations ÷ those that began in the window, 0 to 1,
//	                as in reports and thresholds; unfinished ones began, dropped
//	                ones did not
//	OP.service.p50  p95 and p99; likewise OP.data_ready.p50 of a transfer and, in an
//	                open load, OP.response.p50, p95 and p99: in nanoseconds, of all
//	                modes of the operation merged
type Metric struct {
	q  *quantity
	op stats.Op // where the quantity is of one
	// absent is why no trial has a value; empty if trials can have one.
	absent string
}

// quantity is a metric but for the operation that it is of.
type quantity struct {
	name   string
	unit   Unit
	higher bool // more is better
	// phase and percentile are those of a latency; percentile is 0 otherwise.
	phase      stats.Phase
	percentile float64
	// transfers: only operations that move data have it; open: only loads of
	// the open model do.
	transfers, open bool
}

// The quantities, in the order of a report.
var (
	goodput    = quantity{name: "goodput", unit: BytesPerSecond, higher: true, transfers: true}
	operations = quantity{name: "operations", unit: PerSecond, higher: true}
	errorRate  = quantity{name: "errors.rate", unit: Share}
	// faultRate is of all [faults]: it is not reported, but spoils a gate.
	faultRate = quantity{name: "faults", unit: Share}

	ofAll   = []*quantity{&goodput, &operations, &errorRate}
	ofOneOp = []*quantity{
		{name: "service.p50", unit: Nanoseconds, phase: stats.Service, percentile: 50},
		{name: "service.p95", unit: Nanoseconds, phase: stats.Service, percentile: 95},
		{name: "service.p99", unit: Nanoseconds, phase: stats.Service, percentile: 99},
		{name: "data_ready.p50", unit: Nanoseconds, phase: stats.DataReady, percentile: 50, transfers: true},
		{name: "response.p50", unit: Nanoseconds, phase: stats.Response, percentile: 50, open: true},
		{name: "response.p95", unit: Nanoseconds, phase: stats.Response, percentile: 95, open: true},
		{name: "response.p99", unit: Nanoseconds, phase: stats.Response, percentile: 99, open: true},
	}
)

// String returns the metric's name.
func (m Metric) String() string {
	if m.Op() == "" {
		return m.q.name
	}
	return m.Op() + "." + m.q.name
}

// Op returns the operation's name, empty for a metric of all together.
func (m Metric) Op() string {
	if m.q.percentile == 0 || m.op >= stats.NumOps {
		return ""
	}
	return m.op.String()
}

// difference reports whether the metric is compared by differences: a ratio has
// no meaning against zero, which is what a share of errors mostly is.
func (m Metric) difference() bool { return m.q == &errorRate || m.q == &faultRate }

// metricsOf returns every metric that the operations have.
func metricsOf(ops []stats.Op, open bool) (ms []Metric) {
	for _, q := range ofAll {
		if !q.transfers || transfer(ops) {
			ms = append(ms, Metric{q: q})
		}
	}
	for _, op := range ops {
		for _, q := range ofOneOp {
			if (!q.transfers || op.Transfers()) && (!q.open || open) {
				ms = append(ms, Metric{q: q, op: op})
			}
		}
	}
	return ms
}

// transfer reports whether any of the operations moves data.
func transfer(ops []stats.Op) bool {
	for _, op := range ops {
		if op.Transfers() {
			return true
		}
	}
	return false
}

// of returns the trial's value, or why it has none.
func (m Metric) of(t *resultfile.Trial) (value float64, why string) {
	if m.absent != "" {
		return 0, m.absent
	}
	if m.q.percentile != 0 {
		return m.ofLatency(t)
	}
	c := total(t)
	switch m.q {
	case &faultRate:
		f := faultsOf(&c)
		if f.due == 0 {
			return 0, "no operation was due"
		}
		return f.share(), ""
	case &errorRate:
		began := c.Attempts()
		if began <= 0 {
			return 0, "no operation began"
		}
		return float64(c.Failed) / float64(began), ""
	}
	window := t.Window.Length(t.End)
	if window <= 0 {
		return 0, "its window has no length"
	}
	perSecond, bytesPerSecond := c.RatesOver(window)
	if m.q == &goodput {
		return bytesPerSecond, ""
	}
	return perSecond, ""
}

// ofLatency returns a percentile if there are enough samples for it and no
// operation that is not among them could change it.
func (m Metric) ofLatency(t *resultfile.Trial) (value float64, why string) {
	h, others := pooled([]*resultfile.Trial{t}, m.op, m.q.phase)
	n, need := h.Count(), hdr.SamplesFor(m.q.percentile)
	switch {
	case n == 0:
		return 0, "it has no samples"
	case n < need:
		return 0, fmt.Sprintf("p%g needs %d samples, it has %d", m.q.percentile, need, n)
	case others == 0 && h.Doubtful(m.q.percentile, 0):
		return 0, fmt.Sprintf("its p%g is over an hour", m.q.percentile)
	case h.Doubtful(m.q.percentile, others):
		return 0, fmt.Sprintf("%d failed, unfinished or dropped operations could change its p%g", others, m.q.percentile)
	}
	return float64(h.ValueAtPercentile(m.q.percentile)), ""
}

// total sums all operations of a trial.
func total(t *resultfile.Trial) (c resultfile.Counters) {
	for _, x := range t.Series {
		c.Add(&x.Counters)
	}
	return c
}

// pooled merges a phase of one operation over all modes and the trials, without
// loss. others is how many operations could have been in it and are not. The
// histogram is only to be read: it may be a trial's own.
func pooled(trials []*resultfile.Trial, op stats.Op, p stats.Phase) (h *hdr.Histogram, others int64) {
	var c resultfile.Series
	found := 0
	for _, t := range trials {
		for _, x := range t.Series {
			if x.Op != op {
				continue
			}
			c.Counters.Add(&x.Counters)
			from := x.Latency[p]
			if from == nil || from.Count() == 0 {
				continue
			}
			switch found++; found {
			case 1:
				h = from
			case 2:
				h = h.Clone()
				fallthrough
			default:
				h.Merge(from)
			}
		}
	}
	if h == nil {
		h = hdr.NewLatencyHistogram()
	}
	return h, c.Others(p)
}
