//go:build linux

package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// markVariable marks the environment of one run's processes: the embedded
// target inherits it, and keeps it whoever its parent is.
const markVariable = "FTPMARK_TEST_MARK"

// family is an ftpmark process with all that descend from it.
type family struct {
	*ftpmarkProcess
	mark string
}

// startFamily starts ftpmark with the given arguments.
func startFamily(tb testing.TB, args ...string) *family {
	tb.Helper()
	return startMarked(tb, commandOf(tb, args...))
}

// startMarked starts what commandOf made, with the test's changes.
func startMarked(tb testing.TB, c *exec.Cmd) *family {
	tb.Helper()
	ftptest.SkipShort(tb, "it starts, ends and counts processes, which takes long")
	mark := markVariable + "=" + rand.Text()
	c.Env = append(c.Env, mark)
	return &family{startCommand(tb, c), mark}
}

// members returns the processes of the family that live.
func (f *family) members() (pids []int) {
	found, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range found {
		env, err := os.ReadFile(name) // empty for a zombie
		if err != nil || !slices.Contains(strings.Split(string(env), "\x00"), f.mark) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		pids = append(pids, pid)
	}
	return pids
}

// target returns the process of the embedded target, which must run.
func (f *family) target() int {
	f.tb.Helper()
	pids := slices.DeleteFunc(f.members(), func(pid int) bool { return pid == f.Process.Pid })
	if len(pids) != 1 {
		f.tb.Fatalf("beside ftpmark (%d) these processes run: %d, want the embedded target alone", f.Process.Pid, pids)
	}
	return pids[0]
}

// allGone fails the test if a process of the family lives, or still does so
// after a while.
func (f *family) allGone(within time.Duration) {
	f.tb.Helper()
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		left := f.members()
		if len(left) == 0 {
			return
		}
		if time.Since(begun) > within {
			f.tb.Errorf("processes %d are left %s after %q has ended", left, within, f.Args[1:])
			return
		}
	}
}

// awaitSaid waits until standard error has the text.
func (f *family) awaitSaid(text string) {
	f.tb.Helper()
	f.awaitTrue(fmt.Sprintf("standard error has %q", text), func() bool { return strings.Contains(f.Stderr(), text) })
}

// awaitTrue waits for something to happen while ftpmark runs.
func (f *family) awaitTrue(what string, happened func() bool) {
	f.tb.Helper()
	const patience = 40 * time.Second
	for begun := time.Now(); !happened(); time.Sleep(5 * time.Millisecond) {
		select {
		case <-f.Done():
			if happened() {
				return
			}
			f.tb.Fatalf("%q ended (%s) before this: %s; it said\n%s", f.Args[1:], f.ProcessState, what, f.Stderr())
		default:
		}
		if time.Since(begun) > patience {
			f.tb.Fatalf("after %s still waiting for this: %s; ftpmark said\n%s", patience, what, f.Stderr())
		}
	}
}

// summaryIn decodes a machine summary.
func summaryIn(tb testing.TB, text string) *summary.Summary {
	tb.Helper()
	s := new(summary.Summary)
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		tb.Fatalf("not a summary: %v\n%s", err, text)
	}
	return s
}

// reported runs `report` on a result file in both formats, and wants both to
// succeed.
func reported(tb testing.TB, file string) (text string, summary *summary.Summary) {
	tb.Helper()
	text, said, code := runFtpmark(tb, "report", file)
	if code != exitFine || said != "" {
		tb.Fatalf("report: exit %d, stderr\n%s", code, said)
	}
	out, said, code := runFtpmark(tb, "report", "--format", "json", file)
	if code != exitFine || said != "" {
		tb.Fatalf("report --format json: exit %d, stderr\n%s", code, said)
	}
	return text, summaryIn(tb, out)
}

// wantPartial fails the test unless both forms of a report say that it is
// partial, and what is missing, in a line that holds each of the words.
func wantPartial(tb testing.TB, text string, s *summary.Summary, missing ...string) {
	tb.Helper()
	if s.Status != summary.Partial {
		tb.Errorf("status %q, want %q", s.Status, summary.Partial)
	}
	if !strings.Contains(text, "PARTIAL") {
		tb.Errorf("the text does not say that it is partial:\n%s", text)
	}
	flat := strings.Join(strings.Fields(text), " ")
	for _, m := range missing {
		if !slices.ContainsFunc(s.Missing, func(x string) bool { return strings.Contains(x, m) }) {
			tb.Errorf("missing is %q, want one with %q", s.Missing, m)
		}
		if !strings.Contains(flat, m) {
			tb.Errorf("the text lacks %q:\n%s", m, text)
		}
	}
}

// wantCounts fails the test unless a series' counts agree with one another and
// something succeeded. Every transfer has the given size.
func wantCounts(tb testing.TB, s *summary.SeriesSummary, size int64) {
	tb.Helper()
	if s.OK == 0 || s.Attempts != s.OK+s.Failed+s.Unfinished || s.Bytes != s.OK*size {
		tb.Errorf("%s: %d attempts, %d ok, %d failed, %d unfinished, %d bytes in files of %d",
			s.Variant, s.Attempts, s.OK, s.Failed, s.Unfinished, s.Bytes, size)
	}
}

