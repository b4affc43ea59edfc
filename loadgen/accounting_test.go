package loadgen

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// slowNoop is a server that takes so long for each NOOP.
func slowNoop(d time.Duration) scripted.Script {
	return scripted.Script{Delays: scripted.Delays{Verbs: map[string]time.Duration{"NOOP": d}}}
}

// refuse answers a verb with a negative reply, where when says so.
func refuse(verb string, code int, when func(scripted.Turn) bool) func(scripted.Turn) *scripted.Script {
	return func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == verb && when(turn) {
			return &scripted.Script{Replies: map[string]scripted.Reply{verb: scripted.NewReply(code, "No.")}}
		}
		return nil
	}
}

// TestEveryArrivalIsAccountedFor stops open loads at random moments, in order
// and at once: what was due was done, failed, cut off or dropped.
func TestEveryArrivalIsAccountedFor(t *testing.T) {
	const loads = 12
	random := rand.New(rand.NewPCG(1, 2))
	var judged atomic.Int64
	t.Run("stopped", func(t *testing.T) {
		for i := range loads {
			service := time.Duration(random.IntN(8)) * time.Millisecond
			after := 50*time.Millisecond + time.Duration(random.IntN(600))*time.Millisecond
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				if stopAndAccount(t, i, service, after) {
					judged.Add(1)
				}
			})
		}
	})
	if got := judged.Load(); got != loads {
		t.Errorf("%d of %d loads were judged", got, loads)
	}
}

// stopAndAccount stops a load that long after its first arrival, and says whether
// there was anything to judge.
func stopAndAccount(t *testing.T, i int, service, after time.Duration) (judged bool) {
	const rate = 700
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := make(chan struct{})
	begun := sync.OnceFunc(func() {
		time.AfterFunc(after, func() {
			if i%2 == 0 {
				cancel()
			} else {
				close(stop)
			}
		})
	})
	var n atomic.Int64
	refused := refuse("NOOP", 421, func(scripted.Turn) bool { return i%3 == 0 && n.Add(1)%20 == 0 })
	script := slowNoop(service)
	script.Choose = func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "NOOP" {
			begun()
		}
		return refused(turn)
	}
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), script)
	var kept resultfile.Collector
	err := Run(ctx, planFor(server.Addr(), func(p *profiles.Profile) {
		open(p, rate, 5*time.Second)
		p.Op, p.Sessions, p.MaxSessions, p.MaxBacklog = mixOf(t, "noop"), 2, 6+i, []int{5, 100_000}[i/2%2]
		p.Drain = profiles.Duration(300 * time.Millisecond)
	}), Options{Sink: &kept, Stop: stop})
	r, none := kept.Result()
	if none != nil {
		t.Errorf("%v, and no result: %v", err, none)
		return false
	}
	sum := summary.Of(r)
	if !errors.Is(err, rig.ErrInterrupted) || sum.Status != summary.Partial {
		t.Errorf("%v, %s", err, sum.Status)
	}
	for _, x := range sum.Totals {
		if want := int64(math.Ceil(x.WindowSeconds * rate)); x.Due != want {
			t.Errorf("due %d (%d ok, %d failed, %d unfinished, %d dropped), want %d in %.6f s", x.Due, x.OK, x.Failed, x.Unfinished, x.Dropped, want, x.WindowSeconds)
		}
		judged = judged || x.Due > 0
	}
	return judged
}

// TestWarmUpTakesNoArrival has a warm-up in front of a constant rate: the window
// holds as many as it is long.
func TestWarmUpTakesNoArrival(t *testing.T) {
	for i := range 5 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			sum, err := runAgainst(t, scripted.Script{}, nil, func(p *profiles.Profile) {
				open(p, 2.5, 2*time.Second)
				p.Op, p.Warmup = mixOf(t, "noop"), profiles.Duration(400*time.Millisecond)
			})
			if err != nil {
				t.Fatal(err)
			}
			if s := sum.Series[0]; s.Due != 5 || s.OK != 5 {
				t.Errorf("%d due, %d ok, want 5", s.Due, s.OK)
			}
		})
	}
}

