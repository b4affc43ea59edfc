package loadgen

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// planFor returns a plan against a scripted server, quick and small.
func planFor(at netip.AddrPort, change func(*profiles.Profile)) *plan.Plan {
	p := profiles.Default()
	p.Size, p.Sessions, p.Duration, p.Warmup = profiles.FixedSize(1024), 3, profiles.Duration(300*time.Millisecond), 0
	p.Mode = profiles.Modes{profiles.EPSV}
	p.ReplyTimeout, p.StallTimeout = profiles.Duration(time.Second), profiles.Duration(time.Second)
	if change != nil {
		change(&p)
	}
	return &plan.Plan{
		Profile: p, Target: profiles.Target{Host: at.Addr().String()}, Address: at, Addresses: []netip.AddrPort{at},
		Credentials: profiles.Credentials{User: "u", Password: "p"}, Clock: stats.NewClock(time.Now()),
	}
}

// runAgainst runs a plan against a scripted server and returns the summary.
func runAgainst(t *testing.T, script scripted.Script, stop <-chan struct{}, change func(*profiles.Profile)) (*summary.Summary, error) {
	t.Helper()
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), script)
	var kept resultfile.Collector
	err := Run(context.Background(), planFor(server.Addr(), change), Options{Sink: &kept, Stop: stop})
	r, incomplete := kept.Result()
	if incomplete != nil {
		t.Fatalf("the records: %v (the run: %v)", incomplete, err)
	}
	return summary.Of(r), err
}

