package stats

import "time"

// Moments are the instants t0 to t8 of one operation. A zero entry did not
// happen. What each one is:
//
//	t0 intended start (equal to t1 in a closed load)
//	t1 the negotiation command enters the wire, before any listener is opened
//	t2 the reply to EPSV, PASV, EPRT or PORT is read
//	t3 the data socket is ready: connect or peer-checked accept returned
//	t4 the transfer command is written
//	t5 the preliminary reply (125 or 150) is read
//	t6 first payload byte read, or just before the first send
//	t7 EOF seen, or our FIN sent
//	t8 the later of t7 and the completion reply
type Moments [9]Moment

// The indices of [Moments].
const (
	T0 = iota
	T1
	T2
	T3
	T4
	T5
	T6
	T7
	T8
)

// NumSegments is how many parts [Moments.Partition] cuts an operation into.
const NumSegments = 6

// SegmentNames name the parts that [Moments.Partition] returns, in order.
var SegmentNames = [NumSegments]string{
	"negotiate", "open", "command", "first_byte", "payload", "finish",
}

// Partition cuts t1..t8 at t2, t4, t5, t6 and t7, each clamped to the one
// before it, so that the parts add up to t8 - t1. A moment that did not happen
// gives a part of zero.
func (m *Moments) Partition() (parts [NumSegments]time.Duration) {
	cuts := [NumSegments]int{T2, T4, T5, T6, T7, T8}
	at := m[T1]
	for i, c := range cuts {
		next := max(m[c], at)
		parts[i] = next.Sub(at)
		at = next
	}
	return parts
}

// Sample is what is known of one finished operation.
type Sample struct {
	Op      Op
	Mode    Mode
	Moments Moments

	// Handshake is the time of the data connection's TLS handshake; zero
	// where there was none. HandshakeBehind is the part of it behind t5: some
	// servers have it before their preliminary reply.
	Handshake, HandshakeBehind time.Duration
	// Resumed says that it resumed the control connection's session.
	Resumed bool

	// Bytes is the payload that moved, failed operations included.
	Bytes int64
	// Inside is the part of Bytes that moved while the window was open.
	Inside int64

	// Commands counts the commands written to the control connection, each a
	// round trip; Connects the data connections opened by either side.
	Commands, Connects int

	// Path is what TCP knew of the data connection's path as it closed.
	Path TCPPath

	// SizeUnverified marks a transfer whose expected size was not to be had.
	SizeUnverified bool

	// Verified marks a download whose content was compared, or an upload
	// whose size on the server was asked for.
	Verified bool

	// SetUp holds the phases of a login operation; zero for every other.
	SetUp SessionPhases

	// Failure is nil if the operation succeeded.
	Failure *Failure
}

// Span returns the duration of an operation's phase and whether the operation
// has it. Spans are never negative: moments may overtake each other (an active
// connect may precede the reply to PORT), and a later one that lies earlier
// makes an empty span.
func (s *Sample) Span(p Phase) (time.Duration, bool) {
	m := &s.Moments
	switch p {
	case Lag:
		return span(m[T0], m[T1])
	case Service:
		return span(m[T1], m[T8])
	case Response:
		return span(m[T0], m[T8])
	}
	if s.Op == Login && p.OfSession() {
		d := s.SetUp.Of(p)
		return d, d > 0
	}
	if !s.Op.Transfers() {
		return 0, false
	}
	switch p {
	case Negotiate:
		return span(m[T1], m[T2])
	case DataReady:
		return span(m[T1], m[T3])
	case Startup:
		if m[T3] == 0 || m[T5] == 0 {
			return 0, false
		}
		return span(m[T1], max(m[T3], m[T5]))
	case Command:
		return span(m[T4], m[T5])
	case DataTLS:
		return s.Handshake, s.Handshake > 0
	case DataTLSResumed:
		return s.Handshake, s.Handshake > 0 && s.Resumed
	case DataTLSFull:
		return s.Handshake, s.Handshake > 0 && !s.Resumed
	case TTFB:
		if s.Bytes == 0 {
			return 0, false
		}
		return span(m[T1], m[T6])
	case Payload:
		if s.Bytes == 0 {
			return 0, false
		}
		return span(m[T6], m[T7])
	case Finish:
		return span(m[T7], m[T8])
	}
	return 0, false
}

// Throughput returns the transfer's rate in bytes per second and whether it has
// one: bytes ÷ (t7 - t5) for downloads and listings, bytes ÷ (t8 - t5) for
// uploads, because handing over to the kernel is not transferring; what lies
// there of the data connection's handshake is taken off.
func (s *Sample) Throughput() (int64, bool) {
	m := &s.Moments
	end := m[T7]
	if s.Op.Uploads() {
		end = m[T8]
	}
	if s.Bytes == 0 || m[T5] == 0 || end == 0 {
		return 0, false
	}
	took := max(end.Sub(m[T5])-s.HandshakeBehind, 1)
	return int64(float64(s.Bytes) / took.Seconds()), true
}

func span(from, to Moment) (time.Duration, bool) {
	if from == 0 || to == 0 {
		return 0, false
	}
	return max(to.Sub(from), 0), true
}

// SessionPhases are the durations of a session's set-up. A zero one did not
// happen.
type SessionPhases struct {
	Connect  time.Duration // TCP connect
	Greeting time.Duration // until the 220 reply is read
	TLS      time.Duration // AUTH TLS and the handshake
	Login    time.Duration // USER to 230
	Setup    time.Duration // FEAT, TYPE, PBSZ, PROT, mode resolution
}

// Of returns the duration of a phase, 0 for one that is no part of a set-up.
func (s *SessionPhases) Of(p Phase) time.Duration {
	switch p {
	case Connect:
		return s.Connect
	case Greeting:
		return s.Greeting
	case TLS:
		return s.TLS
	case LoginDone:
		return s.Login
	case Setup:
		return s.Setup
	}
	return 0
}
