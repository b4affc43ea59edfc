//go:build accuracy && linux

package pace

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// What is accepted of a limit.
const (
	seconds      = 10
	meanWithin   = 0.01 // over all of them
	secondWithin = 0.05 // each one after the first
	firstAtMost  = 1.10
)

// limited is one limit that is tried: rate is of the sum if it is a total one,
// else of each session.
type limited struct {
	rate     int64
	sessions int
	each     bool
}

func (l limited) rates() (total, session Rates) {
	if l.each {
		return Rates{}, Rates{All: l.rate}
	}
	return Rates{All: l.rate}, Rates{}
}

// sum is the rate of all sessions together.
func (l limited) sum() float64 {
	if l.each {
		return float64(l.rate) * float64(l.sessions)
	}
	return float64(l.rate)
}

func (l limited) String() string {
	unit := "MiB/s"
	n := l.rate >> 20
	if n == 0 {
		unit, n = "KiB/s", l.rate>>10
	}
	if l.each {
		return fmt.Sprintf("%d %s each", n, unit)
	}
	return fmt.Sprintf("%d %s total", n, unit)
}

// outcome is what moved: by second, by session, and on the other side.
type outcome struct {
	start   time.Time
	seconds [seconds + 1]atomic.Int64 // the last is whatever came too late
	session []atomic.Int64
	peer    atomic.Int64
	cpu     time.Duration
}

// meter counts for one session.
type meter struct {
	o       *outcome
	session int
}

func (m meter) Moved(n int) {
	i := min(int(time.Since(m.o.start)/time.Second), seconds)
	m.o.seconds[i].Add(int64(n))
	if i < seconds {
		m.o.session[m.session].Add(int64(n))
	}
}

// peerMeter counts what the other side sent or received.
type peerMeter struct{ o *outcome }

func (m peerMeter) Moved(n int) { m.o.peer.Add(int64(n)) }

// drive moves payload in one direction as fast as the limit lets it, for the
// given time. It is the whole of what is tried: another way to move payload,
// such as a run of ftpmark, takes its place with a function of its own.
type drive func(l limited, uploads bool, o *outcome) error

// TestAccuracy tries limits with real sockets and prints what came of them. The
// machine should have nothing else to do.
func TestAccuracy(t *testing.T) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer table.Flush()
	fmt.Fprintln(table, "limit\tsessions\tdirection\tmean\tworst second\tfirst second\tleast share\tmost share\tpeer ahead\tCPU s\tworst lag\t")
	for _, l := range []limited{
		{rate: 1 << 20, sessions: 1},
		{rate: 1 << 20, sessions: 8},
		{rate: 1 << 20, sessions: 100},
		{rate: 100 << 20, sessions: 1},
		{rate: 100 << 20, sessions: 8},
		{rate: 1 << 30, sessions: 1},
		{rate: 1 << 30, sessions: 4},
		{rate: 64 << 10, sessions: 100, each: true},
	} {
		for _, uploads := range []bool{false, true} {
			direction := "download"
			if uploads {
				direction = "upload"
			}
			t.Run(fmt.Sprintf("%v/%d/%s", l, l.sessions, direction), func(t *testing.T) {
				o := outcome{session: make([]atomic.Int64, l.sessions)}
				before := cpu()
				stop := watch()
				if err := drive(movers)(l, uploads, &o); err != nil {
					t.Fatal(err)
				}
				lag := stop()
				o.cpu = cpu() - before
				r := judge(l, &o)
				fmt.Fprintf(table, "%v\t%d\t%s\t%+.3f%%\t%+.2f%%\t%.3f\t%.3f\t%.3f\t%.0f KiB\t%.2f\t%.0f ms\t\n", l, l.sessions, direction,
					100*r.mean, 100*r.worst, r.first, r.least, r.most, r.ahead/1024, o.cpu.Seconds(), 1000*lag.Seconds())
				if math.Abs(r.mean) > meanWithin {
					t.Errorf("the mean is %+.2f%% off", 100*r.mean)
				}
				if math.Abs(r.worst) > secondWithin {
					t.Errorf("one second is %+.2f%% off", 100*r.worst)
				}
				if r.first > firstAtMost {
					t.Errorf("the first second had %.2f times its share", r.first)
				}
			})
		}
	}
}

