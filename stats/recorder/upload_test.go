package recorder

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/statstest"
)

// steady is a server that reads an upload at a rate, with a kernel that takes
// more, as far as its buffer goes.
type steady struct {
	now, begun   *stats.Moment
	rate         int64 // bytes per second
	buffer, size int64
	slack        int64 // how much wider than the buffer the bounds are
	mute         bool  // nobody knows how far it is
}

func (s *steady) had() int64 {
	return min(int64(float64(s.rate)*s.now.Sub(*s.begun).Seconds()), s.size)
}

func (s *steady) Received() (least, most int64, ok bool) {
	most = min(s.had()+s.buffer, s.size)
	return max(most-s.buffer-s.slack, 0), most, !s.mute
}

const second = stats.Moment(time.Second)

// uploads runs uploads of a session, one after another, and takes an interval
// each second; the window lasts from open to close.
func uploads(t *testing.T, server steady, open, close stats.Moment) (goodput float64, seconds []int64, r *Recorder) {
	t.Helper()
	now, begun := stats.Moment(1), stats.Moment(1)
	server.now, server.begun = &now, &begun
	r = NewRecorder("v", 1, 1, 1)
	m := r.Shard(0).NewMeter()
	begin := func() {
		begun = now
		m.Begin(stats.Stor, stats.EPSV)
		m.Track(&server, server.size, now)
		m.Moved(int(server.size)) // the kernel takes it all at once
	}
	begin()
	took := stats.Moment(float64(second) * float64(server.size) / float64(server.rate))
	for now < close+2*took {
		next := min(begun+took, (now/second+1)*second)
		if now < open {
			next = min(next, open)
		} else if now < close {
			next = min(next, close)
		}
		now = next
		if now == begun+took {
			s := &stats.Sample{Op: stats.Stor, Mode: stats.EPSV, Moments: stats.Moments{begun, begun, begun, begun, begun, begun, begun, begun, now}}
			m.Ended()
			r.Shard(0).Record(m, s)
			if s.Bytes != server.size || s.Inside > s.Bytes {
				t.Errorf("%d bytes, %d inside", s.Bytes, s.Inside)
			}
			begin()
		}
		switch {
		case now == open:
			r.OpenWindow(now)
			r.Take(now)
		case now == close:
			r.CloseWindow(now)
			r.Take(now)
		case now%second == 0:
			var moved int64
			for _, x := range r.Take(now).Series {
				moved += x.MovedInside
			}
			if now > open+second && now < close {
				seconds = append(seconds, moved)
			}
		}
	}
	m.Release()
	_, trial := r.Finish(now, true)
	x := statstest.Only(t, trial.Series)
	if x.WastedInside > 0 {
		x.MovedInside -= x.WastedInside // of the last one, which was not recorded
	}
	return float64(x.MovedInside) / close.Sub(open).Seconds(), seconds, r
}

// TestUploadsInsideTheWindow holds goodput against the rate of a server that
// reads steadily, wherever the window's edges lie and however far its kernel is
// ahead of it; each second too, once the session has had an upload.
func TestUploadsInsideTheWindow(t *testing.T) {
	const rate = 200 << 10
	for _, size := range []int64{64 << 10, 256 << 10, 1 << 20, 64 << 20} {
		for _, buffer := range []int64{0, 64 << 10, 350 << 10} {
			for _, mute := range []bool{false, true} {
				for _, open := range []stats.Moment{second / 2, 7*second/10 + 1, 11 * second / 3} {
					for _, length := range []stats.Moment{7 * second, 10 * second, 13*second + 12345} {
						server := steady{rate: rate, buffer: buffer, size: size, slack: 100 << 10, mute: mute}
						goodput, seconds, r := uploads(t, server, open, open+length)
						if math.Abs(goodput/rate-1) > 0.001 {
							t.Errorf("files of %d, buffer %d, mute %v, window from %d for %d: goodput %.0f, want %d", size, buffer, mute, open, length, goodput, rate)
						}
						if mute != (r.Spread() > 0) {
							t.Errorf("mute %v: %d uploads spread", mute, r.Spread())
						}
						first := int(float64(size)/rate) + 1
						for i, got := range seconds {
							if i > first && math.Abs(float64(got)/rate-1) > 0.02 {
								t.Errorf("files of %d, buffer %d, mute %v, window from %d for %d: %d in second %d, want %d", size, buffer, mute, open, length, got, i, rate)
							}
						}
					}
				}
			}
		}
	}
}

// bounds is progress that a test sets.
type bounds struct {
	least, most int64
	ok          bool
}

func (b *bounds) Received() (int64, int64, bool) { return b.least, b.most, b.ok }

// An upload's mean rate decides only between what was known at the edges: of one
// that stalls before the window, all that moves in it counts there.
func TestUnsteadyUploadKeepsToItsBounds(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	m := shard.NewMeter()
	var p bounds
	m.Begin(stats.Stor, stats.EPSV)
	m.Track(&p, 100_000, 1)
	m.Moved(100_000)
	p = bounds{9_000, 10_000, true} // a tenth in nine tenths of the time
	r.OpenWindow(90 * statstest.Millisecond)
	p = bounds{49_000, 50_000, true}
	if x := statstest.Only(t, r.Take(95*statstest.Millisecond).Series); x.MovedInside < 39_000 || x.MovedInside > 41_000 {
		t.Errorf("in flight: %+v", x.Counters)
	}
	p = bounds{79_000, 80_000, true}
	r.CloseWindow(98 * statstest.Millisecond)
	p = bounds{0, 100_000, true}
	m.Ended()
	s := &stats.Sample{Op: stats.Stor, Mode: stats.EPSV, Moments: stats.Moments{stats.T0: 1, stats.T1: 1, stats.T6: 1, stats.T8: 100 * statstest.Millisecond}}
	shard.Record(m, s)
	if s.Inside < 69_000 || s.Inside > 71_000 || s.Bytes != 100_000 {
		t.Errorf("%d of %d bytes inside", s.Inside, s.Bytes)
	}
}