// TestStoppedInTheDrain is an interruption, not a run that was complete.
func TestStoppedInTheDrain(t *testing.T) {
	stop := make(chan struct{})
	time.AfterFunc(1500*time.Millisecond, func() { close(stop) })
	sum, err := runAgainst(t, slowNoop(20*time.Millisecond), stop, func(p *profiles.Profile) {
		open(p, 500, 500*time.Millisecond)
		p.Op, p.Sessions, p.MaxSessions, p.Drain = mixOf(t, "noop"), 1, 1, profiles.Duration(20*time.Second)
	})
	if !errors.Is(err, rig.ErrInterrupted) || sum.Status != summary.Partial {
		t.Errorf("%v, %s", err, sum.Status)
	}
	if s := sum.Series[0]; s.Due != 250 || s.Dropped == 0 || s.OK+s.Dropped != 250 {
		t.Errorf("due %d, ok %d, dropped %d; want 250 due", s.Due, s.OK, s.Dropped)
	}
}

// TestDrainEndsWithTheLastArrival has sessions of a growing pool that never come
// up: nobody waits for them.
func TestDrainEndsWithTheLastArrival(t *testing.T) {
	script := slowNoop(20 * time.Millisecond)
	script.Choose = refuse(scripted.Greeting, 421, func(turn scripted.Turn) bool { return turn.Session > 5 })
	begun := time.Now()
	sum, err := runAgainst(t, script, nil, func(p *profiles.Profile) {
		open(p, 300, 500*time.Millisecond)
		p.Op, p.Sessions, p.MaxSessions, p.Drain = mixOf(t, "noop"), 2, 8, profiles.Duration(30*time.Second)
	})
	if err != nil || sum.Series[0].OK != 150 {
		t.Fatalf("%v, %d ok", err, sum.Series[0].OK)
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("took %v: the drain waited for its bound", took)
	}
}

// TestWarmUpBeforeANumberIsBounded has a server that cannot keep up with the
// warm-up: its backlog is not worked off before the window.
func TestWarmUpBeforeANumberIsBounded(t *testing.T) {
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), slowNoop(50*time.Millisecond))
	var kept resultfile.Collector
	err := Run(context.Background(), planFor(server.Addr(), func(p *profiles.Profile) {
		open(p, 500, 0)
		p.Op, p.Sessions, p.MaxSessions, p.Operations = mixOf(t, "noop"), 1, 1, 5
		p.Warmup = profiles.Duration(500 * time.Millisecond)
	}), Options{Sink: &kept})
	if err != nil {
		t.Fatal(err)
	}
	noops := 0
	for _, s := range server.Sessions() {
		for _, c := range s.Commands {
			if c.Line == "NOOP" {
				noops++
			}
		}
	}
	// Ten fit into the warm-up, 250 were due in it.
	if noops > 100 {
		t.Errorf("%d operations before and in a window of 5", noops)
	}
}

// TestFailedPreparationIsItsOperations has no folder that rmd could remove: the
// other operations go on.
func TestFailedPreparationIsItsOperations(t *testing.T) {
	script := scripted.Script{Choose: refuse("MKD", 550, func(turn scripted.Turn) bool { return strings.Contains(turn.Arg, "/mkd-") })}
	sum, err := runAgainst(t, script, nil, func(p *profiles.Profile) {
		p.Op, p.Duration, p.Operations = mixOf(t, "noop=80,rmd=20"), 0, 500
	})
	if err != nil {
		t.Fatal(err)
	}
	var all int64
	for _, x := range sum.Series {
		all += x.Attempts
		switch x.Op {
		case stats.Noop:
			if x.OK < 300 || x.Failed != 0 {
				t.Errorf("noop: %d ok, %d failed", x.OK, x.Failed)
			}
		case stats.Rmd:
			if x.OK != 0 || x.Failed < 50 {
				t.Errorf("rmd: %d ok, %d failed", x.OK, x.Failed)
			}
		}
	}
	if e := sum.Errors; all != 500 || len(e) != 1 || e[0].Code != 550 || e[0].Class != stats.ClassReply {
		t.Errorf("%d attempts, errors %+v", all, e)
	}
}

// TestVariantsBeginAlike has slots that pile up folders: the second variant does
// not find those of the first.
func TestVariantsBeginAlike(t *testing.T) {
	sum, err := runAgainst(t, scripted.Script{}, nil, func(p *profiles.Profile) {
		p.Op, p.Mode = mixOf(t, "retr=1,mkd=9"), profiles.Modes{profiles.EPSV, profiles.PASV}
		p.Duration, p.Operations, p.Sessions = 0, 300, 1
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]int64{}
	for _, x := range sum.Series {
		kept[x.Variant] += x.Housekeeping
	}
	if kept["epsv"] != kept["pasv"] || kept["epsv"] == 0 {
		t.Errorf("operations outside of the measurement: %v", kept)
	}
}

// TestManyFoldersAreRemoved has each slot pile up as many as it may.
func TestManyFoldersAreRemoved(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	script := scripted.Script{Delays: scripted.Delays{Verbs: map[string]time.Duration{"RMD": 8 * time.Millisecond}}}
	var warned []string
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), script)
	err := Run(context.Background(), planFor(server.Addr(), func(p *profiles.Profile) {
		p.Op, p.Sessions, p.Duration, p.Operations = mixOf(t, "mkd"), 60, 0, 5500
		p.ReplyTimeout = profiles.Duration(30 * time.Second)
	}), Options{Sink: &resultfile.Collector{}, Warn: func(m string) { warned = append(warned, m) }})
	if err != nil || len(warned) > 0 {
		t.Errorf("%v, %q", err, warned)
	}
}

