package target

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// stopTimeout bounds the wait for a child that was told to end.
const stopTimeout = drainTimeout + 2*time.Second

// Process is a server in a process of its own, started by [Start]. Its methods
// are safe for concurrent use.
type Process struct {
	// Addr is where it listens.
	Addr netip.AddrPort
	// User and Password are its one login, made for this process alone.
	User, Password string
	// PID is its process id.
	PID int

	cmd   *exec.Cmd
	stdin io.Closer
	said  *tail
	done  chan struct{}
	exit  error // what Wait said; read after done

	stop    sync.Once
	stopErr error
}

// Start runs exe with args, which must lead to [Supervise]: usually
// os.Executable() with "serve", "--listen", ADDR, "--supervised". It hands the
// child a fresh random password over standard input and waits, at most 10
// seconds, for the child's address. ctx bounds the start alone; the child then
// runs until Stop, its own end, or the end of this process, however violent.
//
// The child has a process group of its own, so that Ctrl-C at the terminal
// reaches this process and leaves it to drain before it stops the child. If
// the start fails the error carries what the child said on standard error, and
// no child is left behind.
//
// pair, if any, is the certificate of a child that is told, by its arguments, to
// speak TLS. The key goes the way of the password.
func Start(ctx context.Context, pair *KeyPair, exe string, args ...string) (*Process, error) {
	p := &Process{User: "ftpmark", Password: rand.Text(), said: &tail{}, done: make(chan struct{})}
	secret, err := json.Marshal(login{p.User, p.Password, pair})
	if err != nil {
		return nil, err
	}
	ready := newFirstLine()
	p.cmd = exec.Command(exe, args...)
	p.cmd.SysProcAttr = ownGroup()
	p.cmd.Stdout = ready
	p.cmd.Stderr = p.said
	// Should the child leave children that hold its pipes, do not wait for them.
	p.cmd.WaitDelay = time.Second
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the target: %w", err)
	}
	p.stdin = stdin
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the target: %w", err)
	}
	p.PID = p.cmd.Process.Pid
	go func() {
		p.exit = p.cmd.Wait()
		close(p.done)
	}()

	// The line fits the pipe's buffer: the write waits for nobody. If it fails
	// the child is gone, and await knows more about that.
	_, _ = stdin.Write(append(secret, '\n'))
	if p.Addr, err = p.await(ctx, ready); err != nil {
		_ = p.Stop()
		return nil, fmt.Errorf("start the target: %w%s", err, p.said.quoted())
	}
	return p, nil
}

// await returns the address from the child's first line.
func (p *Process) await(ctx context.Context, ready *firstLine) (netip.AddrPort, error) {
	late := time.NewTimer(startTimeout)
	defer late.Stop()
	select {
	case line := <-ready.line:
		return parseReady(line)
	case <-p.done:
		if p.exit == nil {
			return netip.AddrPort{}, errors.New("it exited before it was ready")
		}
		return netip.AddrPort{}, fmt.Errorf("it exited before it was ready: %w", p.exit)
	case <-late.C:
		return netip.AddrPort{}, fmt.Errorf("it was not ready within %s", startTimeout)
	case <-ctx.Done():
		return netip.AddrPort{}, ctx.Err()
	}
}

func parseReady(line string) (netip.AddrPort, error) {
	rest, ok := strings.CutPrefix(line, readyPrefix)
	if ok {
		if addr, err := netip.ParseAddrPort(strings.TrimSuffix(rest, "/")); err == nil {
			return addr, nil
		}
	}
	return netip.AddrPort{}, fmt.Errorf("it printed %q, want %sHOST:PORT/", line, readyPrefix)
}

// Stop ends the child: it closes its standard input, waits a bounded time, and
// then kills it. It returns the reason if the child did not end in good order,
// also if that was before Stop. To call it again is harmless and returns the
// same.
func (p *Process) Stop() error {
	p.stop.Do(func() { p.stopErr = p.end() })
	return p.stopErr
}

func (p *Process) end() error {
	_ = p.stdin.Close()
	if p.ended(stopTimeout) {
		if p.exit != nil {
			return fmt.Errorf("the target failed: %w%s", p.exit, p.said.quoted())
		}
		return nil
	}
	_ = p.cmd.Process.Kill()
	if !p.ended(stopTimeout) {
		return fmt.Errorf("the target (process %d) cannot be killed", p.PID)
	}
	return fmt.Errorf("the target did not exit within %s and was killed%s", stopTimeout, p.said.quoted())
}

func (p *Process) ended(within time.Duration) bool {
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-p.done:
		return true
	case <-late.C:
		return false
	}
}
