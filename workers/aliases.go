package workers

import (
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// What the caller of sessions says of their wires and payload. The names are those of packages
// wire and mover, which nobody above this package needs to know.
type (
	Wires    = wire.Config   // how connections are made
	Timeouts = wire.Timeouts // how long each step may take
	Accept   = wire.Accept   // the endings that count as success by choice
	TLS      = wire.TLS      // whether and how connections are secured
	Reuse    = wire.Reuse    // whether data connections resume a session
	Secured  = wire.Secured  // what the handshake came to
	Ports    = wire.Ports    // the rotation of ports for active mode
	Upload   = wire.Upload   // what one upload sends
	Mover    = mover.Options // how bytes move
	Meter    = mover.Meter   // what is told of each chunk
	Block    = mover.Block   // the payload of uploads, of [BlockSize] bytes
	Expect   = mover.Expect  // what a download must bring
)

// See the constants of the same names in packages wire and mover.
const (
	Explicit      = wire.Explicit
	Implicit      = wire.Implicit
	ReuseAuto     = wire.ReuseAuto
	ReuseOff      = wire.ReuseOff
	ReuseRequired = wire.ReuseRequired
	BlockSize     = mover.BlockSize
)

// NewPorts returns the rotation of the ports low to high, both 1 or more and in order.
func NewPorts(low, high uint16) (*Ports, error) { return wire.NewPorts(low, high) }

// UsualPorts returns the rotation for a run that asked for no ports, begun somewhere in it; nil
// where the choice is better left to the kernel.
func UsualPorts(start uint64) *Ports { return wire.UsualPorts(start) }

// NewBlock returns a block of payload that follows from the seed.
func NewBlock(seed uint64, size int) (*Block, error) { return mover.NewBlock(seed, size) }

// ContentOffset returns where in the block a file's payload begins.
func ContentOffset(seed uint64, path string, size int64) int64 {
	return mover.ContentOffset(seed, path, size)
}
