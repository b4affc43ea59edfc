package rig

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// pool is the sessions of a trial.
type pool struct {
	initial     int           // those that it begins with
	sessionless bool          // the only operation is the log-in itself
	mode        profiles.Mode // empty where no session moves data

	ready     chan struct{} // closed when all that it begins with are logged in
	paused    chan struct{} // closed when every one of them stands still before the window
	assembled atomic.Int64
	resting   atomic.Int64

	up      atomic.Int64  // those that are logged in
	downFor atomic.Int64  // ns that sessions were without a connection in the window
	verb    atomic.Uint32 // the mode that the last to log in has come to
	noticed noticed

	opening     context.Context // ends when no session needs to be opened any more
	stopOpening context.CancelFunc
	workers     sync.WaitGroup
}

// noticed adds up what sessions have noticed.
type noticed struct {
	foreign  atomic.Int64 // 227 replies that named another host
	stray    atomic.Int64 // passive ports outside of the server's range
	strange  atomic.Int64 // connections of strangers to active listeners
	accepted atomic.Int64 // transfers that ended in a way that is accepted
	stranger atomic.Pointer[netip.Addr]
}

func (n *noticed) add(seen workers.Noticed) {
	n.foreign.Add(seen.ForeignHosts)
	n.strange.Add(seen.Strangers)
	if seen.Strangers > 0 {
		n.stranger.Store(&seen.Stranger)
	}
	n.accepted.Add(seen.Accepted)
	n.stray.Add(seen.StrayPorts)
}

func newPool(p *profiles.Profile, initial int, mode profiles.Mode) *pool {
	all := &pool{
		initial: initial, sessionless: p.Op.OnlyLogin(), mode: mode,
		ready: make(chan struct{}), paused: make(chan struct{}),
	}
	if initial == 0 { // a share of stages may begin with none
		close(all.ready)
		close(all.paused)
	}
	return all
}

// assemble notes that one of the sessions that the trial begins with is there.
func (p *pool) assemble() {
	if p.assembled.Add(1) == int64(p.initial) {
		close(p.ready)
	}
}

// rest notes that one of them stands still before the window.
func (p *pool) rest() {
	if p.resting.Add(1) == int64(p.initial) {
		close(p.paused)
	}
}

// join and leave count a session that is logged in, and one that is not any more.
func (p *pool) join(s *workers.Session) {
	p.up.Add(1)
	p.verb.Store(uint32(s.Mode()))
}

func (p *pool) leave(s *workers.Session) {
	p.noticed.add(s.Noticed())
	p.up.Add(-1)
}

// work runs a worker, or what adds some, in a goroutine of its own.
func (p *pool) work(run func()) {
	p.workers.Add(1)
	go func() {
		defer p.workers.Done()
		run()
	}()
}

// down notes how long a session was without a connection inside the window.
func (p *pool) down(w stats.Window, from, to stats.Moment) {
	if w.Open == 0 {
		return
	}
	if w.Close != 0 {
		to = min(to, w.Close)
	}
	if d := to.Sub(max(from, w.Open)); d > 0 {
		p.downFor.Add(int64(d))
	}
}

// disconnected is the part of the time of all sessions in which they had no connection.
func (p *pool) disconnected(all time.Duration) float64 {
	if all <= 0 {
		return 0
	}
	return min(float64(p.downFor.Load())/float64(all), 1)
}
