package loadgen

import (
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// LiveTotals are what windows have brought so far, in the figures that the report
// would show if the run ended now. Operations in flight are in none of them.
type LiveTotals struct {
	// Window is how long was measured.
	Window time.Duration
	// OK, Failed and Dropped operations belong to the windows.
	OK, Failed, Dropped int64
	// The rates are of what happened inside the windows.
	OperationsPerSecond, GoodputBytesPerSecond float64
	// Op is the operation that Latency is of, the one with the greatest weight
	// in the mix, and Phase what was timed: service, or response in an open load.
	// Mixed says that the mix has others.
	Op    stats.Op
	Mixed bool
	Phase stats.Phase
	// Latency is nil before anything was timed.
	Latency *summary.Latency
}

// variantTotals holds those of each variant. Only the goroutine of the [recordWriter] uses
// them, so that who opens and closes windows is not late for the sums.
type variantTotals map[string]*variantTotal

// variantTotal are a variant's: of the trial under way, and of all.
type variantTotal struct {
	number    int
	this, all totals
}

// add adds an interval of the trial.
func (ts *variantTotals) add(t *trialOutput, i *resultfile.Interval) {
	if *ts == nil {
		*ts = variantTotals{}
	}
	x := (*ts)[t.variant]
	if x == nil || t.level != nil && x.number != t.order.Trial {
		x = &variantTotal{number: t.order.Trial, this: newTotals(t.profile), all: newTotals(t.profile)}
		(*ts)[t.variant] = x
	}
	if x.number != t.order.Trial {
		x.number, x.this = t.order.Trial, newTotals(t.profile)
		x.all.earlier += x.all.window
		x.all.window = 0
	}
	x.this.add(i)
	x.all.add(i)
}

// of returns what is known of a variant.
func (ts variantTotals) of(variant string) (this, all LiveTotals) {
	if x := ts[variant]; x != nil {
		return x.this.shown(), x.all.shown()
	}
	return LiveTotals{}, LiveTotals{}
}

// totals sums intervals.
type totals struct {
	op              stats.Op
	mixed           bool
	phase           stats.Phase
	sum             resultfile.Counters
	others          int64 // operations that could have been in latency and are not
	latency         *hdr.Histogram
	earlier, window time.Duration // the windows of earlier trials, and of this
}

func newTotals(p *profiles.Profile) totals {
	t := totals{phase: stats.Service, latency: hdr.NewLatencyHistogram()}
	t.op, t.mixed = heaviest(p.Op)
	if p.Open() {
		t.phase = stats.Response
	}
	return t
}

// heaviest is the operation of a mix with the greatest weight, the first of
// several, and whether there are others. Percentiles of different operations
// together say little.
func heaviest(mix profiles.Mix) (op stats.Op, others bool) {
	weights, best := map[string]float64{}, ""
	for _, o := range mix {
		weights[o.Op] += o.Weight
	}
	for _, o := range mix {
		if best == "" || weights[o.Op] > weights[best] {
			best = o.Op
		}
	}
	op, err := stats.ParseOp(best)
	if err != nil {
		panic(err) // the profile has been validated
	}
	return op, len(weights) > 1
}

func (t *totals) add(i *resultfile.Interval) {
	t.window = i.Window.Length(i.End)
	for _, s := range i.Series {
		t.sum.Add(&s.Counters)
		if s.Op == t.op {
			t.latency.Merge(s.Latency[t.phase])
			t.others += s.Others(t.phase)
		}
	}
}

func (t *totals) shown() LiveTotals {
	x := LiveTotals{
		Window: t.earlier + t.window, OK: t.sum.OK, Failed: t.sum.Failed, Dropped: t.sum.Dropped,
		Op: t.op, Mixed: t.mixed, Phase: t.phase, Latency: summary.LatencyOf(t.latency, t.others),
	}
	x.OperationsPerSecond, x.GoodputBytesPerSecond = t.sum.RatesOver(x.Window)
	return x
}
