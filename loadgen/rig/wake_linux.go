package rig

import (
	"time"

	"golang.org/x/sys/unix"
)

// early is how long before an arrival is due its worker stops to rely on the
// runtime's timers, which wake up to a millisecond late: the wait for them is
// one of epoll, in whole milliseconds.
const early = 1200 * time.Microsecond

// settle waits for the rest in the kernel, to within some 60 µs. It holds a
// thread for that long, which is one at a time up to about a thousand arrivals
// a second.
func settle(d time.Duration) {
	if d > 0 {
		t := unix.NsecToTimespec(int64(d))
		_ = unix.Nanosleep(&t, nil) // a signal may cut it short, by as much as a timer would be late
	}
}
