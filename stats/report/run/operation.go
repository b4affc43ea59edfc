package run

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// differenceHead names the third column of a table of two.
const differenceHead = "difference"

// writeOperation writes the table of one operation: its series side by side.
func writeOperation(d *writer, op stats.Op, series []*summary.SeriesSummary, leads doc.Leads) {
	t := doc.Table{Title: op.String(), Series: true, Leads: leads, Groups: seriesHeads(series, []string{""}, []string{""})}
	if len(series) == 2 {
		noteDifference(d)
	}
	o := operationTable{d: d, table: &t, series: series}
	o.counts()
	o.rates(op)
	if slices.ContainsFunc(series, succeeded) {
		o.service()
		if d.waits {
			o.waiting()
		}
		if op.Transfers() {
			o.throughput()
		}
		o.perOperation(op)
	}
	d.Table(&t)
}

func noteDifference(d *writer) {
	why := "each column is one trial, but a comparison needs many trials, interleaved"
	if d.pooled {
		why = "each column combines several trials, but only interleaved trials, compared pair by pair, show what is " +
			"chance: use ftpmark compare"
	}
	d.Term(differenceHead, "the second column relative to the first. It describes only this run and is not a verdict: "+why)
}

func noteDropped(d *doc.Doc) {
	d.Term("dropped", "due but never started: too many were already waiting (--max-backlog), or they were still waiting when "+
		"the drain ended (--drain). No percentile or maximum includes them; percentiles of lag and response that they could change are marked "+figures.DoubtMark)
}

// succeeded reports whether there is anything to describe beyond counts.
func succeeded(s *summary.SeriesSummary) bool { return s.OK > 0 }

// operationTable fills the table of one operation.
type operationTable struct {
	d      *writer
	table  *doc.Table
	series []*summary.SeriesSummary
}

func (o *operationTable) add(label string, t doc.Tone, c []doc.Cell) {
	o.table.Rows = append(o.table.Rows, doc.Row{Label: label, Cells: c, Tone: t})
}

// counted adds a row of counts; one that is optional only if it is not all zero.
// It reports whether it did.
func (o *operationTable) counted(label string, optional bool, of func(*summary.SeriesSummary) int64) bool {
	c, zero := make([]doc.Cell, len(o.series)), true
	for i, s := range o.series {
		c[i].Text = quantity.Count(of(s))
		zero = zero && of(s) == 0
	}
	if zero && optional {
		return false
	}
	o.add(label, doc.Plain, c)
	return true
}

func (o *operationTable) counts() {
	if o.d.waits {
		o.counted("due", false, func(s *summary.SeriesSummary) int64 { return s.Due })
		o.counted("dropped", false, func(s *summary.SeriesSummary) int64 { return s.Dropped })
		if slices.ContainsFunc(o.series, func(s *summary.SeriesSummary) bool { return s.Dropped != 0 }) {
			noteDropped(o.d.Doc)
		}
	}
	o.counted("attempts", false, func(s *summary.SeriesSummary) int64 { return s.Attempts })
	if o.d.waits {
		o.d.Term("attempts", "attempts, ok and failed count operations that were due in the window; operations/s and goodput count what "+
			"happened in the window")
	}
	failed, tone := make([]doc.Cell, len(o.series)), doc.Plain
	for i, s := range o.series {
		failed[i].Text = quantity.Count(s.Failed)
		if s.Failed != 0 {
			failed[i].Tone, tone = doc.Bad, doc.Bad
			if p := quantity.CountShare(s.Failed, s.Attempts); p != figures.Unknown {
				failed[i].Text += " (" + p + ")"
			}
		}
	}
	o.add("failed", tone, failed)
	o.counted("unfinished", false, func(s *summary.SeriesSummary) int64 { return s.Unfinished })
	o.counted("failed in the warm-up", true, func(s *summary.SeriesSummary) int64 { return s.WarmupFailed })
	o.counted("size not verified", true, func(s *summary.SeriesSummary) int64 { return s.SizeUnverified })
	if o.counted("verified", true, func(s *summary.SeriesSummary) int64 { return s.Verified }) {
		o.d.Term("verified", "ok transfers that were checked beyond their number of bytes: the content of downloads, "+
			"the size of uploads on the server")
	}
	if o.counted("housekeeping", true, func(s *summary.SeriesSummary) int64 { return s.Housekeeping }) {
		o.d.Term("housekeeping", "operations that are not measured, which create or delete files or folders for measured ones: "+
			"additional load on the server")
	}
	o.counted("service over 1 hour", true, func(s *summary.SeriesSummary) int64 {
		if l := s.Latency[stats.Service]; l != nil {
			return l.Over
		}
		return 0
	})
}

// measured adds a row of numbers in a shared unit, and their difference.
func (o *operationTable) measured(label string, t doc.Tone, us quantity.Scale, of func(*summary.SeriesSummary) float64) {
	values := make([]float64, len(o.series))
	for i, s := range o.series {
		values[i] = of(s)
	}
	o.add(label, t, figures.Cells(us, values, nil))
}

// known returns v, or NaN and a footnote if it is not known after all.
func (o *operationTable) known(v float64, known bool) float64 {
	if known && figures.Finite(v) {
		return v
	}
	o.d.Term(figures.Unknown, figures.NotKnown)
	return math.NaN()
}

