//go:build !linux

package servers

import (
	"errors"
	"os"
	"time"
)

// errNotLinux is why no server starts here.
var errNotLinux = errors.New("the real servers are Debian's: this needs Linux")

// process and runDir exist elsewhere too so that tests compile; none is ever made.
type process struct {
	exited chan struct{}
	state  error
}

type runDir struct{ path string }

func newRunDir() (*runDir, error) { return nil, errNotLinux }

func (*runDir) remove() error { return nil }

func startProcess([]string, []string, string, string, *os.File) (*process, error) {
	return nil, errNotLinux
}

func (*process) stop(time.Duration) {}

func (*process) members() []int { return nil }

func (*process) listener(uint16) (int, bool) { return 0, false }
