package ftptest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	// namespacePrefix begins the names of all tests' network namespaces; the id of the
	// process that made them follows.
	namespacePrefix = "ftpmark-test-"
	// namespaceDir is where ip(8) keeps the namespaces that have names.
	namespaceDir = "/run/netns"
)

// Namespace is a network namespace of one test: nothing but the loopback device is in it
// until the test puts it there. Its methods may be called from any goroutine.
type Namespace struct {
	Name string // as ip(8) knows it

	tb testing.TB
}

// NewNamespace makes a network namespace, with loopback up, and removes it when the test
// ends. The label, of a few letters, ends its name. It needs root and iproute2; without them
// the test fails. What a killed test has left is removed first.
func NewNamespace(tb testing.TB, label string) *Namespace {
	tb.Helper()
	SkipShort(tb, "it needs root")
	if _, err := exec.LookPath("ip"); err != nil {
		tb.Fatalf("%v: run `make servers`", err)
	}
	sweepNamespaces()
	n := &Namespace{tb: tb, Name: namespaceName(os.Getpid(), label)}
	tb.Cleanup(func() { _ = exec.Command("ip", "netns", "delete", n.Name).Run() })
	if out, err := exec.Command("ip", "netns", "add", n.Name).CombinedOutput(); err != nil {
		tb.Fatalf("no network namespace: %v (this needs root)\n%s", err, out)
	}
	n.Run("ip", "link", "set", "lo", "up")
	return n
}

// namespaceName returns a name that no other namespace has.
func namespaceName(pid int, label string) string {
	return fmt.Sprintf("%s%d-%s-%s", namespacePrefix, pid, strings.ToLower(rand.Text()[:6]), label)
}

// Run runs a command in the namespace to its end and returns what it wrote. The test fails
// if the command does.
func (n *Namespace) Run(args ...string) string {
	n.tb.Helper()
	out, err := n.Within(exec.Command(args[0], args[1:]...)).CombinedOutput()
	if err != nil {
		n.tb.Fatalf("%q: %v (this needs root)\n%s", args, err, out)
	}
	return string(out)
}

// Within makes a command that was not started yet run in the namespace, and returns it.
func (n *Namespace) Within(c *exec.Cmd) *exec.Cmd {
	ip, err := exec.LookPath("ip")
	if err != nil {
		return c // NewNamespace has found it
	}
	c.Args = append([]string{ip, "netns", "exec", n.Name, c.Path}, c.Args[1:]...)
	c.Path = ip // which becomes the command itself
	return c
}

// Kill ends all processes in the namespace, other than this one: vsftpd's sessions are in
// no group that could be signalled.
func (n *Namespace) Kill() { killWithin(n.Name) }

// Do calls f on a thread that is in the namespace, and returns f's error. The sockets and
// devices that f opens itself belong to the namespace for as long as they live; what f's
// own goroutines open does not.
func (n *Namespace) Do(f func() error) error {
	err := errors.New("ended early") // by a t.FailNow, say
	offMainThread(func() { err = n.doHere(f) })
	if err != nil {
		return fmt.Errorf("in namespace %s: %w", n.Name, err)
	}
	return nil
}

// offMainThread calls f in a goroutine of its own that is not on the process's main thread:
// the whole process is said to be where that one is.
func offMainThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if unix.Gettid() == unix.Getpid() {
			offMainThread(f) // elsewhere, as this thread is kept
			return
		}
		f()
	}()
	<-done
}

// doHere moves this thread, which the caller has locked, into the namespace and back.
func (n *Namespace) doHere(f func() error) error {
	home, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(home)
	there, err := unix.Open(filepath.Join(namespaceDir, n.Name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(there)
	if err := unix.Setns(there, unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("setns: %w", err)
	}
	defer func() {
		if unix.Setns(home, unix.CLONE_NEWNET) != nil {
			runtime.LockOSThread() // once more than it is unlocked: so the thread ends
		}
	}()
	return f()
}

// sweepNamespaces removes what killed tests have left. Those of living ones stay.
func sweepNamespaces() {
	found, _ := filepath.Glob(filepath.Join(namespaceDir, namespacePrefix+"*"))
	for _, path := range found {
		name := filepath.Base(path)
		owner, _, _ := strings.Cut(strings.TrimPrefix(name, namespacePrefix), "-")
		pid, err := strconv.Atoi(owner)
		if err == nil && errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
			killWithin(name)
			_ = exec.Command("ip", "netns", "delete", name).Run()
		}
	}
}

// killWithin ends the processes in a namespace.
func killWithin(name string) {
	out, _ := exec.Command("ip", "netns", "pids", name).Output()
	for field := range strings.FieldsSeq(string(out)) {
		if pid, err := strconv.Atoi(field); err == nil && pid != os.Getpid() {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}
}
