package loadgen

import (
	"context"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// lyingIn are what lies in a folder of the server's.
func lyingIn(t *testing.T, server *scripted.Server, folder string) (all []string) {
	t.Helper()
	s, err := workers.Open(context.Background(), workers.Config{
		Wire:        workers.Wires{Target: server.Addr(), Clock: stats.NewClock(time.Now())},
		Credentials: profiles.Credentials{User: "u", Password: "p"}, Mode: profiles.EPSV,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	entries, _, err := s.ReadFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, path.Base(e.Name))
	}
	return all
}

// TestSharedSetIsNotEmptied: whoever makes its folder is not answered, so that it may
// be another run's.
func TestSharedSetIsNotEmptied(t *testing.T) {
	t.Parallel()
	for _, reuse := range []bool{false, true} {
		change := func(p *profiles.Profile) {
			p.Op, p.Keep, p.Reuse, p.Files = mixOf(t, "retr"), !reuse, reuse, 2
		}
		plan := planFor(localAddr, change)
		outer := fixtures.SharedFolder(&plan.Profile)
		late := scripted.Script{
			Delays: scripted.Delays{Verbs: map[string]time.Duration{"MKD": 3 * time.Second}},
			Tree:   &scripted.Tree{Files: map[string]int64{outer + "/theirs": 7, outer + "/files/f000000": 1024}},
		}
		server, _, err := runScripted(t, late, change)
		if err == nil {
			t.Fatal("the run goes on without an answer to MKD")
		}
		if made := saidBy(server, "MKD"); len(made) != 1 || made[0] != "MKD "+outer {
			t.Errorf("made %q, want %s alone", made, outer)
		}
		if gone := saidBy(server, "DELE"); len(gone) != 0 {
			t.Errorf("deleted %q", gone)
		}
		for _, line := range saidBy(server, "RMD") {
			if line != "RMD "+outer {
				t.Errorf("%q", line)
			}
		}
		if got := lyingIn(t, server, outer); len(got) != 2 {
			t.Errorf("%q is left of two", got)
		}
		if got := lyingIn(t, server, outer+"/files"); len(got) != 1 {
			t.Errorf("%q is left of one", got)
		}
	}
}

// TestTargetDirectoryIsEnteredOnce: a server that does not say where a session is
// leaves no way back from there.
func TestTargetDirectoryIsEnteredOnce(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"retr", "stor"} {
		server := scripted.Start(t, stats.NewClock(time.Now()), localAddr.Addr(), scripted.Script{
			Lacks: []string{"PWD"}, Tree: &scripted.Tree{Folders: []string{"pub/pub"}},
		})
		var left []string
		plan := planFor(server.Addr(), func(p *profiles.Profile) { p.Op = mixOf(t, op) })
		plan.Target.Dir = "pub"
		if err := Run(context.Background(), plan, Options{Sink: &resultfile.Collector{}, Left: func(s string) { left = append(left, s) }}); err != nil || len(left) != 0 {
			t.Fatalf("%s: %v, left %q", op, err, left)
		}
		for _, s := range server.Sessions() {
			inside := false
			for _, c := range s.Commands {
				switch verb, arg, _ := strings.Cut(c.Line, " "); {
				case verb == "CWD" && arg == "pub":
					inside = true
				case inside && strings.HasPrefix(arg, "pub/"):
					t.Errorf("%s: %s is said in pub", op, c.Line)
				case verb == "MKD" && !strings.HasPrefix(arg, "pub/ftpmark-"):
					t.Errorf("%s: %s", op, c.Line)
				}
			}
		}
		made := map[string]bool{}
		for _, line := range saidBy(server, "MKD") {
			if made[line] {
				t.Errorf("%s: %s twice", op, line)
			}
			made[line] = true
		}
		if len(made) == 0 {
			t.Errorf("%s: nothing was made", op)
		}
		if got := lyingIn(t, server, "pub"); len(got) != 1 || got[0] != "pub" {
			t.Errorf("%s: pub holds %q", op, got)
		}
		if got := lyingIn(t, server, "pub/pub"); len(got) != 0 {
			t.Errorf("%s: pub/pub holds %q", op, got)
		}
	}
}

// TestOneRefusedDeletionIsNoRule: 4yz may pass, 5yz will not.
func TestOneRefusedDeletionIsNoRule(t *testing.T) {
	t.Parallel()
	const rule = "the server refuses to delete files"
	for code, keeps := range map[int]bool{450: false, 550: true} {
		asked := make(chan struct{}, 1)
		sum, err := runAgainst(t, scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Verb == "DELE" && strings.HasSuffix(turn.Arg, "/try") {
				select {
				case asked <- struct{}{}:
					return &scripted.Script{Replies: map[string]scripted.Reply{"DELE": scripted.NewReply(code, "No.")}}
				default:
				}
			}
			return nil
		}}, nil, func(p *profiles.Profile) {
			p.Op, p.Operations, p.Duration = mixOf(t, "stor"), 6, 0
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(asked) == 0 {
			t.Fatal("preparation deletes nothing")
		}
		told := false
		for _, note := range sum.Notes {
			told = told || strings.Contains(note, rule)
		}
		if told != keeps {
			t.Errorf("%d once: %q", code, sum.Notes)
		}
	}
}
