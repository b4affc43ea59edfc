package wire

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
)

// Ports is a range of local ports that is handed out in rotation, so that a
// port rests for as long as possible before its next use: a server's side of a
// closed connection may hold the pair in TIME_WAIT. It is safe for concurrent
// use by every session of a run.
type Ports struct {
	low, count uint32
	next       atomic.Uint32
	fallBack   bool // let the kernel choose where the rotation finds nothing
}

// NewPorts returns the inclusive range low..high; both must be 1 or more and
// in order.
func NewPorts(low, high uint16) (*Ports, error) {
	if low == 0 || high < low {
		return nil, fmt.Errorf("port range %d-%d: want LOW-HIGH with 1 <= LOW <= HIGH <= 65535", low, high)
	}
	return &Ports{low: uint32(low), count: uint32(high-low) + 1}, nil
}

// usualPorts is the range that active listeners use where none was asked for:
// above most services' ports, below the ports that Linux gives to outgoing
// connections.
const usualLow, usualHigh = 16384, 32767

// UsualPorts returns the rotation for a run that asked for no ports, begun
// somewhere in it so that two runs on one machine do not meet; nil, which leaves
// the choice to the kernel, where the range is not known to be free of outgoing
// connections.
func UsualPorts(start uint64) *Ports {
	if runtime.GOOS != "linux" {
		return nil
	}
	b, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	var low, high int
	if err != nil {
		return nil
	}
	if _, err := fmt.Sscan(string(b), &low, &high); err != nil || low <= usualHigh && high >= usualLow {
		return nil
	}
	p := &Ports{low: usualLow, count: usualHigh - usualLow + 1, fallBack: true}
	p.next.Store(uint32(start % uint64(p.count)))
	return p
}

// tries is how many ports are worth trying for one listener.
func (p *Ports) tries() int {
	if p.fallBack {
		return 16
	}
	return p.Count()
}

// Count is the number of ports in the range.
func (p *Ports) Count() int { return int(p.count) }

// take returns the next port of the rotation.
func (p *Ports) take() uint16 {
	return uint16(p.low + (p.next.Add(1)-1)%p.count)
}