// watch measures by how much a wake-up comes late at worst, until it is
// stopped: a limit cannot be kept by a machine that stands still.
func watch() (stop func() time.Duration) {
	ended, worst := make(chan struct{}), make(chan time.Duration)
	go func() {
		late := time.Duration(0)
		for last := time.Now(); ; {
			select {
			case <-ended:
				worst <- late
				return
			case <-time.After(time.Millisecond):
				now := time.Now()
				late = max(late, now.Sub(last)-time.Millisecond)
				last = now
			}
		}
	}()
	return func() time.Duration { close(ended); return <-worst }
}

// result is an outcome beside what it should have been.
type result struct {
	mean, worst float64 // errors, as a fraction
	first       float64 // the first second
	least, most float64 // a session's part ÷ an equal part
	ahead       float64 // bytes of a session that its server has sent and we have not counted
}

func judge(l limited, o *outcome) (r result) {
	total := int64(0)
	for i := range seconds {
		n := o.seconds[i].Load()
		total += n
		is := float64(n) / l.sum()
		switch {
		case i == 0:
			r.first = is
		case math.Abs(is-1) > math.Abs(r.worst):
			r.worst = is - 1
		}
	}
	r.mean = float64(total)/l.sum()/seconds - 1
	r.least = math.Inf(1)
	for i := range o.session {
		part := float64(o.session[i].Load()) * float64(l.sessions) / float64(total)
		r.least, r.most = min(r.least, part), max(r.most, part)
	}
	r.ahead = float64(o.peer.Load()-total-o.seconds[seconds].Load()) / float64(l.sessions)
	return r
}

// movers drives the movers over plain connections.
func movers(l limited, uploads bool, o *outcome) error {
	block, err := mover.NewBlock(1, mover.BlockSize)
	if err != nil {
		return err
	}
	defer block.Close()
	total, session := l.rates()
	p := New(total, session)
	size := ReceiveBuffer(total, session, l.sessions)
	if s := os.Getenv("FTPMARK_RECEIVE_BUFFER"); s != "" {
		size, _ = strconv.Atoi(s)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	var peers, sessions sync.WaitGroup
	pairs := make([][2]*net.TCPConn, l.sessions)
	for i := range pairs {
		client, server, err := pair(size)
		if err != nil {
			return err
		}
		defer client.Close()
		defer server.Close()
		pairs[i] = [2]*net.TCPConn{client, server}
	}
	o.start = time.Now()
	for i, pair := range pairs {
		client, server := pair[0], pair[1]
		peers.Go(func() {
			if uploads {
				_, _ = mover.Discard(server, peerMeter{o}, mover.Options{})
				return
			}
			_, _ = mover.Send(server, block, 0, math.MaxInt64/4, peerMeter{o}, mover.Options{})
		})
		sessions.Go(func() {
			down, up := p.Session(ctx)
			if uploads {
				_, _ = mover.Send(client, block, 0, math.MaxInt64/4, meter{o, i}, mover.Options{Pace: up})
				return
			}
			_, _ = mover.Discard(client, meter{o, i}, mover.Options{Pace: down})
		})
	}
	time.Sleep(time.Until(o.start.Add(seconds * time.Second)))
	cancel()
	for _, pair := range pairs {
		_ = pair[0].Close()
	}
	sessions.Wait()
	peers.Wait()
	return nil
}

// pair is a connection over loopback whose client's receive buffer is of the
// given size, 0 for the system's choice.
func pair(size int) (client, server *net.TCPConn, err error) {
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer ln.Close()
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		if size > 0 {
			_ = c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, size) })
		}
		return err
	}}
	c, err := d.Dial("tcp4", ln.Addr().String())
	if err != nil {
		return nil, nil, err
	}
	s, err := ln.Accept()
	if err != nil {
		_ = c.Close()
		return nil, nil, err
	}
	return c.(*net.TCPConn), s.(*net.TCPConn), nil
}

// cpu is the processor time of this process so far, of both ends of the
// connections.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