func TestOperationsAreExact(t *testing.T) {
	t.Parallel()
	for _, warmup := range []time.Duration{0, 100 * time.Millisecond} {
		sum, err := runAgainst(t, scripted.Script{}, nil, func(p *profiles.Profile) {
			p.Duration, p.Operations, p.Warmup = 0, 50, profiles.Duration(warmup)
			p.Mode = profiles.Modes{profiles.EPSV, profiles.EPRT}
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(sum.Series) != 2 || sum.Status != summary.Complete {
			t.Fatalf("%d series, %s", len(sum.Series), sum.Status)
		}
		for _, s := range sum.Series {
			if s.Attempts != 50 || s.OK != 50 || s.Due != 50 || s.Bytes != 50*1024 {
				t.Errorf("warm-up %v, %s: %d attempts, %d ok, %d bytes; want 50, 50, 51200", warmup, s.Variant, s.Attempts, s.OK, s.Bytes)
			}
			// The window ends with the last completion, so all are inside.
			if got := s.OperationsPerSecond * s.WindowSeconds; got < 49.99 || warmup == 0 && got > 50.01 {
				t.Errorf("warm-up %v, %s: %.3f completions inside, want 50", warmup, s.Variant, got)
			}
			if s.ControlRoundTripsPerOp != 2 || s.ConnectsPerOp != 1 {
				t.Errorf("%s: %v round trips, %v connects", s.Variant, s.ControlRoundTripsPerOp, s.ConnectsPerOp)
			}
		}
	}
}

// TestDrainIsBounded lets transfers hang when the window closes: they are
// unfinished, neither ok nor failed.
func TestDrainIsBounded(t *testing.T) {
	begun := time.Now()
	sum, err := runAgainst(t, scripted.Script{
		Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Verb == "RETR" && turn.Transfer >= 2 {
				return &scripted.Script{Download: scripted.Download{Size: 1024, Stop: scripted.EndHold, StopAfter: 512}}
			}
			return nil
		},
	}, nil, func(p *profiles.Profile) {
		p.StallTimeout, p.Drain = profiles.Duration(time.Minute), profiles.Duration(200*time.Millisecond)
	})
	if err != nil {
		t.Fatal(err)
	}
	s := sum.Series[0]
	if s.OK != 6 || s.Failed != 0 || s.Unfinished != 3 || s.Attempts != 9 {
		t.Errorf("%d ok, %d failed, %d unfinished of %d; want 6, 0, 3 of 9", s.OK, s.Failed, s.Unfinished, s.Attempts)
	}
	if s.WastedBytes != 3*512 {
		t.Errorf("%d bytes wasted, want %d", s.WastedBytes, 3*512)
	}
	if !slices.ContainsFunc(sum.Notes, func(n string) bool { return len(n) > 0 }) {
		t.Error("nothing is said of the operations that were cut off")
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestLostSessionsAreReplaced has the server hang up now and then.
func TestLostSessionsAreReplaced(t *testing.T) {
	sum, err := runAgainst(t, scripted.Script{
		Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Verb == "RETR" && turn.Transfer == 5 {
				return &scripted.Script{Replies: map[string]scripted.Reply{
					"RETR": {Raw: "421 Bye.\r\n", End: scripted.EndFIN}}}
			}
			return nil
		},
	}, nil, func(p *profiles.Profile) { p.Duration, p.Operations = 0, 60 })
	if err != nil {
		t.Fatal(err)
	}
	s := sum.Series[0]
	if s.Attempts != 60 || s.OK+s.Failed != 60 || s.Failed < 8 {
		t.Errorf("%d attempts, %d ok, %d failed", s.Attempts, s.OK, s.Failed)
	}
	if sum.Sessions.Opened < 3+s.Failed-3 {
		t.Errorf("%d sessions opened after %d losses", sum.Sessions.Opened, s.Failed)
	}
	if len(sum.Errors) != 1 || sum.Errors[0].Code != 421 || sum.Errors[0].Phase != stats.Command || sum.Errors[0].Count != s.Failed {
		t.Errorf("errors: %+v", sum.Errors)
	}
}

// TestRefusedLoginStopsTheRun at once, with the server's own words.
func TestRefusedLoginStopsTheRun(t *testing.T) {
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{
		Replies: map[string]scripted.Reply{"PASS": scripted.NewReply(530, "Not you.")},
	})
	err := Run(context.Background(), planFor(server.Addr(), nil), Options{Sink: &resultfile.Collector{}})
	var f *stats.Failure
	if !errors.As(err, &f) || f.Code != 530 || f.Phase != stats.LoginDone {
		t.Fatalf("%v", err)
	}
	if n := len(server.Sessions()); n != 1 {
		t.Errorf("%d log-ins were tried", n)
	}
}

// TestStopDrainsInOrder stops a run in its window.
func TestStopDrainsInOrder(t *testing.T) {
	stop := make(chan struct{})
	time.AfterFunc(300*time.Millisecond, func() { close(stop) })
	sum, err := runAgainst(t, scripted.Script{}, stop, func(p *profiles.Profile) { p.Duration = profiles.Duration(time.Minute) })
	if !errors.Is(err, rig.ErrInterrupted) {
		t.Fatalf("%v", err)
	}
	if sum.Status != summary.Partial || len(sum.Missing) == 0 || sum.Series[0].OK == 0 || sum.Series[0].Unfinished != 0 {
		t.Errorf("%s, missing %q, %+v", sum.Status, sum.Missing, sum.Series[0])
	}
}

// TestFilesAreRemoved looks at what was asked of the server.
func TestFilesAreRemoved(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"retr", "stor"} {
		server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
		err := Run(context.Background(), planFor(server.Addr(), func(p *profiles.Profile) { p.Op = profiles.Mix{{Op: op, Weight: 1}} }), Options{Sink: &resultfile.Collector{}})
		if err != nil {
			t.Fatal(err)
		}
		written, folders := map[string]bool{}, map[string]bool{}
		for _, s := range server.Sessions() {
			for _, c := range s.Commands {
				verb, arg, _ := strings.Cut(c.Line, " ")
				switch verb {
				case "STOR":
					written[arg] = true
				case "DELE":
					delete(written, arg)
				case "MKD":
					folders[arg] = true
				case "RMD":
					delete(folders, arg)
				}
			}
		}
		if len(written) > 0 || len(folders) > 0 {
			t.Errorf("%s left %v and %v behind", op, written, folders)
		}
	}
}

// TestStuckSessionsAreSaid has sessions hang from the warm-up on: whatever the
// others did, the report does not call that a flawless run.
func TestStuckSessionsAreSaid(t *testing.T) {
	sum, err := runAgainst(t, scripted.Script{
		Choose: func(turn scripted.Turn) *scripted.Script {
			// Session 1 prepares.
			if turn.Verb == "RETR" && turn.Session > 2 {
				return &scripted.Script{Download: scripted.Download{Size: 1024, Stop: scripted.EndHold, StopAfter: 512}}
			}
			return nil
		},
	}, nil, func(p *profiles.Profile) {
		p.Warmup, p.StallTimeout, p.Drain = profiles.Duration(200*time.Millisecond), profiles.Duration(time.Minute), profiles.Duration(100*time.Millisecond)
	})
	if err != nil {
		t.Fatal(err)
	}
	s := sum.Series[0]
	if s.OK == 0 || s.Failed != 0 || s.Unfinished != 0 || s.Spanning != 2 {
		t.Errorf("%d ok, %d failed, %d unfinished, %d spanning; want some, 0, 0, 2", s.OK, s.Failed, s.Unfinished, s.Spanning)
	}
	if len(sum.Warnings) != 1 || !strings.Contains(sum.Warnings[0], "2 of 3 sessions") {
		t.Errorf("warnings %q", sum.Warnings)
	}
}
