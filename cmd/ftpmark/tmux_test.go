package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// pane is a shell in a terminal of tmux's, on a server of its own.
type pane struct {
	tb     testing.TB
	socket string
	raw    string // the file with what was written to the terminal, byte for byte
}

// startPane starts a shell in a terminal of that size. In it, $ftpmark is
// ftpmark, as of [commandOf].
func startPane(tb testing.TB, columns, rows int, environment ...string) *pane {
	tb.Helper()
	ftptest.SkipShort(tb, "it needs tmux")
	c := commandOf(tb)
	// A short path, as sockets want it.
	dir, err := os.MkdirTemp("", "tmux")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &pane{tb: tb, socket: filepath.Join(dir, "socket"), raw: filepath.Join(tb.TempDir(), "raw")}
	args := []string{
		"-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows), "-c", c.Dir,
		"-e", "ftpmark=" + c.Path, "-e", "PS1=> ", "-e", "ENV=", "-e", "HISTFILE=",
	}
	for _, v := range environment {
		args = append(args, "-e", v)
	}
	start := p.command(append(args, "sh", "-i")...)
	// Not the variables of whoever runs the tests.
	for _, v := range c.Env {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "TMUX", "TMUX_PANE", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG":
		default:
			start.Env = append(start.Env, v)
		}
	}
	start.Env = append(start.Env, "LC_ALL=C.UTF-8")
	if out, err := start.CombinedOutput(); err != nil {
		tb.Fatalf("tmux (make servers installs it): %v: %s", err, out)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("the screen and what was above it:\n%s", p.all())
		}
		_ = p.command("kill-server").Run()
	})
	p.tmux("set-option", "-g", "history-limit", "5000")
	p.tmux("pipe-pane", "cat > '"+p.raw+"'")
	p.await("a prompt", func(screen string) bool { return strings.HasPrefix(screen, ">") })
	return p
}

func (p *pane) command(args ...string) *exec.Cmd {
	return exec.Command("tmux", append([]string{"-u", "-S", p.socket}, args...)...)
}

func (p *pane) tmux(args ...string) string {
	p.tb.Helper()
	out, err := p.command(args...).CombinedOutput()
	if err != nil {
		p.tb.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return string(out)
}

// run types a command line.
func (p *pane) run(line string) {
	p.tb.Helper()
	p.tmux("send-keys", "-l", line)
	p.tmux("send-keys", "Enter")
}

// screen is what the terminal shows; all also has what has scrolled away.
func (p *pane) screen() string { p.tb.Helper(); return p.tmux("capture-pane", "-p") }

func (p *pane) all() string { p.tb.Helper(); return p.tmux("capture-pane", "-p", "-S", "-") }

// coloured is the screen with its colours.
func (p *pane) coloured() string { p.tb.Helper(); return p.tmux("capture-pane", "-p", "-e") }

func (p *pane) resize(columns, rows int) {
	p.tb.Helper()
	p.tmux("resize-window", "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows))
}

// await waits until the screen is as it should be, and returns it. It waits for
// longer than the longest run here takes (20 s) on a busy machine, where a run
// begins many seconds late.
func (p *pane) await(what string, is func(screen string) bool) (screen string) {
	p.tb.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if screen = p.screen(); is(screen) {
			return screen
		}
	}
	p.tb.Fatalf("no %s on the screen, which at last was\n%s", what, screen)
	return ""
}

// ended waits until the shell says the command's exit code.
func (p *pane) ended(code int) {
	p.tb.Helper()
	want := fmt.Sprintf("\nexit=%d\n", code)
	p.await(strings.TrimSpace(want), func(screen string) bool { return strings.Contains(screen, want) })
}

// figures are masked, so that a screen can be held against another one's: only
// their places matter.
var figures = []struct {
	is   *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`(?m)^[█░]+`), "BAR"},
	{regexp.MustCompile(`[▁▂▃▄▅▆▇█][▁▂▃▄▅▆▇█ ]*[▁▂▃▄▅▆▇█]|[▁▂▃▄▅▆▇█]`), "SPARK"},
	{regexp.MustCompile(`[0-9][0-9,.]*`), "N"},
	{regexp.MustCompile(`N [KMG]?i?B/s`), "N B/s"},
	{regexp.MustCompile(`N [nµm]?s\b`), "N t"},
	{regexp.MustCompile(` {2,}`), "  "},
}

func maskedScreen(screen string) string {
	for _, f := range figures {
		screen = f.is.ReplaceAllString(screen, f.mask)
	}
	return strings.TrimSpace(screen) + "\n"
}

