package wire

import (
	"net/netip"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Trace is what the wires saw of one operation. It is complete once
// [Link.End] has returned it and valid until the next [Link.Begin].
type Trace struct {
	Op   stats.Op
	Mode stats.Mode
	// Verb is the transfer command, or the last command of an operation without
	// a data connection.
	Verb    string
	Moments stats.Moments

	// Negotiated, Preliminary and Completed are the server's replies to the
	// negotiation, to the transfer command, and at the end. For an operation
	// without a data connection, Completed is the last reply.
	Negotiated, Preliminary, Completed Reply
	// Restarted is the reply to REST, which is sent before the transfer command
	// where a transfer does not begin at the start of the file.
	Restarted Reply
	// Surplus says that more of the server's words came behind the last reply:
	// whatever is sent next would be answered by them.
	Surplus bool

	// Whole says that the data connection ended in order: EOF on a download,
	// no reset after an upload.
	Whole bool
	// Accepted says that it ended in a way that is a failure unless it is
	// accepted: see [Accept].
	Accepted bool
	// Handshake is the time of the data connection's TLS handshake, zero
	// without one, and HandshakeBehind the part of it that lies behind t5.
	// Resumed says whether it resumed the control connection's session.
	Handshake, HandshakeBehind time.Duration
	Resumed                    bool
	// HandshakeFailed is why the handshake had failed before the transfer was
	// refused, nil if it had not.
	HandshakeFailed *Fault
	// Protected says that the data connection was to be TLS.
	Protected bool
	// Size is what the last reply, to SIZE, said; -1 where it said no size.
	Size int64
	// Bytes is the payload that moved.
	Bytes int64
	// Commands counts commands written, REST included; Connects data
	// connections made.
	Commands, Connects int
	// Path is what TCP knew of the data connection's path as it closed.
	Path stats.TCPPath
	// Strangers counts connections to the active listener from addresses
	// other than the server's; Stranger is the last of these. They were closed,
	// unless they are taken: see [Config].
	Strangers int
	Stranger  netip.Addr
	// ForeignHost says that a 227 reply named a host other than the server,
	// Foreign, which was ignored, or not (see [Config.ObeyPASV]).
	ForeignHost   bool
	ForeignObeyed bool
	Foreign       netip.Addr
	// StrayPort says that a passive port lies outside of those that the server
	// is meant to have.
	StrayPort bool

	// setUp is the session phase of the commands before the first operation.
	setUp stats.Phase

	// Fault is the first thing that went wrong on this side of the wires, nil
	// if nothing did. A refusal by the server is not a fault: see the replies.
	Fault *Fault
}

// Phase is how far the operation came: the phase in which it would fail now.
func (t *Trace) Phase() stats.Phase {
	m := &t.Moments
	switch {
	case t.setUp != 0:
		return t.setUp
	case !t.Op.Transfers():
		return stats.Service
	case m[stats.T2] == 0:
		return stats.Negotiate
	case m[stats.T3] == 0 && !t.Mode.Active():
		return stats.DataReady
	case m[stats.T5] == 0:
		return stats.Command
	case m[stats.T3] == 0:
		return stats.DataReady
	case m[stats.T7] == 0:
		return stats.Payload
	default:
		return stats.Finish
	}
}

// ResetAfterComplete reports whether the server has reset the data connection, which is
// its fault, once all bytes that were wanted had moved, and has then said that the
// transfer is complete.
func (t *Trace) ResetAfterComplete(want int64) bool {
	return t.Fault.Class == stats.ClassReset && want >= 0 && t.Bytes == want && t.Completed.Completes()
}

// fail keeps the first fault of the operation.
func (t *Trace) fail(f *Fault) {
	if t.Fault == nil {
		t.Fault = f
	}
}
