package stats

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

// record adds an ok operation that belongs to the window.
func (s *Series) record(o *Sample) {
	s.OK++
	s.Bytes += o.Bytes
	s.Commands += int64(o.Commands)
	s.Connects += int64(o.Connects)
	s.addPath(&o.Path)
	if o.SizeUnverified {
		s.SizeUnverified++
	}
	if o.Verified {
		s.Verified++
	}
	last := Response
	if o.Op == Login {
		last = Setup
	}
	for p := Lag; p <= last; p++ {
		if d, ok := o.Span(p); ok {
			s.Latency.record(p, int64(d))
		}
	}
	if !o.Op.Transfers() {
		return
	}
	if rate, ok := o.Throughput(); ok {
		s.throughput().Record(rate)
	}
	for i, d := range o.Moments.Partition() {
		s.Partition[i] += int64(d)
	}
}

func (h *PhaseHistograms) record(p Phase, ns int64) {
	if h[p] == nil {
		h[p] = NewLatencyHistogram()
	}
	h[p].Record(ns)
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
