package serverwatch

import (
	"errors"
	"io/fs"
)

// sample is the server at one time.
type sample struct {
	at        int64 // when it began, on the clock of id.start
	processes []process
	running   int // of the processes, those that have not ended
	holding
	blind bool // some process's time could not be read
}

var errStopped = errors.New("stopped")

// sample reads the server's processes. It fails if it is stopped before it comes
// to the end, or if they cannot be read, for want of descriptors say; the first
// one also if the server is not there. Later there are none once all have ended.
func (w *Watch) sample(stop <-chan struct{}) (s sample, err error) {
	s.at = w.sys.now()
	pids, err := w.sys.pids()
	if err != nil {
		return s, err
	}
	all := make([]process, 0, len(pids))
	for _, pid := range pids {
		if isClosed(stop) {
			return s, errStopped
		}
		switch p, err := w.sys.stat(pid); {
		case err == nil:
			all = append(all, p)
		case !passable(err):
			return s, err
		}
	}
	if w.members == nil {
		if w.members = found(all, w.root, w.self); w.members == nil {
			return s, fs.ErrNotExist
		}
	}
	s.processes = w.members.pick(all)
	for i := range s.processes {
		if isClosed(stop) {
			return s, errStopped
		}
		p := &s.processes[i]
		h, ok := w.sys.measure(p)
		s.blind = s.blind || !ok
		if !p.ended {
			s.running++
		}
		s.holding.add(h)
	}
	return s, nil
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
