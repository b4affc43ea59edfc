package scripted

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"sync/atomic"
)

// portRotation hands out ports for passive listeners in turn. Where Linux is left to look for
// a free one it walks past each that is in TIME_WAIT: some thousand transfers later a listen
// takes milliseconds, and a test measures those.
type portRotation struct{ next atomic.Uint32 }

// The ports lie below those that Linux gives to outgoing connections.
const firstPort, manyPorts = 20000, 12768

// begin has servers of one machine begin at different ports.
func (r *portRotation) begin() { r.next.Store(rand.Uint32N(manyPorts)) }

// listen listens on the next port that is free or, after some tries, on any.
func (r *portRotation) listen(addr netip.Addr) (*net.TCPListener, error) {
	for range 16 {
		port := uint16(firstPort + r.next.Add(1)%manyPorts)
		if runtime.GOOS != "linux" {
			break
		}
		if l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, port))); err == nil {
			return l, nil
		}
	}
	return net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
}
