package rig

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/loadgen/selfwatch"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// trial measures one variant once: it opens the sessions, lets them warm up,
// opens the window, closes it, and waits for what is still in flight.
type trial struct {
	rig     *Rig
	order   Order
	out     Out
	env     *targetEnv
	variant string
	mode    profiles.Mode // empty where no session moves data
	rec     *recorder.Recorder
	ops     map[string]stats.Op // the mix's operations by name
	initial int                 // sessions that it begins with

	sessionless   bool           // the only operation is the log-in itself
	verifySize    bool           // uploads are followed by SIZE
	curve         schedule.Curve // the load from origin on
	queue         *schedule.Queue
	warmQueue     *schedule.Queue // of a warm-up that ends with a standstill
	cap           *rate.Limiter   // of operations in the closed model
	needsFixtures bool            // operations need what must be made first

	// Of the goroutine that runs the trial alone.
	result    *Outcome
	perSecond []float64     // the rate in each second of the window
	stage     int           // the stage of the load that it is in, 0 for none
	before    time.Duration // how much of the window lay before it

	mu      sync.Mutex
	skipped []turn // arrivals that a session had taken and did not begin

	ready    chan struct{} // closed when every session is logged in
	warming  chan struct{} // closed when a paced warm-up begins
	still    chan struct{} // closed when it is over
	paused   chan struct{} // closed when every session then stands still
	started  chan struct{} // closed when the load begins, at origin
	over     chan struct{} // closed when no operation may begin any more
	endOnce  sync.Once
	origin   stats.Moment // set before started is closed
	warmFrom stats.Moment // set before warming is closed

	assembled atomic.Int64 // sessions that have been opened at the start
	resting   atomic.Int64 // sessions that stand still before the window
	given     atomic.Int64 // operations given out under --operations
	ended     atomic.Int64 // of those, how many have ended
	lastAt    atomic.Int64 // the moment the last of them ended
	up        atomic.Int64 // sessions that are logged in
	downFor   atomic.Int64 // ns that sessions were without a connection in the window
	cut       atomic.Bool  // the arrivals were ended early
	foreign   atomic.Int64 // 227 replies that named another host
	stray     atomic.Int64 // passive ports outside of the server's range
	strange   atomic.Int64 // connections of strangers to active listeners
	accepted  atomic.Int64 // transfers that ended in a way that is accepted
	stranger  atomic.Pointer[netip.Addr]
	verb      atomic.Uint32

	opening     context.Context // ends when no session needs to be opened any more
	stopOpening context.CancelFunc
	cancel      context.CancelCauseFunc
	failed      atomic.Pointer[SessionError] // why the trial cannot go on
	workers     sync.WaitGroup
}

// ErrInterrupted says that a run was told to stop before its end, which is no failure.
// What was measured has been written.
var ErrInterrupted = errors.New("interrupted")

// newTrial makes a trial that has not begun.
func (r *Rig) newTrial(v *variantAt, o Order, out Out) *trial {
	plan := v.env.plan
	p := &plan.Profile
	shards := min(p.MostSessions(), 2*selfwatch.Processors())
	t := &trial{
		rig: r, order: o, out: out, env: v.env, variant: v.Name, mode: v.mode,
		result: &Outcome{
			Began: &resultfile.Variant{Variant: v.Name, Trial: o.Trial, Settings: v.Settings}, Load: plan.Load(), Sessions: beginWith(p),
		},
		ops: opsOf(p.Op), initial: beginWith(p),
		rec:         recorder.NewRecorder(v.Name, o.Trial, shards, plan.Clock()),
		sessionless: onlyLogin(p.Op), verifySize: p.Verify == "size" || p.Verify == "checksum", needsFixtures: needs(p.Op) || v.env.files.fresh && storesWhole(p.Op),
		ready: make(chan struct{}), warming: make(chan struct{}), still: make(chan struct{}),
		paused: make(chan struct{}), started: make(chan struct{}), over: make(chan struct{}),
	}
	t.result.DataPorts, t.result.OwnPorts = v.dataPorts()
	t.curve = timeline(p, t.paced())
	if p.Open() {
		t.queue = arrivals(p, t.order.Seed, t.curve, p.Operations)
		if t.paced() && p.Warmup > 0 {
			first := t.curve[0].From
			t.warmQueue = arrivals(p, t.order.Seed, schedule.Curve{{For: time.Duration(p.Warmup), From: first, To: first}}, 0)
		}
	}
	if p.OpRate > 0 {
		t.cap = rate.NewLimiter(rate.Limit(p.OpRate), 1)
	}
	return t
}

// opsOf returns the operations of a mix by their names.
func opsOf(mix profiles.Mix) map[string]stats.Op {
	ops := map[string]stats.Op{}
	for _, o := range mix {
		op, err := stats.ParseOp(o.Op)
		if err != nil {
			panic(err) // the profile has been validated
		}
		ops[o.Op] = op
	}
	return ops
}

// needs reports whether an operation of the mix needs something to be there
// that only this run makes.
func needs(mix profiles.Mix) bool {
	for _, op := range []string{"dele", "rename", "rmd", "mkd", "appe"} {
		if mix.Has(op) {
			return true
		}
	}
	return resumes(mix, "stor")
}

func onlyLogin(mix profiles.Mix) bool {
	for i := range mix {
		if mix[i].Op != "login" {
			return false
		}
	}
	return true
}

// staged reports whether the sessions of a closed load come and go.
func (t *trial) staged() bool { return t.queue == nil && len(t.env.plan.Profile.Stages) > 0 }

// elapsed is the time since the load began.
func (t *trial) elapsed() time.Duration { return t.env.plan.Clock().Sub(t.origin) }