// lightRun is a run of two seconds and more in each of two modes, which asks
// little of the machine and has too few operations for a p99.
const lightRun = `"$ftpmark" run -c 2 --mode epsv,eprt -d 3s --warmup 0s --size 64KiB --think 20ms`

// block marks a screen that has the live view on it.
const block = ": measuring, 2/2 sessions"

// TestLiveView runs it in terminals, and holds what is on them against a golden
// with the figures masked.
func TestLiveView(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{80, 200} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			p := startPane(t, columns, 24)
			// Long enough to be seen, however busy the machine is.
			p.run("clear; " + strings.NewReplacer("3s", "9s", "20ms", "100ms").Replace(lightRun) + "; echo exit=$?")
			screen := p.await("second mode", func(s string) bool {
				return strings.Contains(s, "eprt"+block) && regexp.MustCompile(`(?m) [2-9]s of 9s`).MatchString(s)
			})
			golden(t, fmt.Sprintf("live-%d", columns), maskedScreen(screen))
			if !strings.Contains(p.coloured(), "\x1b[1m") {
				t.Error("no colours")
			}
			p.ended(exitFine)
			all := p.all()
			for _, remains := range []string{": measuring", "op/s now", " op/s\n", "█", "▁"} {
				if strings.Contains(all, remains) {
					t.Errorf("%q is left", remains)
				}
			}
			if !strings.HasPrefix(all, "ran         retr, ") || !strings.Contains(all, "result file: ftpmark-") {
				t.Error("the report does not begin where the view was, or is not there")
			}
		})
	}
}

// TestLiveViewIsResized in the middle of a run, with other output above.
func TestLiveViewIsResized(t *testing.T) {
	t.Parallel()
	p := startPane(t, 80, 24)
	p.run("clear; seq 1001 1040; " + strings.Replace(lightRun, "3s", "10s", 1) + "; echo exit=$?")
	p.await("live view", func(s string) bool { return strings.Contains(s, block) })
	// Not much narrower at once: what the terminal then scrolls away, though it has
	// room below, nobody can call back.
	for _, size := range []struct{ columns, rows int }{{45, 24}, {30, 24}, {110, 24}, {80, 24}, {80, 12}} {
		// Right after it was drawn: tmux breaks lines at once, but tells of its new
		// size up to 250 ms later.
		before := p.screen()
		p.await("new second", func(s string) bool { return s != before })
		p.resize(size.columns, size.rows)
		p.await(fmt.Sprintf("block for %d x %d", size.columns, size.rows), func(s string) bool {
			lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
			if strings.Count(s, "op/s now") != 1 || strings.Count(s, ": meas") != 1 || len(lines) < 4 {
				return false
			}
			for _, l := range lines {
				if len([]rune(l)) >= size.columns {
					return false
				}
			}
			// At once after what was there before, and nothing below.
			return strings.Contains(s, "1040\n") && strings.HasPrefix(s[strings.Index(s, "1040\n")+5:], "e")
		})
	}
	p.ended(exitFine)
	if all := p.all(); strings.Contains(all, ": meas") || strings.Contains(all, "op/s now") || !strings.Contains(all, "1040\nran  ") {
		t.Error("something is left of the view, or something before it is missing")
	}
}

// TestLiveViewInSmallTerminals: it keeps to the room that there is.
func TestLiveViewInSmallTerminals(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		columns, rows int
		want          string
	}{
		{20, 24, "epsv: measuring, N…\nBAR Ns of Ns\n  op/s now\nepsv  N\neprt  -\nepsv  SPARK\n"},
		{60, 4, "epsv: measuring, N/N sessions\nBAR Ns of Ns, Ns left, about Ns to the end\nepsv  N  N  N B/s  -  N\n"},
		{60, 2, "epsv: measuring, N/N sessions\n"},
	} {
		t.Run(fmt.Sprintf("%dx%d", size.columns, size.rows), func(t *testing.T) {
			t.Parallel()
			p := startPane(t, size.columns, size.rows)
			p.run("clear; " + strings.Replace(lightRun, "3s", "4s", 1) + " --format csv >/dev/null; clear; echo; echo exit=$?")
			p.await("second of the first mode", func(s string) bool { return maskedScreen(s) == size.want })
			p.await("end", func(s string) bool { return strings.Contains(s, "exit=0") })
			if all := p.all(); strings.Contains(all, ": meas") || strings.Contains(all, "op/s now") {
				t.Error("something is left of the view")
			}
		})
	}
}

