//go:build benchpeers && linux

package benchpeers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is what one process took from its start to its end.
type usage struct {
	wall, cpu time.Duration // cpu: user and system time, with that of its own children
	rss       int64         // bytes: the most it had in memory
	stdout    []byte
	argv      []string
}

// errStalled is of a process that was not done in time.
var errStalled = errors.New("stalled")

// process runs a command to its end, at most for limit, and returns what it took. An exit code
// other than 0 is an error, which has the last line of what the command said.
func process(argv []string, dir string, limit time.Duration) (usage, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Dir = dir
	c.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + dir, "LC_ALL=C", "TZ=UTC"}
	c.Stdout, c.Stderr = &stdout, &stderr
	c.WaitDelay = time.Second
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begun := time.Now()
	if err := c.Start(); err != nil {
		return usage{}, err
	}
	ended, most := make(chan struct{}), make(chan int64)
	go func() { most <- watchMemory(c.Process.Pid, ended) }()
	err := c.Wait()
	u := usage{wall: time.Since(begun), stdout: stdout.Bytes()}
	close(ended)
	u.rss = <-most
	u.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	switch {
	case ctx.Err() != nil:
		return u, fmt.Errorf("%w: not done after %s", errStalled, limit)
	case err != nil:
		return u, fmt.Errorf("%w: %s", err, lastLine(stderr.Bytes(), stdout.Bytes()))
	}
	return u, nil
}

// watchMemory reads the high-water mark of a process's resident set until ended. The one of
// wait4 would not do: the kernel counts into it what the process was before its exec, which is
// this test.
func watchMemory(pid int, ended <-chan struct{}) (most int64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		b, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		if _, after, ok := strings.Cut(string(b), "VmHWM:"); ok {
			text, _, _ := strings.Cut(after, "kB")
			if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
				most = max(most, n<<10)
			}
		}
		select {
		case <-ended:
			return most
		case <-tick.C:
		}
	}
}

// lastLine returns the last line of the first of texts that has one, cut to what fits a table.
func lastLine(texts ...[]byte) string {
	for _, text := range texts {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if last := lines[len(lines)-1]; last != "" {
			return strings.ToValidUTF8(last[:min(len(last), 120)], "")
		}
	}
	return "it said nothing"
}

// background starts a command that ends with this process, and returns a function that ends it
// at once.
func background(argv ...string) (stop func(), err error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		return nil, err
	}
	return func() {
		if err := c.Process.Kill(); err == nil || errors.Is(err, os.ErrProcessDone) {
			_ = c.Wait()
		}
	}, nil
}
