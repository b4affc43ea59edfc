package stats

import "fmt"

// Class says what kind of failure it was where a reply code alone does not.
type Class string

// The classes of failure.
const (
	ClassReply         Class = "reply"          // the server said no: see the code
	ClassTimeout       Class = "timeout"        // a reply or a connect did not come in time
	ClassAcceptTimeout Class = "accept-timeout" // the server did not open the active data connection
	ClassStalled       Class = "stalled"        // a transfer stopped moving
	ClassRefused       Class = "refused"        // connection refused
	ClassUnreachable   Class = "unreachable"    // no route, no such host
	ClassReset         Class = "reset"          // connection reset by the peer
	ClassClosed        Class = "closed"         // the control connection ended
	ClassShort         Class = "short"          // fewer bytes than expected
	ClassLong          Class = "long"           // more bytes than expected
	ClassCorrupt       Class = "corrupt"        // other content than expected
	ClassMalformed     Class = "malformed"      // a reply that cannot be understood
	ClassLocal         Class = "local"          // this machine's limit: ports, descriptors
	ClassTLS           Class = "tls"            // handshake, certificate or missing close_notify
	ClassAborted       Class = "aborted"        // cut by the run's end: unfinished, not failed
	ClassOther         Class = "other"          // anything else
)

// Failure is why an operation or a session's set-up did not succeed.
type Failure struct {
	// Phase is where it failed.
	Phase Phase
	// Class is the kind of failure.
	Class Class
	// Code is the last reply's code, 0 where no reply came.
	Code int
	// Text is one line for a person: the server's words or the local error.
	Text string
	// Hint says what to do, where that is known.
	Hint string
}

// Error returns one line that names the phase, what happened and what to do.
func (f *Failure) Error() string {
	s := f.Phase.String() + ": " + f.Text
	if f.Hint != "" {
		s += fmt.Sprintf(" (%s)", f.Hint)
	}
	return s
}

// Unfinished reports whether the operation was cut by the end of the run, in
// which case it is neither a success nor a failure of the server.
func (f *Failure) Unfinished() bool { return f != nil && f.Class == ClassAborted }
