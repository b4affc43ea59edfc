package serverwatch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/shirou/gopsutil/v4/common"
	gopsutil "github.com/shirou/gopsutil/v4/process"
	"golang.org/x/sys/unix"
)

// tick is the unit of times in /proc: USER_HZ is 100 for user space.
const tick = 10 * time.Millisecond

// system reads processes. It belongs to one goroutine at a time.
type system struct {
	ctx context.Context
	buf []byte
	// counted says that the kernel counts descriptors (6.2 and later): the size
	// of /proc/PID/fd, which anybody may read. Its names only the owner may.
	counted bool
}

func newSystem() *system {
	s := &system{buf: make([]byte, 2048)}
	// HOST_PROC would have gopsutil read another machine's processes.
	s.ctx = context.WithValue(context.Background(), common.EnvKey, common.EnvMap{common.HostProcEnvKey: "/proc"})
	var st unix.Stat_t
	s.counted = unix.Stat("/proc/self/fd", &st) == nil && st.Size > 0
	return s
}

// check returns why a process cannot be watched.
func (s *system) check(pid int32) error {
	_, err := s.stat(pid)
	return err
}

// pids returns the numbers of all processes.
func (s *system) pids() ([]int32, error) { return gopsutil.PidsWithContext(s.ctx) }

// now is the time on the clock of id.start: ticks since the machine started.
func (s *system) now() int64 {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) != nil {
		return 0
	}
	return t.Nano() / int64(tick)
}

// stat reads a process. Its own processor time is in ticks.
func (s *system) stat(pid int32) (process, error) {
	fd, err := unix.Open(path(pid, "stat"), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return process{}, err
	}
	n, err := unix.Read(fd, s.buf)
	_ = unix.Close(fd)
	if err != nil {
		return process{}, err
	}
	p, ok := parseStat(s.buf[:max(n, 0)])
	if !ok {
		return process{}, fmt.Errorf("cannot parse /proc/%d/stat", pid)
	}
	p.pid = pid
	return p, nil
}

// parseStat reads the fields of /proc/PID/stat that follow the command's name,
// which may hold blanks and parentheses.
func parseStat(b []byte) (p process, ok bool) {
	b = bytes.TrimLeft(b[bytes.LastIndexByte(b, ')')+1:], " ")
	if len(b) == 0 {
		return p, false
	}
	p.ended = b[0] == 'Z' || b[0] == 'X'
	for field := 3; field <= 22; field++ {
		var text []byte
		text, b, ok = bytes.Cut(b, []byte(" "))
		if !ok {
			return p, false
		}
		var v int64
		switch field {
		case 4, 5, 6, 14, 15, 16, 17, 22:
			var err error
			if v, err = strconv.ParseInt(string(text), 10, 64); err != nil {
				return p, false
			}
		}
		switch field {
		case 4:
			p.parent = int32(v)
		case 5:
			p.group = int32(v)
		case 6:
			p.session = int32(v)
		case 14, 15: // user, system
			p.cpu += time.Duration(v) * tick
		case 16, 17: // the same of the children it waited for
			p.reaped += time.Duration(v) * tick
		case 22:
			p.start = v
		}
	}
	return p, true
}

// measure reads what a process holds, and its processor time to the nanosecond.
func (s *system) measure(p *process) (holding, bool) {
	var t unix.Timespec
	// The clock of another process: its number inverted, above CPUCLOCK_SCHED.
	if unix.ClockGettime(^p.pid<<3|2, &t) == nil {
		p.cpu = time.Duration(t.Nano())
	}
	if p.ended {
		return holding{}, true
	}
	h := holding{descriptors: s.descriptors(p.pid)}
	// Not stat's, which is an estimate on recent kernels.
	if m, err := (&gopsutil.Process{Pid: p.pid}).MemoryInfoWithContext(s.ctx); err == nil {
		h.rss = int64(m.RSS)
	} else if !gone(err) {
		h.rss = unknown
	}
	return h, true
}

func (s *system) descriptors(pid int32) int64 {
	if s.counted {
		var st unix.Stat_t
		switch err := unix.Stat(path(pid, "fd"), &st); {
		case err == nil:
			return st.Size
		case gone(err):
			return 0
		}
		return unknown
	}
	n, err := (&gopsutil.Process{Pid: pid}).NumFDsWithContext(s.ctx)
	switch {
	case err == nil:
		return int64(n)
	case gone(err):
		return 0
	}
	return unknown
}

// passable says that a process may be left out of a sample: it ended while it
// was read, or is not for this user to see.
func passable(err error) bool { return gone(err) || errors.Is(err, fs.ErrPermission) }

// gone says that a process ended while it was read.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH)
}

func path(pid int32, name string) string {
	return "/proc/" + strconv.Itoa(int(pid)) + "/" + name
}

// spent is the processor time of the calling thread.
func spent() (time.Duration, bool) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t)
	return time.Duration(t.Nano()), err == nil
}
