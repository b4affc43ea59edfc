package wire

import (
	"net/netip"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// Timeouts bound every wait of a session. Zero fields mean the defaults.
type Timeouts struct {
	Connect time.Duration // TCP connect, control or passive data
	Reply   time.Duration // any reply on the control connection
	Accept  time.Duration // the server's connect in active mode
	Stall   time.Duration // payload that does not move
}

// DefaultTimeouts are used for the zero fields of [Timeouts].
var DefaultTimeouts = Timeouts{
	Connect: 10 * time.Second,
	Reply:   30 * time.Second,
	Accept:  30 * time.Second,
	Stall:   60 * time.Second,
}

// afterFault bounds the wait for the server's word on a transfer that has
// already failed: some servers never send one.
const afterFault = 2 * time.Second

// lastCall bounds the wait for an active data connection once the server has
// refused the transfer after its preliminary reply.
const lastCall = 100 * time.Millisecond

func (t Timeouts) orDefaults() Timeouts {
	or := func(d, def time.Duration) time.Duration {
		if d > 0 {
			return d
		}
		return def
	}
	return Timeouts{
		Connect: or(t.Connect, DefaultTimeouts.Connect),
		Reply:   or(t.Reply, DefaultTimeouts.Reply),
		Accept:  or(t.Accept, DefaultTimeouts.Accept),
		Stall:   or(t.Stall, DefaultTimeouts.Stall),
	}
}

// Config says how a session's connections are made.
type Config struct {
	// Target is the server's control address. If it is the zero value,
	// Addresses are tried, in their order, and the first that answers is used.
	Target    netip.AddrPort
	Addresses []netip.AddrPort
	// Source is the local address of control and data connections; the zero
	// value leaves the choice to the kernel.
	Source netip.Addr
	// ActiveAddress is the address that PORT and EPRT advertise and the
	// listener binds to; the zero value means the control connection's.
	ActiveAddress netip.Addr
	// ActivePorts hands out the ports of active listeners; nil leaves the
	// choice to the kernel.
	ActivePorts *Ports
	// ActivePeerAny takes active data connections from whatever address; else
	// those from other addresses than the server's are closed.
	ActivePeerAny bool
	// ObeyPASV connects to the address in the reply to PASV; else only its port counts.
	ObeyPASV bool
	// PassivePorts are the lowest and the highest port that the server is meant
	// to name in passive mode; 0 and 0 where that is not known.
	PassivePorts [2]uint16
	Timeouts     Timeouts
	TLS          TLS
	// Accept is which endings of a transfer are taken for whole that are not.
	Accept Accept
	// LeavesOpen and EndsOtherwise are what another session has learnt: see
	// [Link.LeavesOpen] and [Link.EndsOtherwise].
	LeavesOpen, EndsOtherwise bool
	Clock                     stats.Clock
	Mover                     mover.Options
	// Pace limits the rate of the payload.
	Pace Pace
	// ReceiveBuffer is the size of the receive buffer that is asked for
	// (SO_RCVBUF), in bytes; 0 leaves it to the system. A download that is
	// read slowly slows the server only once this is full.
	ReceiveBuffer int
	// Transcript is told what is said; nil on every session that is measured.
	Transcript Transcript
}

// Pace limits the rate of a session's payload by direction; nil is no limit.
// Each is called before payload counts as moved: it waits until some may, and
// returns how many bytes, 1 to most, or an error, at the latest when the
// session's context ends. See [mover.Options].
type Pace struct {
	Down, Up func(most int) (int, error)
}

// Accept says which endings of a transfer count as whole that by themselves tell
// nothing about whether it is.
type Accept struct {
	// NoCloseNotify is a protected download that ends without close_notify.
	NoCloseNotify bool
	// ResetAfterComplete is a connection that the server resets once all bytes
	// have moved and it has said so.
	ResetAfterComplete bool
}
