package mover

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

type counter struct{ atomic.Int64 }

func (c *counter) Moved(n int) { c.Add(int64(n)) }

// briefly returns what sets the deadlines of waits on c, and counts the brief
// ones.
func briefly(c net.Conn, brief *atomic.Int64) func(bool) {
	return func(b bool) {
		var until time.Time
		if b {
			brief.Add(1)
			until = time.Now().Add(Brief)
		}
		_ = c.SetReadDeadline(until)
	}
}

// TestFlowThatSlowsDownIsStillFollowed sends fast, then a little, and only ends
// when the little has been counted: a reader that waited for more would wait for
// ever.
func TestFlowThatSlowsDownIsStillFollowed(t *testing.T) {
	client, server := pipe(t)
	const fast, little = 256 << 20, 1000
	var moved counter
	late := make(chan int64, 1)
	go func() {
		defer server.Close()
		b := make([]byte, 1<<20)
		for range fast / len(b) {
			_, _ = server.Write(b)
		}
		for i := range 5 {
			_, _ = server.Write(b[:little])
			want := int64(fast + (i+1)*little)
			for begun := time.Now(); moved.Load() < want; time.Sleep(time.Millisecond) {
				if time.Since(begun) > 10*time.Second {
					late <- want - moved.Load()
					return
				}
			}
		}
		late <- 0
	}()
	var brief atomic.Int64
	n, err := Discard(client, &moved, Options{Clock: stats.NewClock(time.Now()), Waiting: briefly(client, &brief)})
	if missing := <-late; missing != 0 {
		t.Errorf("%d bytes lay unread though nothing more came", missing)
	}
	if err != nil || n != fast+5*little {
		t.Errorf("discarded %d: %v", n, err)
	}
	if brief.Load() == 0 {
		t.Error("the flow was never waited for with a mark")
	}
}

// TestMarkFollowsTheFlow judges flows of several rates.
func TestMarkFollowsTheFlow(t *testing.T) {
	for _, c := range []struct {
		name  string
		bytes int64
		took  time.Duration
		want  int
	}{
		{"too short to say", 1 << 20, judgeAfter / 2, 0},
		{"slow", 1 << 20, time.Second, 0},
		{"100 MB/s", 100_000, time.Millisecond, 100_000},
		{"1 GB/s", 1_000_000, time.Millisecond, 1_000_000},
		{"10 GB/s", 10_000_000, time.Millisecond, mostMark},
	} {
		client, _ := pipe(t)
		now := stats.Moment(1)
		o := &Options{Clock: func() stats.Moment { return now }}
		f, err := NewInflow(client, o)
		if err != nil {
			t.Fatal(err)
		}
		judge := func() { _ = f.raw.Control(f.judge) }
		judge()
		f.bytes = 0
		judge() // nothing has come: the wait was for the peer
		now, f.bytes = now.Add(c.took), c.bytes
		if judge(); f.low != c.want {
			t.Errorf("%s: the mark is %d, want %d", c.name, f.low, c.want)
		}
		if c.want == 0 {
			continue
		}
		now, f.bytes = now.Add(c.took), c.bytes*3/4
		if judge(); f.low != c.want {
			t.Errorf("%s: a rate that hardly changed moved the mark to %d", c.name, f.low)
		}
		now, f.bytes = now.Add(time.Second), 1000
		if judge(); f.low != 1 {
			t.Errorf("%s: the flow became slow and the mark is %d", c.name, f.low)
		}
	}
}

// TestNothingIsWaitedForThatMayNotCome: a peer may send all it has and wait for
// an answer then.
func TestNothingIsWaitedForThatMayNotCome(t *testing.T) {
	for range 5 {
		client, server := pipe(t)
		const size = 64<<20 + 12345
		go func() { _, _ = server.Write(make([]byte, size)) }()
		o := &Options{AtLeast: size, Clock: stats.NewClock(time.Now()), Waiting: func(bool) {
			_ = client.SetReadDeadline(time.Now().Add(10 * time.Second))
		}}
		f, err := NewInflow(client, o)
		if err != nil {
			t.Fatal(err)
		}
		begun, buf := time.Now(), make([]byte, 64<<10)
		for f.total < size {
			if _, err := f.Read(buf); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begun); took > 9*time.Second {
			t.Errorf("the end was waited for %v", took)
		}
		if _ = f.raw.Control(f.judge); f.low > 1 { // as before the next wait
			t.Errorf("the mark is %d though nothing more will come", f.low)
		}
	}
}

// TestAFlowWithoutAPauseIsNotStalled: a deadline that is over says nothing where
// there always was something to receive.
func TestAFlowWithoutAPauseIsNotStalled(t *testing.T) {
	client, server := pipe(t)
	if _, err := server.Write(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	extended := 0
	f, err := NewInflow(client, &Options{Waiting: func(bool) { extended++; _ = client.SetReadDeadline(time.Now().Add(5 * time.Second)) }})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	if _, err := f.Read(buf); err != nil {
		t.Fatal(err)
	}
	_ = client.SetReadDeadline(time.Unix(1, 0))
	if n, err := f.Read(buf); n != 100 || err != nil || extended != 1 {
		t.Errorf("read %d, %v, deadline set %d times", n, err, extended)
	}
	// Where nothing came, it is a stall.
	_, _ = f.Read(make([]byte, 1000))
	f.o.Waiting = func(bool) { _ = client.SetReadDeadline(time.Unix(1, 0)) }
	if _, err := f.Read(buf); err == nil {
		t.Error("a stall was not told")
	}
}
