package resultfile

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
)

// Series is what was measured of one operation in one mode: in an interval, or
// in a whole trial. Histograms hold ok operations that belong to the window.
type Series struct {
	Op   stats.Op   `json:"op"`
	Mode stats.Mode `json:"mode"`
	Counters
	// Latency holds the phases that occurred; the others are nil.
	Latency PhaseHistograms `json:"latency_ns"`
	// Throughput is nil where nothing was transferred.
	Throughput *hdr.Histogram `json:"throughput_bytes_per_second,omitempty"`
	// Errors counts the failed operations that belong to the window, WarmupErrors those
	// that began before it.
	Errors       ErrorCounts `json:"errors,omitempty"`
	WarmupErrors ErrorCounts `json:"warmup_errors,omitempty"`
}

// PhaseHistograms holds a latency histogram for each phase that occurred, nil
// for the others. In JSON it is an object by the phases' names.
type PhaseHistograms [stats.NumPhases]*hdr.Histogram

// Merge adds what o holds.
func (s *Series) Merge(o *Series) {
	s.Counters.Add(&o.Counters)
	s.Latency.merge(&o.Latency)
	if o.Throughput != nil && o.Throughput.Count() > 0 {
		s.throughput().Merge(o.Throughput)
	}
	s.Errors.Merge(o.Errors)
	s.WarmupErrors.Merge(o.WarmupErrors)
}

// Empty reports whether nothing was counted.
func (s *Series) Empty() bool {
	return s.Counters == Counters{} && len(s.Errors)+len(s.WarmupErrors) == 0
}

// Reset empties s and keeps its memory.
func (s *Series) Reset() {
	s.Counters = Counters{}
	for _, h := range &s.Latency {
		if h != nil {
			h.Reset()
		}
	}
	if s.Throughput != nil {
		s.Throughput.Reset()
	}
	s.Errors, s.WarmupErrors = nil, nil
}

func (s *Series) throughput() *hdr.Histogram {
	if s.Throughput == nil {
		s.Throughput = hdr.NewThroughputHistogram()
	}
	return s.Throughput
}

func (h *PhaseHistograms) merge(o *PhaseHistograms) {
	for p, from := range o {
		h.mergePhase(stats.Phase(p), from)
	}
}

func (h *PhaseHistograms) mergePhase(p stats.Phase, from *hdr.Histogram) {
	if from == nil || from.Count() == 0 {
		return
	}
	if h[p] == nil {
		h[p] = hdr.NewLatencyHistogram()
	}
	h[p].Merge(from)
}

// SeriesKey numbers the (operation, mode) pairs.
type SeriesKey uint32

const numSeries = int(stats.NumOps) * int(stats.NumModes)

func KeyOf(op stats.Op, mode stats.Mode) SeriesKey {
	return SeriesKey(op)*SeriesKey(stats.NumModes) + SeriesKey(mode)
}

func (k SeriesKey) Split() (stats.Op, stats.Mode) {
	return stats.Op(k / SeriesKey(stats.NumModes)), stats.Mode(k % SeriesKey(stats.NumModes))
}

// SeriesSet holds the series of a shard, an interval or a trial by key.
type SeriesSet [numSeries]*Series

func (s *SeriesSet) At(k SeriesKey) *Series {
	if s[k] == nil {
		op, mode := k.Split()
		s[k] = &Series{Op: op, Mode: mode}
	}
	return s[k]
}

// Merge adds the series that counted anything.
func (s *SeriesSet) Merge(o *SeriesSet) {
	for k, from := range o {
		if from != nil && !from.Empty() {
			s.At(SeriesKey(k)).Merge(from)
		}
	}
}

// List returns the series that there are, in the order of their keys.
func (s *SeriesSet) List() SeriesList {
	var l SeriesList
	for _, x := range s {
		if x != nil {
			l = append(l, x)
		}
	}
	return l
}

// SeriesList holds at most one series for each operation and mode, ordered by
// these.
type SeriesList []*Series

// RatesOver returns ok operations that ended, and the payload that moved for
// such, per second. Where failed operations gave up more than moved in that
// time, because it had moved before, goodput is zero.
func (c *Counters) RatesOver(d time.Duration) (operations, goodput float64) {
	if d <= 0 {
		return 0, 0
	}
	return float64(c.CompletedInside) / d.Seconds(), float64(max(c.MovedInside-c.WastedInside, 0)) / d.Seconds()
}

// Others returns how many operations of the window could have been in the
// phase's histogram and are not. Arrivals that were dropped have no service
// time, but whoever came with them waited: they count for what is timed from
// the intended start. How long they would have waited is not known, only that
// it is no less than they did until they were dropped, which may be not at all:
// so they too could have had any value.
func (s *Series) Others(p stats.Phase) int64 {
	n := addClamped(s.Failed, s.Unfinished)
	if p == stats.Lag || p == stats.Response {
		n = addClamped(n, s.Dropped)
	}
	return n
}