// TestLiveViewIsInterrupted: what is said then stands above the block, and the
// block is gone in the end.
func TestLiveViewIsInterrupted(t *testing.T) {
	t.Parallel()
	p := startPane(t, 80, 24)
	p.run("clear; " + strings.Replace(lightRun, "3s", "30s", 1) + "; echo exit=$?")
	p.await("live view", func(s string) bool { return strings.Contains(s, block) })
	p.tmux("send-keys", "C-c")
	p.ended(exitInterrupted)
	all := p.all()
	if strings.Count(all, "ftpmark: finishing the operations in flight") != 1 || strings.Contains(all, ": measuring") || strings.Contains(all, "op/s now") {
		t.Error("the screen is not as it should be")
	}
}

// TestLiveViewIsSuspended: what the shell writes meanwhile stays, and the block is
// there again below.
func TestLiveViewIsSuspended(t *testing.T) {
	t.Parallel()
	p := startPane(t, 80, 24)
	p.run("clear; " + strings.Replace(lightRun, "3s", "6s", 1) + " --format csv >/dev/null")
	p.await("live view", func(s string) bool { return strings.Contains(s, block) })
	p.tmux("send-keys", "C-z")
	p.await("shell", func(s string) bool {
		return strings.Contains(s, "Stopped") && strings.HasSuffix(strings.TrimSpace(s), ">")
	})
	time.Sleep(2 * time.Second) // so that there is something to show at once
	p.run("fg; echo exit=$?")
	p.await("block below what the shell said", func(s string) bool {
		_, below, found := strings.Cut(s, "Stopped")
		return found && strings.Contains(below, "fg; echo") && strings.Contains(below, block) && strings.Contains(below, "op/s now")
	})
	p.ended(exitFine)
	_, below, found := strings.Cut(p.all(), "Stopped")
	if !found || !strings.Contains(below, "fg; echo") || strings.Contains(below, ": meas") {
		t.Error("something is left of the view, or something of the shell's is missing")
	}
}

// TestLiveViewWithoutColour: with NO_COLOR progress is plain lines, without any
// control code, and a live view that is asked for has no colours.
func TestLiveViewWithoutColour(t *testing.T) {
	t.Parallel()
	p := startPane(t, 80, 24, "NO_COLOR=1")
	p.run(lightRun + " --mode epsv -n 50; echo exit=$?")
	p.ended(exitUsage) // --mode twice: nothing but a message
	p.run(strings.Replace(lightRun, "epsv,eprt", "epsv", 1) + " --format json >/dev/null; echo exit=$?")
	p.await("plain line", func(s string) bool { return strings.Contains(s, "\nepsv: measuring 1s/3s, 2/2 sessions, ") })
	p.ended(exitFine)
	raw, err := os.ReadFile(p.raw)
	if err != nil {
		t.Fatal(err)
	}
	// The terminal itself makes \r\n of \n.
	if text := strings.ReplaceAll(string(raw), "\r\n", "\n"); strings.ContainsAny(text, "\x1b\r") {
		t.Errorf("control codes in %q", text)
	}
	p.run("clear; " + lightRun + " --progress live; echo exit=$?")
	p.await("live view", func(s string) bool { return strings.Contains(s, block) })
	if s := p.coloured(); strings.Contains(s, "\x1b[") {
		t.Errorf("colours in %q", s)
	}
	p.ended(exitFine)
}

// TestLiveViewInASCII where the locale says nothing of UTF-8.
func TestLiveViewInASCII(t *testing.T) {
	t.Parallel()
	p := startPane(t, 80, 24, "LC_ALL=C")
	p.run("clear; " + lightRun + "; echo exit=$?")
	screen := p.await("live view", func(s string) bool { return strings.Contains(s, block) && strings.Contains(s, "peak ") })
	for _, r := range screen {
		if r > '~' {
			t.Errorf("%q in\n%s", r, screen)
			break
		}
	}
	if !regexp.MustCompile(`(?m)^\[#+-*\] [123]s of 3s`).MatchString(screen) {
		t.Errorf("no bar in\n%s", screen)
	}
	p.ended(exitFine)
}

// TestProgressInAPipe is plain lines.
func TestProgressInAPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	out, said, code := runFtpmark(t, "run", "-c", "2", "--mode", "epsv", "-d", "1500ms", "--warmup", "0s", "--size", "64KiB", "--think", "20ms")
	if code != exitFine || strings.ContainsAny(out+said, "\x1b\r") || !strings.HasPrefix(said, "epsv: measuring 1s/2s, 2/2 sessions, ") {
		t.Errorf("exit %d, stderr %q", code, said)
	}
	out, said, code = runFtpmark(t, "run", "-c", "2", "--mode", "epsv", "-d", "1500ms", "--size", "64KiB", "--progress", "none")
	if code != exitFine || strings.Contains(said, "measuring") || out == "" {
		t.Errorf("exit %d, stderr %q", code, said)
	}
}
