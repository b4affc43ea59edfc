package recorder

import (
	"sync/atomic"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Meter counts the payload of one session's operations while it moves. It is
// what workers/wire/mover calls a Meter. Make one with [Shard.NewMeter]; Begin,
// Moved, Track, Ended, the Record it is given to and Release must not run
// concurrently with each other; the interval taker may run at any time.
//
// What moves is counted as it is told, for an upload that is tracked as the
// server gets it.
//
// It is sized to fill a cache line of its own, so that sessions do not slow
// each other down.
type Meter struct {
	shard     *Shard
	measuring *atomic.Bool
	bytes     int64        // all of the operation's payload so far
	inside    atomic.Int64 // the part that moved while the window was open
	taken     int64        // the part of inside already counted; guarded by the shard
	at        int          // index in the shard's meters; guarded by the shard
	key       atomic.Uint32
	upload    *upload // made with the session's first; guarded by the shard
}

// Begin says which operation the bytes to come belong to. It must be called
// before the operation's first byte moves.
func (m *Meter) Begin(op stats.Op, mode stats.Mode) { m.key.Store(uint32(resultfile.KeyOf(op, mode))) }

// Moved adds n bytes of payload. It takes no lock and reads no clock.
func (m *Meter) Moved(n int) {
	m.bytes += int64(n)
	if m.measuring.Load() {
		m.inside.Add(int64(n))
	}
}

// Track follows an upload of size bytes, of which none has moved yet: from the
// given moment until it ends p tells how much of it the server has. It must be
// called behind Begin and before the upload's first Moved.
func (m *Meter) Track(p stats.UploadProgress, size int64, at stats.Moment) {
	s := m.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.upload == nil {
		m.upload = new(upload)
	}
	m.upload.begin(p, size, at, s.window)
}

// Ended asks the tracked upload's progress for the last time: its connection may
// be closed after it. Without a tracked upload it does nothing.
func (m *Meter) Ended() {
	s := m.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.tracked() {
		m.upload.read(0)
		m.upload.progress = nil
	}
}

func (m *Meter) tracked() bool { return m.upload != nil && m.upload.on }

// Bytes returns the payload that moved since the last Record.
func (m *Meter) Bytes() int64 { return m.bytes }

// Release ends the meter's use, with its session. Bytes of an operation that
// was never recorded count as moved and wasted. Releasing twice does nothing.
func (m *Meter) Release() {
	s := m.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.at < 0 {
		return
	}
	if inside := m.settle(s, nil); inside > 0 {
		s.live.At(m.series()).WastedInside += inside
	}
	last := len(s.meters) - 1
	s.meters[m.at] = s.meters[last]
	s.meters[m.at].at = m.at
	s.meters[last] = nil
	s.meters = s.meters[:last]
	m.at = -1
	s.recorder.sessions.add(-1)
}

func (m *Meter) series() resultfile.SeriesKey { return resultfile.SeriesKey(m.key.Load()) }

// collect counts what moved inside since it last did, and leaves the operation
// going. The caller holds the shard's lock.
//
// The order matters: the key is read after the bytes. It can only change while
// inside is zero, so a key read after a byte was seen is that byte's key. While
// an upload is tracked the key does not change.
func (m *Meter) collect(s *Shard, now stats.Moment) {
	if !m.tracked() {
		m.count(s, m.inside.Load())
		return
	}
	if u := m.upload; s.window.Open != 0 && s.window.Close == 0 && u.progress != nil {
		u.guess(now)
		m.count(s, u.estimate-u.from)
	}
}

// count counts the operation's bytes inside, as far as they are not counted.
func (m *Meter) count(s *Shard, inside int64) {
	if d := inside - m.taken; d > 0 {
		s.live.At(m.series()).MovedInside += d
		m.taken = inside
	}
}

// edge is called when the window has opened or closed. The caller holds the
// shard's lock.
func (m *Meter) edge(s *Shard) {
	u := m.upload
	switch {
	case !m.tracked() || u.out:
	case s.window.Close == 0:
		u.opened(s.window.Open)
	default:
		u.closed(s.window.Close)
		m.count(s, u.estimate-u.from)
	}
}

// settle counts the rest and makes the meter ready for the next operation; it
// returns the operation's bytes inside the window. o is nil for an operation
// that was never recorded. The caller holds the shard's lock and is the
// goroutine that moves the bytes.
func (m *Meter) settle(s *Shard, o *stats.Sample) (inside int64) {
	switch {
	case !m.tracked():
		m.count(s, m.inside.Load())
	case o != nil:
		m.count(s, m.upload.inside(o, m.bytes, m.taken, s.window))
		if m.upload.unknown && o.Failure == nil {
			s.recorder.spread.Add(1)
		}
		fallthrough
	default:
		m.upload.on, m.upload.progress = false, nil
	}
	inside = m.taken
	m.inside.Store(0)
	m.taken, m.bytes = 0, 0
	return inside
}
