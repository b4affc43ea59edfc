package loadgen

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// runMarker is the file in a run's folder that says whose it is.
const runMarker = "ftpmark-run.json"

var localAddr = netip.MustParseAddrPort("127.0.0.1:21")

// saidBy are the commands of all sessions with that verb.
func saidBy(server *scripted.Server, verb string) (lines []string) {
	for _, s := range server.Sessions() {
		for _, c := range s.Commands {
			if v, _, _ := strings.Cut(c.Line, " "); v == verb {
				lines = append(lines, c.Line)
			}
		}
	}
	return lines
}

// runScripted runs the plan against a scripted server, and returns what it says
// stays there.
func runScripted(t *testing.T, script scripted.Script, change func(*profiles.Profile)) (*scripted.Server, []string, error) {
	t.Helper()
	server := scripted.Start(t, stats.NewClock(time.Now()), localAddr.Addr(), script)
	var left []string
	plan := planFor(server.Addr(), change)
	plan.Target.Port = "21"
	err := Run(context.Background(), plan, Options{Sink: &resultfile.Collector{}, Left: func(s string) { left = append(left, s) }})
	return server, left, err
}

// refusing answers that verb with that code where the argument has the words.
func refusing(verb, words string, code int) scripted.Script {
	return scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == verb && strings.Contains(turn.Arg, words) {
			return &scripted.Script{Replies: map[string]scripted.Reply{verb: scripted.NewReply(code, "No.")}}
		}
		return nil
	}}
}

// TestSecondFolderFails: the first is removed.
func TestSecondFolderFails(t *testing.T) {
	server, left, err := runScripted(t, refusing("MKD", "files", 550), nil)
	var unusable *fixtures.PrepareError
	if !errors.As(err, &unusable) || !strings.Contains(err.Error(), "/files") {
		t.Errorf("%v", err)
	}
	made, removed := saidBy(server, "MKD"), saidBy(server, "RMD")
	// A name with a slash may be refused for its slash, so the second is tried without.
	if len(made) < 2 || len(removed) != 1 || removed[0] != "RMD "+made[0][len("MKD "):] || len(left) != 0 {
		t.Errorf("made %q, removed %q, left %q", made, removed, left)
	}
}

// TestFailedUploadRemovesFolders: nothing can be written.
func TestFailedUploadRemovesFolders(t *testing.T) {
	for _, op := range []string{"retr", "stor", "appe"} {
		server, left, err := runScripted(t, refusing("STOR", "", 553), func(p *profiles.Profile) { p.Op = mixOf(t, op) })
		if err == nil || len(left) != 0 {
			t.Errorf("%v, left %q", err, left)
		}
		if made, removed := saidBy(server, "MKD"), saidBy(server, "RMD"); len(made) != 2 || len(removed) != 2 {
			t.Errorf("%s: made %q, removed %q", op, made, removed)
		}
	}
}

// TestMarkerIsNotNeeded: a server that refuses it is measured all the same.
func TestMarkerIsNotNeeded(t *testing.T) {
	for _, op := range []string{"retr", "stor"} {
		server, left, err := runScripted(t, refusing("STOR", runMarker, 553), func(p *profiles.Profile) { p.Op = mixOf(t, op) })
		if err != nil || len(left) != 0 {
			t.Errorf("%s: %v, left %q", op, err, left)
		}
		if made, removed := saidBy(server, "MKD"), saidBy(server, "RMD"); len(removed) != len(made) {
			t.Errorf("%s: made %q, removed %q", op, made, removed)
		}
	}
}

