package mover

import (
	"errors"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	// mostPipes bounds the descriptors that pipes take. Transfers beyond it
	// copy: with so many at once the copies are not what is waited for.
	mostPipes = 16
	// pipeSize is how much a pipe is to hold: what anybody may ask for by
	// default (pipe(7)).
	pipeSize = 1 << 20
)

// pipes lends pipes to the uploads of a block. The zero value is ready; it is
// safe for concurrent use.
type pipes struct {
	mu     sync.Mutex
	free   []*kernelPipe
	made   int // and not closed again
	closed bool
}

// kernelPipe is an empty pipe that does not block.
type kernelPipe struct {
	r, w int
	size int // bytes that it holds
}

// take lends a pipe; nil if there is none to be had.
func (ps *pipes) take() *kernelPipe {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if n := len(ps.free); n > 0 {
		p := ps.free[n-1]
		ps.free = ps.free[:n-1]
		return p
	}
	if ps.closed || ps.made == mostPipes {
		return nil
	}
	var fd [2]int
	if unix.Pipe2(fd[:], unix.O_CLOEXEC|unix.O_NONBLOCK) != nil {
		return nil
	}
	ps.made++
	p := &kernelPipe{r: fd[0], w: fd[1]}
	size, err := unix.FcntlInt(uintptr(p.w), unix.F_SETPIPE_SZ, pipeSize)
	if err != nil { // a user without privileges may have used up a share
		size, err = unix.FcntlInt(uintptr(p.w), unix.F_GETPIPE_SZ, 0)
	}
	if p.size = size; err != nil || size < portableBuffer {
		ps.made--
		_ = p.close()
		return nil // less than what a copy moves at once
	}
	return p
}

// give takes a pipe back, with so many bytes still in it.
func (ps *pipes) give(p *kernelPipe, left int) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if left == 0 && !ps.closed {
		ps.free = append(ps.free, p)
		return
	}
	ps.made--
	_ = p.close()
}

func (ps *pipes) close() (err error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, p := range ps.free {
		err = errors.Join(err, p.close())
	}
	ps.free, ps.closed = nil, true
	return err
}

func (p *kernelPipe) close() error { return errors.Join(unix.Close(p.r), unix.Close(p.w)) }
