//go:build !linux

package serverwatch

import (
	"errors"
	"io/fs"
	"runtime"
	"time"

	gopsutil "github.com/shirou/gopsutil/v4/process"
)

// system reads processes, of which gopsutil tells all that is known here.
type system struct{}

func newSystem() *system { return &system{} }

// check returns why a process cannot be watched.
func (s *system) check(pid int32) error {
	p, err := gopsutil.NewProcess(pid)
	if err == nil {
		_, err = p.Times()
	}
	return err
}

// pids returns the numbers of all processes.
func (s *system) pids() ([]int32, error) { return gopsutil.Pids() }

// now is the time on the clock of id.start: milliseconds since 1970.
func (s *system) now() int64 { return time.Now().UnixMilli() }

// stat reads whose a process is.
func (s *system) stat(pid int32) (process, error) {
	g := gopsutil.Process{Pid: pid}
	start, err1 := g.CreateTime()
	parent, err2 := g.Ppid()
	p := process{id: id{pid: pid, start: start}, parent: parent}
	p.group, p.session = groups(pid)
	return p, errors.Join(err1, err2)
}

// measure reads the processor time of a process and what it holds. It reports
// false if the time may not be read.
func (s *system) measure(p *process) (holding, bool) {
	g := gopsutil.Process{Pid: p.pid}
	there := func() bool {
		ok, err := gopsutil.PidExists(p.pid)
		return ok || err != nil
	}
	t, err := g.Times()
	if err != nil {
		return holding{unknown, unknown}, !there()
	}
	p.cpu = time.Duration((t.User + t.System) * float64(time.Second))
	var h holding
	if m, err := g.MemoryInfo(); err == nil {
		h.rss = int64(m.RSS)
	} else if there() {
		h.rss = unknown
	}
	if runtime.GOOS == "windows" {
		h.descriptors = unknown // it has handles, which are much else besides
	} else if n, err := g.NumFDs(); err == nil {
		h.descriptors = int64(n)
	} else if there() {
		h.descriptors = unknown
	}
	return h, true
}

// passable says that a process may be left out of a sample. Why it could not be
// read is not told here in one way; most often it ended.
func passable(error) bool { return true }

// gone says that there is no such process.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, gopsutil.ErrorProcessNotRunning)
}

// spent is the processor time of the calling thread, which is known on Linux
// only.
func spent() (time.Duration, bool) { return 0, false }