// TestFolderThatStaysIsTold with the reason, and with a way out that works.
func TestFolderThatStaysIsTold(t *testing.T) {
	_, left, err := runScripted(t, refusing("RMD", "", 550), nil)
	if err != nil || len(left) != 1 {
		t.Fatalf("%v, left %q", err, left)
	}
	for _, words := range []string{"ftpmark-", "may still be on the server", "550 No.", "ftpmark clean --yes ftp://u@127.0.0.1:21/", ", when the run is certainly over, remove it with: "} {
		if !strings.Contains(left[0], words) {
			t.Errorf("%q does not say %q", left[0], words)
		}
	}
	// Without a marker ftpmark clean would leave it alone.
	script := scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "RMD" || turn.Verb == "STOR" && strings.Contains(turn.Arg, runMarker) {
			return &scripted.Script{Replies: map[string]scripted.Reply{turn.Verb: scripted.NewReply(550, "No.")}}
		}
		return nil
	}}
	if _, left, err = runScripted(t, script, nil); err != nil || len(left) != 1 || !strings.Contains(left[0], "by hand") || strings.Contains(left[0], "--yes") {
		t.Errorf("%v, left %q", err, left)
	}
	// What was kept is said too where no report says it.
	server := scripted.Start(t, stats.NewClock(time.Now()), localAddr.Addr(), refusing("STOR", "/work/", 553))
	plan := planFor(server.Addr(), func(p *profiles.Profile) { p.Op, p.Keep = mixOf(t, "stor"), true })
	left = nil
	if err := Run(context.Background(), plan, Options{Sink: &resultfile.Collector{}, Left: func(s string) { left = append(left, s) }}); err == nil || len(left) != 1 || !strings.Contains(left[0], "kept in ftpmark-") {
		t.Errorf("%v, left %q", err, left)
	}
}

// TestCleanUpSurvivesALostSession: another session goes on, and one that finds no
// place waits for it.
func TestCleanUpSurvivesALostSession(t *testing.T) {
	cut := func(verb string) scripted.Script {
		var done bool // sessions clean up one after the other
		return scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Verb == verb && strings.HasSuffix(turn.Arg, "/files/f000000") || turn.Verb == verb && verb == "RMD" {
				if !done {
					done = true
					return &scripted.Script{Replies: map[string]scripted.Reply{verb: {Silent: true, End: scripted.EndRST}}}
				}
			}
			return nil
		}}
	}
	for _, verb := range []string{"DELE", "RMD"} {
		server, left, err := runScripted(t, cut(verb), nil)
		if err != nil || len(left) != 0 {
			t.Errorf("lost at %s: %v, left %q", verb, err, left)
		}
		removed := saidBy(server, "RMD")
		if last := removed[len(removed)-1]; strings.Contains(last, "/") {
			t.Errorf("lost at %s: removed %q", verb, removed)
		}
	}
	var full bool
	script := scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		// One session prepares and three measure.
		if turn.Verb == scripted.Greeting && turn.Session == 5 {
			full = true
			return &scripted.Script{Replies: map[string]scripted.Reply{scripted.Greeting: scripted.NewReply(421, "Too many.")}}
		}
		return nil
	}}
	server, left, err := runScripted(t, script, nil)
	if n := len(server.Sessions()); err != nil || len(left) != 0 || !full || n != 6 {
		t.Errorf("%v, left %q, %d sessions, want one that cleans up behind the refused one", err, left, n)
	}
}

// TestReadingWritesNothing: a run that only reads makes nothing and tries nothing.
func TestReadingWritesNothing(t *testing.T) {
	for _, op := range []string{"retr", "list", "size", "retr=1,nlst=1,noop=1"} {
		server, left, err := runScripted(t, scripted.Script{Download: scripted.Download{Size: 100}}, func(p *profiles.Profile) {
			p.Op, p.Path, p.Size, p.Files = mixOf(t, op), "pub/file", profiles.Sizes{}, 0
		})
		if err != nil || len(left) != 0 {
			t.Errorf("%s: %v, left %q", op, err, left)
		}
		for _, verb := range []string{"MKD", "RMD", "DELE", "STOR", "APPE", "RNFR", "RNTO"} {
			if lines := saidBy(server, verb); len(lines) > 0 {
				t.Errorf("%s: %q", op, lines)
			}
		}
	}
}

