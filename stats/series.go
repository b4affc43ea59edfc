package stats

import "time"

// Series is what was measured of one operation in one mode: in an interval, or
// in a whole trial. Histograms hold ok operations that belong to the window.
type Series struct {
	Op   Op   `json:"op"`
	Mode Mode `json:"mode"`
	Counters
	// Latency holds the phases that occurred; the others are nil.
	Latency PhaseHistograms `json:"latency_ns"`
	// Throughput is nil where nothing was transferred.
	Throughput *Histogram `json:"throughput_bytes_per_second,omitempty"`
	// Errors counts the failed operations that belong to the window.
	Errors ErrorCounts `json:"errors,omitempty"`
}

// PhaseHistograms holds a latency histogram for each phase that occurred, nil
// for the others. In JSON it is an object by the phases' names.
type PhaseHistograms [NumPhases]*Histogram

// Merge adds what o holds.
func (s *Series) Merge(o *Series) {
	s.Counters.Add(&o.Counters)
	s.Latency.merge(&o.Latency)
	if o.Throughput != nil && o.Throughput.Count() > 0 {
		s.throughput().Merge(o.Throughput)
	}
	s.Errors.merge(o.Errors)
}

// empty reports whether nothing was counted.
func (s *Series) empty() bool { return s.Counters == Counters{} && len(s.Errors) == 0 }

// reset empties s and keeps its memory.
func (s *Series) reset() {
	s.Counters = Counters{}
	for _, h := range &s.Latency {
		if h != nil {
			h.Reset()
		}
	}
	if s.Throughput != nil {
		s.Throughput.Reset()
	}
	s.Errors = nil
}

func (s *Series) throughput() *Histogram {
	if s.Throughput == nil {
		s.Throughput = NewThroughputHistogram()
	}
	return s.Throughput
}

func (h *PhaseHistograms) merge(o *PhaseHistograms) {
	for p, from := range o {
		h.mergePhase(Phase(p), from)
	}
}

func (h *PhaseHistograms) mergePhase(p Phase, from *Histogram) {
	if from == nil || from.Count() == 0 {
		return
	}
	if h[p] == nil {
		h[p] = NewLatencyHistogram()
	}
	h[p].Merge(from)
}

// seriesKey numbers the (operation, mode) pairs.
type seriesKey uint32

const numSeries = int(NumOps) * int(NumModes)

func keyOf(op Op, mode Mode) seriesKey { return seriesKey(op)*seriesKey(NumModes) + seriesKey(mode) }

func (k seriesKey) split() (Op, Mode) {
	return Op(k / seriesKey(NumModes)), Mode(k % seriesKey(NumModes))
}

// seriesSet holds the series of a shard, an interval or a trial by key.
type seriesSet [numSeries]*Series

func (s *seriesSet) at(k seriesKey) *Series {
	if s[k] == nil {
		op, mode := k.split()
		s[k] = &Series{Op: op, Mode: mode}
	}
	return s[k]
}

// merge adds the series that counted anything.
func (s *seriesSet) merge(o *seriesSet) {
	for k, from := range o {
		if from != nil && !from.empty() {
			s.at(seriesKey(k)).Merge(from)
		}
	}
}

// list returns the series that there are, in the order of their keys.
func (s *seriesSet) list() SeriesList {
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
func (s *Series) Others(p Phase) int64 {
	n := addClamped(s.Failed, s.Unfinished)
	if p == Lag || p == Response {
		n = addClamped(n, s.Dropped)
	}
	return n
}