func (o *operationTable) rates(op stats.Op) {
	// Without a window there is no rate, not a rate of zero.
	if o.d.waits {
		o.measured("due/s", doc.Plain, quantity.Number, func(s *summary.SeriesSummary) float64 {
			return o.known(o.d.duePerSecond(s.Variant, s.Due, summary.DueOver(s.DueSeconds, s.WindowSeconds)), s.WindowSeconds > 0)
		})
	}
	o.measured("operations/s", doc.Strong, quantity.Number, func(s *summary.SeriesSummary) float64 {
		return o.known(s.OperationsPerSecond, s.WindowSeconds > 0)
	})
	if !op.Transfers() {
		return
	}
	o.measured("goodput", doc.Strong, quantity.ByteRate, func(s *summary.SeriesSummary) float64 {
		return o.known(s.GoodputBytesPerSecond, s.WindowSeconds > 0)
	})
	wasted := make([]float64, len(o.series))
	for i, s := range o.series {
		wasted[i] = float64(s.WastedBytes)
	}
	if slices.Max(wasted) > 0 {
		o.add("wasted by failures", doc.Plain, doc.Cells(quantity.Size.Row(wasted)))
	}
}

func (o *operationTable) service() {
	o.latency(stats.Service, figures.P50, figures.P90, figures.P95, figures.P99, figures.P999, figures.Max)
}

// waiting adds how long operations waited to begin, and how long it all took
// for whoever came when they were due.
func (o *operationTable) waiting() {
	o.latency(stats.Lag, figures.P50, figures.P99, figures.Max)
	o.latency(stats.Response, figures.P50, figures.P95, figures.P99, figures.P999)
	o.d.Term("lag", "time from when an operation was due until it started: it waited for a free session, or this machine was late")
	o.d.Term("response", "time from when an operation was due until it ended, as a user would experience it: free of coordinated "+
		"omission. service is measured from the start of the operation, without the wait")
}

func (o *operationTable) latency(p stats.Phase, quantiles ...figures.Quantile) {
	for _, q := range quantiles {
		values, doubtful := figures.Latencies(o.d.Doc, o.series, p, q)
		t := doc.Plain
		if p != stats.Lag && (q.Name == figures.P50.Name || q.Name == figures.P99.Name) {
			t = doc.Strong
		}
		o.add(p.String()+" "+q.Shown, t, figures.Cells(quantity.Time, values, doubtful))
	}
}

// throughput adds the typical and the slow transfer's rate.
func (o *operationTable) throughput() {
	o.d.Term("throughput", "of one transfer: its bytes divided by the time from the preliminary reply to the last byte (uploads: to the 226), "+
		"without the TLS handshake. In active mode this includes the wait for a server that connects only after its preliminary reply")
	o.measured("throughput p50", doc.Plain, quantity.ByteRate, func(s *summary.SeriesSummary) float64 {
		if s.Throughput == nil {
			return o.known(0, false)
		}
		return o.known(float64(s.Throughput.P50), s.Throughput.Count > 0)
	})
	o.measured("throughput p1 (slow)", doc.Plain, quantity.ByteRate, func(s *summary.SeriesSummary) float64 {
		switch t := s.Throughput; {
		case t == nil || t.Count == 0:
			return o.known(0, false)
		case t.P1 == nil:
			o.d.Term(figures.Unknown, figures.TooFew)
			return math.NaN()
		default:
			return float64(*t.P1)
		}
	})
}

// perOperation adds what an operation costs on the wire: over a long path that
// is what decides. Where none succeeded there is nothing to divide by.
func (o *operationTable) perOperation(op stats.Op) {
	o.measured("round trips/operation", doc.Plain, quantity.Number, func(s *summary.SeriesSummary) float64 {
		return o.known(s.ControlRoundTripsPerOp, s.OK > 0)
	})
	if op.Transfers() {
		o.measured("connects/operation", doc.Plain, quantity.Number, func(s *summary.SeriesSummary) float64 {
			return o.known(s.ConnectsPerOp, s.OK > 0)
		})
		o.resumed()
		o.path()
	}
}

// path adds what TCP knew of the data connections' paths, where it could be
// asked.
func (o *operationTable) path() {
	if !slices.ContainsFunc(o.series, func(s *summary.SeriesSummary) bool { return s.Path != nil }) {
		return
	}
	o.measured("TCP round trip (mean)", doc.Plain, quantity.Time, func(s *summary.SeriesSummary) float64 {
		if s.Path == nil {
			return o.known(0, false)
		}
		return o.known(s.Path.RTTMean, true)
	})
	o.d.Term("TCP round trip", "the smoothed estimate of this machine's TCP when a data connection closed: for a download mostly from its opening, "+
		"for an upload including queueing and delayed acknowledgements")
	o.retransmits()
}

// retransmits adds how many segments this machine had to send again, if any.
func (o *operationTable) retransmits() {
	c, any := make([]doc.Cell, len(o.series)), false
	for i, s := range o.series {
		c[i].Text = figures.Unknown
		if s.Path != nil {
			c[i].Text, any = quantity.Count(s.Path.Retransmits), any || s.Path.Retransmits != 0
		}
	}
	if any {
		o.add("TCP retransmits", doc.Plain, c)
		o.d.Term("TCP retransmits", "segments that this machine sent again; for a download, those that the server sent again are unknown")
	}
}

// resumed adds the share of the data connections' TLS handshakes that resumed
// the control connection's session; nothing without TLS.
func (o *operationTable) resumed() {
	c, any := make([]doc.Cell, len(o.series)), false
	for i, s := range o.series {
		c[i].Text = figures.Unknown
		if s.DataResumedShare != nil {
			c[i].Text, any = quantity.Share(*s.DataResumedShare, 1), true
		}
	}
	if any {
		o.add("data TLS resumed", doc.Plain, c)
	}
}
