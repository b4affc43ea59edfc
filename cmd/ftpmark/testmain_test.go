package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// playVariable makes this test binary behave as ftpmark: tests run it as a
// process of its own, and `run` without a target starts its own executable.
const playVariable = "FTPMARK_TEST_PLAYS_FTPMARK"

// TestMain lets the test binary play ftpmark.
func TestMain(m *testing.M) {
	if os.Getenv(playVariable) != "" {
		main()
		return
	}
	// Nothing of the user's own settings.
	for _, k := range profiles.Keys() {
		if err := os.Unsetenv(k.Env()); err != nil {
			panic(err)
		}
	}
	// A run in this process starts its embedded target as the program that it
	// is itself: without this that would be all of the tests again.
	if err := os.Setenv(playVariable, "1"); err != nil {
		panic(err)
	}
	// Under nohup, or in the background of a script, what the tests start would
	// ignore these too.
	for _, s := range []os.Signal{syscall.SIGHUP, os.Interrupt} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	os.Exit(m.Run())
}

// processPatience bounds the life of a process that a test started. A run that
// needs longer hangs: none takes a third of it on a quiet machine.
const processPatience = 3 * time.Minute

// ftpmarkProcess is an ftpmark that runs in a process of its own.
type ftpmarkProcess struct {
	*exec.Cmd
	// Folder is its working directory, where its result files are unless -o
	// says otherwise.
	Folder string

	tb             testing.TB
	stdout, stderr *safeBuffer
	done           chan struct{}
	late           *time.Timer
	signals        safeBuffer // what it did with signals when it was late, Linux
}

// commandOf returns a command that is ftpmark with the given arguments, in an
// empty folder of its own and with nothing of the user's own settings. It is
// not started.
func commandOf(tb testing.TB, args ...string) *exec.Cmd {
	tb.Helper()
	ftptest.SkipShort(tb, "it starts processes")
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Dir = tb.TempDir()
	// A home without .netrc: tests must not log in with what they find there.
	c.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return name == "HOME" || name == "NETRC" || strings.HasPrefix(name, "FTPMARK_")
	}), playVariable+"=1", "HOME="+tb.TempDir())
	// Should it leave children that hold its pipes, do not wait for them.
	c.WaitDelay = 5 * time.Second
	return c
}

// startFtpmark starts ftpmark with the given arguments. A process that outlives
// its patience is made to say what it does, and the test fails; one that
// outlives the test is killed.
func startFtpmark(tb testing.TB, args ...string) *ftpmarkProcess {
	tb.Helper()
	return startCommand(tb, commandOf(tb, args...))
}

// startCommand starts what commandOf made, with the test's changes.
func startCommand(tb testing.TB, c *exec.Cmd) *ftpmarkProcess {
	tb.Helper()
	p := &ftpmarkProcess{
		Cmd: c, Folder: c.Dir, tb: tb,
		stdout: &safeBuffer{}, stderr: &safeBuffer{}, done: make(chan struct{}),
	}
	p.Cmd.Stdout, p.Cmd.Stderr = p.stdout, p.stderr
	if err := p.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() {
		_ = p.Cmd.Wait() // its state says how it ended
		close(p.done)
	}()
	p.late = time.AfterFunc(processPatience, func() {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
		for line := range strings.Lines(string(status)) {
			if strings.HasPrefix(line, "Sig") || strings.HasPrefix(line, "ShdPnd") {
				_, _ = p.signals.Write([]byte(line))
			}
		}
		_ = p.Process.Signal(syscall.SIGQUIT)
	})
	tb.Cleanup(func() {
		p.late.Stop()
		_ = p.Process.Kill()
		<-p.done
	})
	return p
}

// Stdout returns what the process has written to standard output so far.
func (p *ftpmarkProcess) Stdout() string { return p.stdout.String() }

// Stderr returns what the process has written to standard error so far.
func (p *ftpmarkProcess) Stderr() string { return p.stderr.String() }

// Done is closed when the process has ended.
func (p *ftpmarkProcess) Done() <-chan struct{} { return p.done }

// Send sends it a signal.
func (p *ftpmarkProcess) Send(s os.Signal) {
	p.tb.Helper()
	if err := p.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.tb.Fatalf("send %s: %v", s, err)
	}
}

// Await waits for its end and returns its exit code, -1 if a signal ended it.
// It hides Wait, which has been called.
func (p *ftpmarkProcess) Await() int {
	p.tb.Helper()
	<-p.done
	code := p.ProcessState.ExitCode()
	if !p.late.Stop() {
		p.tb.Fatalf("%q was still there after %s, with signals\n%sit said\n%s", p.Args[1:], processPatience, p.signals.String(), p.Stderr())
	}
	return code
}

// runFtpmark runs ftpmark with the given arguments in a process and an empty
// folder of its own.
func runFtpmark(tb testing.TB, args ...string) (stdout, stderr string, code int) {
	tb.Helper()
	p := startFtpmark(tb, args...)
	code = p.Await()
	return p.Stdout(), p.Stderr(), code
}

// resultFiles returns the result files in a folder.
func resultFiles(tb testing.TB, folder string) []string {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	return names
}

// safeBuffer is a buffer that may be read while it is written.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestRunFtpmarkIsFtpmark(t *testing.T) {
	t.Parallel()
	out, said, code := runFtpmark(t, "version")
	if code != exitFine || said != "" || !strings.HasPrefix(out, "ftpmark ") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out, said)
	}
}

func TestRunWithoutTargetStartsOne(t *testing.T) {
	t.Parallel()
	p := startFtpmark(t, "run", "-c", "2", "-n", "20", "--size", "64KiB")
	if code := p.Await(); code != exitFine {
		t.Fatalf("exit %d, stderr\n%s", code, p.Stderr())
	}
	if files := resultFiles(t, p.Folder); len(files) != 1 {
		t.Errorf("result files %q, want one", files)
	}
	if out := p.Stdout(); !strings.Contains(out, "passive") || !strings.Contains(out, "active") {
		t.Errorf("the report does not have both modes:\n%s", out)
	}
}
