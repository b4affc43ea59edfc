//go:build unix && !linux

package serverwatch

import "golang.org/x/sys/unix"

// groups returns the process group and the session of a process, 0 if they may
// not be read.
func groups(pid int32) (group, session int32) {
	if g, err := unix.Getpgid(int(pid)); err == nil {
		group = int32(g)
	}
	if s, err := unix.Getsid(int(pid)); err == nil {
		session = int32(s)
	}
	return group, session
}