// onlyResult returns the one result file that a run left in its folder.
func (f *family) onlyResult() string {
	f.tb.Helper()
	files := resultFiles(f.tb, f.Folder)
	if len(files) != 1 {
		f.tb.Fatalf("result files %q, want one", files)
	}
	return files[0]
}

func TestKilledRunLeavesAPartialReport(t *testing.T) {
	t.Parallel()
	const size = 64 << 10
	for _, c := range []struct {
		name, duration, moment string
		missing                []string
		whole                  int // variants that came to their end
	}{
		{"first variant", "30s", "passive: measuring", []string{"variant passive, trial 1, ended early", "variant active did not run"}, 0},
		{"first variant again", "30s", "passive: measuring", []string{"variant passive, trial 1, ended early", "variant active did not run"}, 0},
		{"second variant", "4s", "active: measuring", []string{"variant active, trial 1, ended early"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := startFamily(t, "run", "-c", "3", "-d", c.duration, "--size", "64KiB")
			f.awaitSaid(c.moment) // the line is written once a second of the window is in the file
			target := f.target()
			if c.whole == 0 {
				text, s := reported(t, f.onlyResult())
				wantPartial(t, text, s, "still running")
			}
			late := mathrand.N(time.Second)
			if c.whole == 0 {
				late *= 2
			}
			time.Sleep(late)
			f.Send(os.Kill)
			if code := f.Await(); code != -1 {
				t.Fatalf("killed %s into the window it had ended with %d", late, code)
			}
			f.allGone(5 * time.Second)
			if _, err := os.Stat(fmt.Sprintf("/proc/%d/exe", target)); err == nil {
				t.Errorf("the embedded target, process %d, is still there", target)
			}

			text, s := reported(t, f.onlyResult())
			wantPartial(t, text, s, append(c.missing, "the end of the run: it was killed")...)
			if len(s.Series) != c.whole+1 {
				t.Fatalf("%d series after a kill %s after %q", len(s.Series), late, c.moment)
			}
			for i := range s.Series {
				wantCounts(t, &s.Series[i], size)
				if w := s.Series[i].WindowSeconds; w < 0.9 {
					t.Errorf("%s: %.2f s of the window, want what was in the file", s.Series[i].Variant, w)
				}
				if s.Series[i].Failed != 0 {
					t.Errorf("%s: %d failed", s.Series[i].Variant, s.Series[i].Failed)
				}
			}
			if s.Sessions.Opened != int64(3*len(s.Series)) || s.Sessions.Failed != 0 {
				t.Errorf("%d sessions opened, %d failed", s.Sessions.Opened, s.Sessions.Failed)
			}
		})
	}
}

// TestResultFileCutAnywhereIsReadable cuts the file of a killed run where a
// kill in the midst of a write would have.
func TestResultFileCutAnywhereIsReadable(t *testing.T) {
	t.Parallel()
	f := startFamily(t, "run", "-c", "1", "-d", "30s", "--warmup", "0", "--mode", "epsv")
	f.awaitSaid("epsv: measuring")
	f.Send(os.Kill)
	f.Await()
	whole, err := os.ReadFile(f.onlyResult())
	if err != nil {
		t.Fatal(err)
	}
	header := bytes.IndexByte(whole, '\n') + 1
	cut := filepath.Join(t.TempDir(), "cut.jsonl")
	last := len(whole) - 1
	for _, at := range []int{header, header + 1, header + mathrand.N(last-header), last - 1} {
		if err := os.WriteFile(cut, whole[:at], 0o644); err != nil {
			t.Fatal(err)
		}
		text, s := reported(t, cut)
		wantPartial(t, text, s, "the end of the run")
		if whole[at-1] != '\n' {
			wantPartial(t, text, s, "is cut off")
		}
	}
	// In the header there is nothing yet to report.
	for _, at := range []int{0, 1, header / 2} {
		if err := os.WriteFile(cut, whole[:at], 0o644); err != nil {
			t.Fatal(err)
		}
		out, said, code := runFtpmark(t, "report", cut)
		if out != "" || code != exitUsage || strings.Count(said, "\n") != 1 || !strings.Contains(said, cut) {
			t.Errorf("the first %d bytes: exit %d, stdout %q, stderr %q", at, code, out, said)
		}
	}
}

func TestKilledBeforeTheWindow(t *testing.T) {
	t.Parallel()
	// The session that prepares is served, with its upload; later ones are
	// not even greeted.
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{
		Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Session > 2 && turn.Verb == scripted.Greeting {
				return &scripted.Script{Replies: map[string]scripted.Reply{scripted.Greeting: {Silent: true}}}
			}
			return nil
		},
	})
	f := startFamily(t, "run", server.URL(), "-c", "2", "-d", "30s")
	f.awaitSaid("connecting")
	f.Send(os.Kill)
	f.Await()
	text, s := reported(t, f.onlyResult())
	wantPartial(t, text, s, "its window never opened", "variant active did not run")
	if len(s.Series) != 0 {
		t.Errorf("%d series of nothing", len(s.Series))
	}
	if !strings.Contains(text, "NOTHING WAS MEASURED") {
		t.Errorf("the text does not say that nothing was measured:\n%s", text)
	}
}