// What a failed upload handed to the kernel, and the server never had, did not
// move.
func TestFailedUploadMovedWhatWasAcknowledged(t *testing.T) {
	for name, c := range map[string]struct {
		end  bounds
		want int64
	}{
		"known":     {bounds{0, 3_000, true}, 3_000},
		"not known": {bounds{}, 100_000},
	} {
		r := NewRecorder("v", 1, 1, 1)
		shard := r.Shard(0)
		m := shard.NewMeter()
		r.OpenWindow(1)
		p := c.end
		m.Begin(stats.Stor, stats.EPSV)
		m.Track(&p, 200_000, 2)
		m.Moved(100_000)
		m.Ended()
		p = bounds{200_000, 200_000, true} // it must not be asked again
		r.Take(5)
		s := &stats.Sample{Op: stats.Stor, Mode: stats.EPSV, Moments: stats.Moments{stats.T0: 2, stats.T1: 2, stats.T6: 2, stats.T8: 10}, Failure: &stats.Failure{Phase: stats.Payload, Class: stats.ClassReset}}
		shard.Record(m, s)
		_, trial := r.Finish(20, true)
		x := statstest.Only(t, trial.Series)
		if x.MovedInside != c.want || x.WastedInside != c.want || s.Bytes != 100_000 || r.Spread() != 0 {
			t.Errorf("%s: %d of %d bytes, %+v", name, s.Inside, s.Bytes, x.Counters)
		}
	}
}

// A download that follows an upload on the same meter counts as it moves again.
func TestMeterForgetsTheUpload(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	m := shard.NewMeter()
	r.OpenWindow(1)
	m.Begin(stats.Stor, stats.EPSV)
	m.Track(&bounds{ok: true}, 10, 2)
	m.Moved(10)
	m.Ended()
	shard.Record(m, &stats.Sample{Moments: stats.Moments{stats.T0: 2, stats.T1: 2, stats.T8: 3}})
	m.Begin(stats.Retr, stats.EPSV)
	m.Moved(7)
	for _, x := range r.Take(4).Series {
		if want := map[stats.Op]int64{stats.Stor: 10, stats.Retr: 7}[x.Op]; x.MovedInside != want {
			t.Errorf("%s: %+v", x.Op, x.Counters)
		}
	}
}

// TestUploadsFollowedFromElsewhere has intervals taken while uploads begin, move
// and end: it is for the race detector, and counts.
func TestUploadsFollowedFromElsewhere(t *testing.T) {
	r := NewRecorder("v", 1, 2, 1)
	r.OpenWindow(1)
	const each, size = 200, 1000
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			shard := r.Shard(i)
			m := shard.NewMeter()
			defer m.Release()
			for range each {
				m.Begin(stats.Stor, stats.EPSV)
				m.Track(&bounds{least: 100, most: 900, ok: true}, size, 2)
				m.Moved(size / 2)
				m.Moved(size / 2)
				m.Ended()
				shard.Record(m, &stats.Sample{Moments: stats.Moments{stats.T0: 2, stats.T1: 2, stats.T8: 3}})
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for going := true; going; {
		select {
		case <-done:
			going = false
		default:
			r.Take(3)
		}
	}
	_, trial := r.Finish(4, true)
	if x := statstest.Only(t, trial.Series); x.MovedInside != 4*each*size || x.WastedInside != 0 {
		t.Errorf("%+v", x.Counters)
	}
}

// TestFirstUploadsBurst is of a server that lets a session's first 64 KiB go at
// once, before the window opens: they do not count in it.
func TestFirstUploadsBurst(t *testing.T) {
	const rate, size, burst = 200 << 10, 1 << 20, 64 << 10 // bytes per second; bytes
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	m := shard.NewMeter()
	begun := stats.Moment(1)
	for i := range 3 {
		took := stats.Moment(float64(second) * size / rate)
		if i == 0 {
			took = stats.Moment(float64(second) * (size - burst) / rate)
		}
		m.Begin(stats.Stor, stats.EPSV)
		m.Track(&bounds{0, size, true}, size, begun)
		m.Moved(size)
		if i == 0 {
			r.OpenWindow(second)
		}
		if i == 2 {
			r.CloseWindow(begun + took/2)
		}
		m.Ended()
		shard.Record(m, &stats.Sample{Moments: stats.Moments{stats.T0: begun, stats.T1: begun, stats.T8: begun + took}})
		begun += took
	}
	w := r.Window()
	_, trial := r.Finish(begun, true)
	got := float64(statstest.Only(t, trial.Series).MovedInside) / w.Length(0).Seconds()
	if math.Abs(got/rate-1) > 0.001 {
		t.Errorf("goodput %.0f, want %d", got, rate)
	}
}