// TestOnlyWhatTheLoadNeedsIsTried.
func TestOnlyWhatTheLoadNeedsIsTried(t *testing.T) {
	for op, want := range map[string]string{"retr": "", "stor": "STOR STOR DELE", "appe": "STOR DELE", "dele": "STOR DELE", "rename": "STOR DELE", "mkd": "MKD RMD", "rmd": "MKD RMD"} {
		server, _, err := runScripted(t, scripted.Script{}, func(p *profiles.Profile) { p.Op, p.Operations, p.Duration = mixOf(t, op), 2, 0 })
		if err != nil {
			t.Errorf("%s: %v", op, err)
		}
		var tried []string
		for i, s := range server.Sessions() {
			for _, c := range s.Commands {
				if verb, arg, _ := strings.Cut(c.Line, " "); i < 2 && strings.Contains(arg, "/work/try") && verb != "SIZE" {
					tried = append(tried, verb)
				}
			}
		}
		if got := strings.Join(tried, " "); got != want {
			t.Errorf("%s: tried %q, want %q", op, got, want)
		}
	}
}

// TestUnreadableSizeIsUnknown: SIZE is refused, but the file is sent; and a file
// that is not is told of.
func TestUnreadableSizeIsUnknown(t *testing.T) {
	reading := func(p *profiles.Profile) { p.Path, p.Size, p.Files = "file", profiles.Sizes{}, 0 }
	script := refusing("SIZE", "", 550)
	script.Download = scripted.Download{Size: 100_000}
	if _, _, err := runScripted(t, script, reading); err != nil {
		t.Errorf("%v", err)
	}
	script = scripted.Script{Download: scripted.Download{Sizes: map[string]int64{"file": -1}}}
	var unusable *fixtures.PrepareError
	if _, _, err := runScripted(t, script, reading); !errors.As(err, &unusable) || !strings.Contains(err.Error(), "--path") {
		t.Errorf("%v", err)
	}
}

// TestMarkerLiesBesideWhatIsListed: no listing shows it, and it says what the run
// is.
func TestMarkerLiesBesideWhatIsListed(t *testing.T) {
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	plan := planFor(server.Addr, func(p *profiles.Profile) {
		p.Op, p.Files, p.Duration, p.Keep = mixOf(t, "nlst=1,stor=1"), 3, profiles.Duration(time.Second), true
		p.ReplyTimeout = profiles.Duration(10 * time.Second)
	})
	plan.Credentials = profiles.Credentials{User: server.User, Password: server.Pass}
	if err := Run(context.Background(), plan, Options{Sink: &resultfile.Collector{}}); err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(server.DataDir + "/ftpmark-*")
	if len(found) != 2 {
		t.Fatalf("%q, want the run's folder and its set's", found)
	}
	for _, folder := range found {
		b, err := os.ReadFile(folder + "/" + runMarker)
		if err != nil {
			t.Fatal(err)
		}
		var marker struct{ Schema, Folder, Kept string }
		want := "run"
		if strings.HasPrefix(filepath.Base(folder), "ftpmark-files-") {
			want = "set"
		}
		if err := json.Unmarshal(b, &marker); err != nil || marker.Folder != filepath.Base(folder) || marker.Kept != want {
			t.Errorf("%v, %+v, want kept %s", err, marker, want)
		}
		inner, _ := os.ReadDir(folder)
		for _, e := range inner {
			if names, _ := os.ReadDir(filepath.Join(folder, e.Name())); e.IsDir() && len(names) == 0 {
				t.Errorf("nothing in %s", e.Name())
			}
		}
		if len(inner) != 2 {
			t.Errorf("%s holds %v, want the marker and one folder", folder, inner)
		}
	}
	// Another run finds the set as it was, marker and all.
	plan.Profile.Reuse, plan.Profile.Op = true, mixOf(t, "retr")
	var kept resultfile.Collector
	if err := Run(context.Background(), plan, Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	wantNote(t, summary.Of(r), "3 of the set's 3 files already existed")
}
