package wire

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// progress asks TCP how much of an upload the peer has acknowledged. A link keeps
// one, so that no upload allocates for it. begin must not be called while
// Received may be.
type progress struct {
	socket syscall.RawConn
	size   int64
	record bool   // TLS: its records' heads and tails are acknowledged too
	before uint64 // what was acknowledged or to be, ahead of the payload

	info unix.TCPInfo
	ok   bool
	ask  func(fd uintptr)
}

// How far the peer's kernel may be ahead of the server, in bytes. It takes what
// fits into its receive buffer, which is 64 KiB at first (RFC 7323's largest
// unscaled window, and Linux's default); for a reader that is slow but reads much
// at once Linux has let it grow to some 350 KiB. One that is read quickly is not
// full, and what it holds is moved in no time.
const (
	aheadAtFirst = 64 << 10
	aheadOfSlow  = 512 << 10
)

// begin takes the socket of an upload of which nothing has been sent.
func (p *progress) begin(socket syscall.RawConn, size int64, record bool) {
	p.socket, p.size, p.record, p.before = socket, size, record, 0
	if p.read() {
		p.before = p.info.Bytes_acked
	}
}

// Received implements [stats.UploadProgress].
func (p *progress) Received() (least, most int64, ok bool) {
	if !p.read() {
		return 0, 0, false
	}
	acked := int64(p.info.Bytes_acked - p.before)
	if p.record {
		acked = acked * plaintext / (plaintext + overhead)
	}
	most = max(min(acked, p.size), 0) // our FIN is acknowledged as a byte
	ahead := int64(aheadAtFirst)
	if p.info.Rwnd_limited > p.info.Busy_time/10 {
		ahead = aheadOfSlow
	}
	return max(most-ahead, 0), most, true
}

// Of a TLS record so much is payload, and so much is not: with the suites that
// are in use today, 22 (TLS 1.3) or 29 (TLS 1.2 with GCM), with CBC up to 57. The
// first 128 KiB come in shorter records. The error is below 0.4%, and none at
// the upload's end.
const (
	plaintext = 16 << 10
	overhead  = 22
)

// progressSize is how much of the kernel's answer is asked for.
const progressSize = unsafe.Offsetof(unix.TCPInfo{}.Rwnd_limited) + unsafe.Sizeof(unix.TCPInfo{}.Rwnd_limited)

// read asks once, with one system call, and reports whether the kernel knew.
func (p *progress) read() bool {
	if p.ask == nil {
		p.ask = p.once // made once: a method value allocates
	}
	p.ok = false
	return p.socket != nil && p.socket.Control(p.ask) == nil && p.ok
}

// once does not block, so the scheduler need not know of it.
func (p *progress) once(fd uintptr) {
	size := uint32(progressSize)
	_, _, e := syscall.RawSyscall6(unix.SYS_GETSOCKOPT, fd, unix.IPPROTO_TCP, unix.TCP_INFO,
		uintptr(unsafe.Pointer(&p.info)), uintptr(unsafe.Pointer(&size)), 0)
	// A kernel that only looks like Linux's counts nothing.
	p.ok = e == 0 && uintptr(size) >= progressSize && p.info.Segs_out > 0
}
