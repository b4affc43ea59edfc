package loadgen

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// mixFor is every operation that the server knows.
func mixFor(t *testing.T, kind servers.Kind) profiles.Mix {
	if kind == servers.Vsftpd {
		return mixOf(t, strings.Replace(everything, "mlsd=2,", "", 1))
	}
	return mixOf(t, everything)
}

// mixedPlan is a run of that mix, in both modes.
func mixedPlan(t *testing.T, s *servers.Server, window time.Duration) *plan.Plan {
	t.Helper()
	plan := planFor(s.Addr, func(p *profiles.Profile) {
		p.Op, p.Mode, p.Files, p.Sessions = mixFor(t, s.Kind), profiles.Modes{profiles.Passive, profiles.Active}, 10, 6
		p.Duration, p.Seed, p.Verify = profiles.Duration(window), 3, "checksum"
		p.ReplyTimeout, p.StallTimeout = profiles.Duration(20*time.Second), profiles.Duration(20*time.Second)
		if err := p.Size.UnmarshalText([]byte("lognormal:median=8KiB,sigma=1.2,max=512KiB")); err != nil {
			t.Fatal(err)
		}
	})
	plan.Credentials = profiles.Credentials{User: s.User, Password: s.Pass}
	return plan
}

// leftovers returns what lies in the server's directory.
func leftovers(t *testing.T, s *servers.Server) (names []string) {
	t.Helper()
	err := filepath.WalkDir(s.DataDir, func(path string, d fs.DirEntry, err error) error {
		if path != s.DataDir && !errors.Is(err, os.ErrNotExist) {
			names = append(names, strings.TrimPrefix(path, s.DataDir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// forgetKilledUploads takes away what Pure-FTPd leaves where it is killed in the
// middle of an upload: a hidden file of its own, whose name no client is told,
// and so the folder that it lies in.
func forgetKilledUploads(t *testing.T, s *servers.Server) {
	t.Helper()
	for _, name := range leftovers(t, s) {
		if s.Kind == servers.PureFTPd && strings.HasPrefix(filepath.Base(name), ".pureftpd-upload.") {
			path := filepath.Join(s.DataDir, name)
			if err := os.Remove(path); err != nil {
				t.Error(err)
			}
			_ = os.Remove(filepath.Dir(path)) // there may be another in it
		}
	}
}

// runMixed runs the plan and returns its summary, nil if it was stopped before
// there was anything to keep. measuring, if set, is called once a window has been
// open for a second.
func runMixed(t *testing.T, plan *plan.Plan, stop <-chan struct{}, measuring func()) (*summary.Summary, error) {
	t.Helper()
	var kept resultfile.Collector
	var once sync.Once
	failure := Run(context.Background(), plan, Options{Sink: &kept, Stop: stop, Warn: func(s string) { t.Log(s) }, Observe: func(p Progress) {
		if p.Part == rig.PartWindow && measuring != nil {
			once.Do(measuring)
		}
	}})
	r, err := kept.Result()
	if err != nil {
		if failure == nil {
			t.Fatal(err)
		}
		return nil, failure
	}
	return summary.Of(r), failure
}

// TestMixLeavesNothing runs every operation at once on the real servers: all
// succeed, and the directory is as it was before, also after an interruption
// and after a restart of the server in the middle.
func TestMixLeavesNothing(t *testing.T) {
	for _, kind := range servers.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, kind, servers.Options{})
			before := strings.Join(leftovers(t, server), " ")
			clean := func(when string) {
				t.Helper()
				if after := strings.Join(leftovers(t, server), " "); after != before {
					t.Errorf("%s: before %q, now %q", when, before, after)
				}
			}
			sum, err := runMixed(t, mixedPlan(t, server, 4*time.Second), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range sum.Series {
				if x.Failed != 0 || x.OK == 0 && x.WindowSeconds > 1 {
					t.Errorf("%s as %s: %d ok, %d failed", x.Op, x.Variant, x.OK, x.Failed)
				}
			}
			for _, e := range sum.Errors {
				t.Errorf("%s %s: %s %d %s", e.Variant, e.Op, e.Phase, e.Code, e.Example)
			}
			clean("after a run")

			stop := make(chan struct{})
			if _, err := runMixed(t, mixedPlan(t, server, time.Minute), stop, func() { close(stop) }); !errors.Is(err, rig.ErrInterrupted) {
				t.Errorf("interrupted: %v", err)
			}
			clean("after an interruption")

			restarted := make(chan error, 1)
			sum, err = runMixed(t, mixedPlan(t, server, 4*time.Second), nil, func() {
				go func() { restarted <- server.Restart(500 * time.Millisecond) }()
			})
			if err != nil {
				t.Errorf("with a restart: %v", err)
			}
			select {
			case err := <-restarted:
				if err != nil {
					t.Fatal(err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("no window was open for a second")
			}
			if sum == nil || len(sum.Errors) == 0 {
				t.Error("a restart in the middle went unnoticed")
			}
			forgetKilledUploads(t, server)
			clean("after a restart in the middle")
		})
	}
}
