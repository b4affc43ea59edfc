package wire

import (
	"fmt"
	"sync/atomic"
)

// Ports is a range of local ports that is handed out in rotation, so that a
// port rests for as long as possible before its next use: a server's side of a
// closed connection may hold the pair in TIME_WAIT. It is safe for concurrent
// use by every session of a run.
type Ports struct {
	low, count uint32
	next       atomic.Uint32
}

// NewPorts returns the inclusive range low..high; both must be 1 or more and
// in order.
func NewPorts(low, high uint16) (*Ports, error) {
	if low == 0 || high < low {
		return nil, fmt.Errorf("port range %d-%d: want LOW-HIGH with 1 <= LOW <= HIGH <= 65535", low, high)
	}
	return &Ports{low: uint32(low), count: uint32(high-low) + 1}, nil
}

// Count is the number of ports in the range.
func (p *Ports) Count() int { return int(p.count) }

// take returns the next port of the rotation.
func (p *Ports) take() uint16 {
	return uint16(p.low + (p.next.Add(1)-1)%p.count)
}
