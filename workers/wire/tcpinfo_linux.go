package wire

import (
	"math"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ftpmark/ftpmark/stats"
)

// pathReader asks TCP for what it knows of a socket's path. A link keeps one, so
// that no operation allocates for it. The zero value is ready.
type pathReader struct {
	path    stats.TCPPath
	segment int64 // the largest payload of a segment, in bytes
	ask     func(fd uintptr)
}

// read asks once, with one system call. sent is the payload of an upload, 0 for
// a download.
func (r *pathReader) read(c syscall.RawConn, sent int64) stats.TCPPath {
	if r.ask == nil {
		r.ask = r.once // made once: a method value allocates
	}
	r.path = stats.TCPPath{}
	if c == nil || c.Control(r.ask) != nil {
		return stats.TCPPath{}
	}
	// The rate is counted in segments, each taken for a full one: what is but a
	// few would look far too fast.
	if sent < segmentsForRate*r.segment {
		r.path.DeliveryRate = 0
	}
	return r.path
}

// segmentsForRate is how many full segments an upload must have for the kernel's
// delivery rate to mean anything.
const segmentsForRate = 16

// infoSize is how much of the kernel's answer is asked for: up to the delivery
// rate, which Linux has had since 4.9.
const infoSize = unsafe.Offsetof(unix.TCPInfo{}.Delivery_rate) + unsafe.Sizeof(unix.TCPInfo{}.Delivery_rate)

// once is unix.GetsockoptTCPInfo without the allocation of its answer. The call
// does not block, so the scheduler need not know of it.
func (r *pathReader) once(fd uintptr) {
	var info unix.TCPInfo
	size := uint32(infoSize)
	_, _, e := syscall.RawSyscall6(unix.SYS_GETSOCKOPT, fd, unix.IPPROTO_TCP, unix.TCP_INFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if e != 0 || uintptr(size) < infoSize || info.Rtt == 0 {
		return
	}
	r.segment = int64(info.Snd_mss)
	r.path = stats.TCPPath{
		Known:        true,
		RTT:          time.Duration(info.Rtt) * time.Microsecond,
		Retransmits:  int64(info.Total_retrans),
		DeliveryRate: int64(min(info.Delivery_rate, math.MaxInt64)),
	}
}