// TestSessionsThatStagesMissAreSaid has a server with room for three.
func TestSessionsThatStagesMissAreSaid(t *testing.T) {
	script := slowNoop(5 * time.Millisecond)
	script.Choose = refuse(scripted.Greeting, 421, func(turn scripted.Turn) bool { return turn.Session > 4 })
	sum, err := runAgainst(t, script, nil, func(p *profiles.Profile) {
		p.Op, p.Sessions, p.Duration = mixOf(t, "noop"), 0, 0
		if err := p.Stages.Set("300ms:1,700ms:30"); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(sum.Warnings, " "), "without a connection") {
		t.Errorf("warnings: %q", sum.Warnings)
	}
}

// TestLoadSaysItsRate is for the report, which holds a number of operations to
// the rate that was asked for.
func TestLoadSaysItsRate(t *testing.T) {
	t.Parallel()
	sum, err := runAgainst(t, slowNoop(20*time.Millisecond), nil, func(p *profiles.Profile) {
		open(p, 500, 0)
		p.Op, p.Sessions, p.MaxSessions, p.Operations = mixOf(t, "noop"), 1, 1, 50
	})
	if err != nil {
		t.Fatal(err)
	}
	if l := sum.Load; l == nil || l.RatePerSecond != 500 || l.Count != 50 || l.Model != resultfile.OpenLoad {
		t.Errorf("%+v", sum.Load)
	}
}

// TestBacklogGrowthHoldsWhatWasGivenUp has a server that does a tenth of what is
// asked, and no time to make it good.
func TestBacklogGrowthHoldsWhatWasGivenUp(t *testing.T) {
	sum, err := runAgainst(t, slowNoop(20*time.Millisecond), nil, func(p *profiles.Profile) {
		open(p, 500, time.Second)
		p.Op, p.Sessions, p.MaxSessions, p.Drain = mixOf(t, "noop"), 1, 1, profiles.Duration(200*time.Millisecond)
	})
	if err != nil {
		t.Fatal(err)
	}
	x := sum.Totals[0]
	if x.Due != 500 || x.BacklogGrowth < 400 || x.BacklogGrowth > 500 || x.Dropped < 380 {
		t.Errorf("due %d, dropped %d, backlog grown by %d", x.Due, x.Dropped, x.BacklogGrowth)
	}
}

// TestDeadServerPassesNoGate hangs up on everybody in mid-window and lets nobody
// in again.
func TestDeadServerPassesNoGate(t *testing.T) {
	t.Parallel()
	var dead atomic.Bool
	var load sync.Once // it lives for a while from the first operation on
	script := slowNoop(time.Millisecond)
	script.Choose = func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "NOOP" {
			load.Do(func() { time.AfterFunc(600*time.Millisecond, func() { dead.Store(true) }) })
		}
		if !dead.Load() || turn.Verb != "NOOP" && turn.Verb != scripted.Greeting {
			return nil
		}
		return &scripted.Script{Replies: map[string]scripted.Reply{turn.Verb: {Raw: "421 Bye.\r\n", End: scripted.EndFIN}}}
	}
	sum, err := runAgainst(t, script, nil, func(p *profiles.Profile) {
		p.Op, p.Duration = mixOf(t, "noop"), profiles.Duration(1500*time.Millisecond)
	})
	if err != nil {
		t.Fatal(err)
	}
	if x := sum.Totals[0]; x.DisconnectedShare < 0.2 || x.DisconnectedShare > 1 {
		t.Errorf("disconnected for %.2f of the time", x.DisconnectedShare)
	}
	gate, err := threshold.Parse("errors.rate < 50%")
	if err != nil {
		t.Fatal(err)
	}
	if got := threshold.Worst(gate.Check(sum, threshold.CheckOptions{AllowLimited: true})); got != threshold.NoVerdict {
		t.Errorf("the gate said %v", got)
	}
}
