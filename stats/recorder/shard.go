package recorder

import (
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Shard is a part of a [Recorder]: a few sessions record into it. Its lock is
// held for one finished operation or for one interval's exchange of buffers,
// so with at least as many shards as processors it is hardly ever waited for.
// All methods are safe for concurrent use.
type Shard struct {
	recorder *Recorder

	mu     sync.Mutex
	live   *resultfile.SeriesSet // recorded since the last interval was taken
	spare  *resultfile.SeriesSet // empty, of the same allocated shape
	meters []*Meter
	window stats.Window // the recorder's, copied under the lock
	latest stats.Moment // the latest moment that was judged against window
}

// NewMeter returns a meter for one session. Release it when the session ends.
func (s *Shard) NewMeter() *Meter {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &Meter{shard: s, measuring: &s.recorder.measuring, at: len(s.meters)}
	s.meters = append(s.meters, m)
	s.recorder.sessions.add(1)
	return m
}

// Record adds one finished operation and makes the meter ready for the next.
// With a meter it sets the sample's Op, Mode, Bytes and Inside from what the
// meter was told, so that bytes counted in flight and bytes counted at the end
// land in one series; m may be nil for an operation that moves no data. m must
// have been made by s. It keeps no reference to the sample and allocates
// nothing in the steady state, failed operations excepted.
func (s *Shard) Record(m *Meter, o *stats.Sample) {
	if m != nil && m.shard != s {
		panic("stats: recording into a shard with another shard's meter")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := resultfile.KeyOf(o.Op, o.Mode)
	if m != nil {
		key = m.series()
		o.Op, o.Mode = key.Split()
		o.Bytes = m.bytes
		o.Inside = m.settle(s, o)
	}
	s.latest = max(s.latest, o.Moments[stats.T0], o.Moments[stats.T8])
	count(s.live.At(key), o, s.window, m == nil)
}

// count counts an operation where the window puts it.
func count(s *resultfile.Series, o *stats.Sample, w stats.Window, unmetered bool) {
	if unmetered {
		s.MovedInside += o.Inside
	}
	if o.Failure != nil {
		s.WastedInside += o.Inside
	} else if w.Completes(o.Moments[stats.T8]) {
		s.CompletedInside++
	}
	t0 := o.Moments[stats.T0]
	if w.Spans(o.Moments[stats.T1], o.Moments[stats.T8]) {
		s.Spanning++
	}
	countWaiting(s, t0, o.Moments[stats.T1], w)
	switch {
	case w.Holds(t0):
		switch {
		case o.Failure == nil:
			addOK(s, o)
		case o.Failure.Unfinished():
			s.Unfinished++
		default:
			s.Failed++
			s.Errors.Count(o.Failure)
		}
	case w.After(t0):
		s.AfterWindow++
	case o.Failure == nil:
		s.WarmupOK++
	case !o.Failure.Unfinished():
		s.WarmupFailed++
		s.WarmupErrors.Count(o.Failure)
	}
}

// countWaiting counts an operation that was due at t0 and began at t1, zero if
// it never did, where it was waiting.
func countWaiting(s *resultfile.Series, t0, t1 stats.Moment, w stats.Window) {
	if w.Open != 0 && stats.Waited(t0, t1, w.Open) {
		s.WaitingAtOpen++
	}
	if w.Close != 0 && stats.Waited(t0, t1, w.Close) {
		s.WaitingAtClose++
	}
}

// addDropped counts an arrival that was due and was turned away.
func (s *Shard) addDropped(op stats.Op, mode stats.Mode, due stats.Moment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest = max(s.latest, due)
	if s.window.Holds(due) {
		s.live.At(resultfile.KeyOf(op, mode)).Dropped++
	}
}

// addAbandoned counts an arrival that was due and waited until the run gave up.
func (s *Shard) addAbandoned(op stats.Op, mode stats.Mode, due stats.Moment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest = max(s.latest, due)
	x := s.live.At(resultfile.KeyOf(op, mode))
	if s.window.Holds(due) {
		x.Dropped++
	}
	countWaiting(x, due, 0, s.window)
}

// Housekept counts n operations outside of the measurement that made a file or
// a folder for a measured operation of that kind: one to be deleted, say. They
// are load that the server has and no figure shows. Only those made while the
// window is open count.
func (s *Shard) Housekept(op stats.Op, mode stats.Mode, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > 0 && s.window.Open != 0 && s.window.Close == 0 {
		s.live.At(resultfile.KeyOf(op, mode)).Housekeeping += int64(n)
	}
}

// take exchanges the buffers and adds what was recorded to sum. Only the
// exchange happens under the lock. Takes must not run concurrently.
func (s *Shard) take(sum *resultfile.SeriesSet, now stats.Moment) {
	s.mu.Lock()
	for _, m := range s.meters {
		m.collect(s, now)
	}
	s.live, s.spare = s.spare, s.live
	s.mu.Unlock()

	sum.Merge(s.spare)
	for _, x := range s.spare {
		if x != nil && !x.Empty() {
			x.Reset()
		}
	}
}

// addPath adds the path of an ok operation.
func addPath(c *resultfile.Counters, p *stats.TCPPath) {
	if !p.Known {
		return
	}
	c.Paths++
	c.RTT += int64(p.RTT)
	c.Retransmits += p.Retransmits
	if p.DeliveryRate > 0 {
		c.DeliveryRates++
		c.DeliveryRate += p.DeliveryRate
	}
}

// addOK adds an ok operation that belongs to the window.
func addOK(s *resultfile.Series, o *stats.Sample) {
	s.OK++
	s.Bytes += o.Bytes
	s.Commands += int64(o.Commands)
	s.Connects += int64(o.Connects)
	addPath(&s.Counters, &o.Path)
	if o.SizeUnverified {
		s.SizeUnverified++
	}
	if o.Verified {
		s.Verified++
	}
	last := stats.Response
	if o.Op == stats.Login {
		last = stats.Setup
	}
	for p := stats.Lag; p <= last; p++ {
		if d, ok := o.Span(p); ok {
			recordPhase(&s.Latency, p, d)
		}
	}
	if !o.Op.Transfers() {
		return
	}
	if rate, ok := o.Throughput(); ok {
		if s.Throughput == nil {
			s.Throughput = hdr.NewThroughputHistogram()
		}
		s.Throughput.Record(rate)
	}
	for i, d := range o.Moments.Partition() {
		s.Partition[i] += int64(d)
	}
}

func recordPhase(h *resultfile.PhaseHistograms, p stats.Phase, d time.Duration) {
	if h[p] == nil {
		h[p] = hdr.NewLatencyHistogram()
	}
	h[p].Record(int64(d))
}
