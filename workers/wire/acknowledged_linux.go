package wire

import "golang.org/x/sys/unix"

// Unacknowledged returns how many bytes that an upload has handed to the kernel
// the peer has not acknowledged yet; ok is false where that cannot be known. Under
// TLS they are bytes of records. It is safe for concurrent use, also while the
// connection is being closed.
func (d *dataConn) Unacknowledged() (left int64, ok bool) {
	if d.socket == nil {
		return 0, false
	}
	var n int
	var err error
	if e := d.socket.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); e != nil || err != nil {
		return 0, false
	}
	return int64(n), true
}
