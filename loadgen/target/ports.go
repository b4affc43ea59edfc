package target

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"sync/atomic"
	"syscall"
)

// portRange hands out passive ports in turn, so that a port rests as long as
// it can before it is used again. The zero range is the system's choice.
type portRange struct {
	first, last uint16
	next        atomic.Uint32
}

// newPortRange makes the range that was configured.
//
// Where none was, Linux gets one below its usual ephemeral ports: to find a
// free port by itself it walks past each that is in TIME_WAIT, and with 14,000
// of those, which a few seconds of small downloads leave behind, a listen that
// takes 15 µs with a port takes 10 ms without.
func newPortRange(configured [2]uint16) *portRange {
	if configured[0] == 0 && runtime.GOOS == "linux" {
		configured = [2]uint16{20000, 32767}
	}
	r := &portRange{first: configured[0], last: configured[1]}
	// Two servers on one machine should not try the same ports.
	r.next.Store(rand.Uint32N(r.count()))
	return r
}

func (r *portRange) count() uint32 { return uint32(r.last) - uint32(r.first) + 1 }

// listen tries every port of the range once.
func (r *portRange) listen(ip netip.Addr) (*net.TCPListener, error) {
	count := r.count()
	for range count {
		port := r.first + uint16((r.next.Add(1)-1)%count)
		l, err := listenTCP(netip.AddrPortFrom(ip, port))
		if err == nil {
			return l, nil
		}
		if !inUse(err) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("all passive ports from %d to %d are in use", r.first, r.last)
}

// inUse tells a taken port from an address that cannot be bound at all.
// Windows has its own number for it.
func inUse(err error) bool {
	const wsaeaddrinuse = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaeaddrinuse)
}

// listenTCP listens for plain TCP: Go's default on Linux, multipath TCP, costs
// several times as much to open and close and gains nothing here.
func listenTCP(at netip.AddrPort) (*net.TCPListener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	l, err := config.Listen(context.Background(), "tcp", at.String())
	if err != nil {
		return nil, err
	}
	return l.(*net.TCPListener), nil
}
