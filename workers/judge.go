package workers

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// judge decides whether an operation succeeded, and returns nil if it did. want
// is the number of bytes that must have moved, or that SIZE must have answered;
// -1 if there is none.
//
// A transfer succeeded if its data connection ended in order and the completion
// reply was 226 or 250, in either order, and exactly the expected number of
// bytes moved (RFC 959 §3.3: in stream mode the end of the connection is the
// end of the file, so a cut-off transfer looks like a shorter file). Content, if
// it was compared, counts for more than the reply. Any other operation succeeded
// if its last reply was positive.
//
// A failure's phase is the first that did not come to a good end; its code is
// the server's last word, whatever that was worth.
func judge(t *wire.Trace, want int64, accept wire.Accept) *stats.Failure {
	var f *stats.Failure
	if t.Op.Transfers() {
		f = transferFailure(t, want, accept)
	} else {
		f = serviceFailure(t, want)
	}
	if f != nil {
		f.Hint = diagnosis.OfOperation(t, f, want)
	}
	return f
}

func transferFailure(t *wire.Trace, want int64, accept wire.Accept) *stats.Failure {
	switch {
	case t.Fault != nil && accept.ResetAfterComplete && t.ResetAfterComplete(want):
		t.Accepted = true
	case t.Fault != nil && t.Fault.Class != stats.ClassCorrupt && refusedTLS(t):
		return refusedAt(stats.DataTLS, t.Verb, t.Completed)
	case t.Fault != nil:
		return faultFailure(t)
	case t.Negotiated.Negative():
		return refusedAt(stats.Negotiate, verbOf(t.Mode), t.Negotiated)
	case t.Restarted.Negative():
		return refusedAt(stats.Command, "REST", t.Restarted)
	case t.Restarted.Code != 0 && t.Restarted.Code/100 != 3:
		return unexpected(stats.Command, "REST", t.Restarted)
	case t.Preliminary.Negative() && t.HandshakeFailed != nil:
		f := refusedAt(stats.DataTLS, t.Verb, t.Preliminary)
		f.Text += "; " + t.HandshakeFailed.Error()
		return f
	case t.Preliminary.Negative():
		return refusedAt(openingPhase(t), t.Verb, t.Preliminary)
	case t.Preliminary.Code >= 200:
		return unexpected(stats.Command, t.Verb, t.Preliminary)
	case t.Completed.Code == 0:
		return &stats.Failure{Phase: t.Phase(), Class: stats.ClassOther, Text: t.Verb + " did not complete"}
	case refusedTLS(t):
		return refusedAt(stats.DataTLS, t.Verb, t.Completed)
	case want >= 0 && t.Bytes != want:
		return wrongSize(t, want)
	case t.Completed.Negative():
		return ended(stats.Finish, t)
	case !t.Completed.Completes():
		return unexpected(stats.Finish, t.Verb, t.Completed)
	case !t.Whole:
		return &stats.Failure{Phase: stats.Payload, Class: stats.ClassOther, Code: t.Completed.Code,
			Text: "the data connection was not closed in order"}
	}
	return nil
}

// serviceFailure is transferFailure for an operation without a data connection.
func serviceFailure(t *wire.Trace, want int64) *stats.Failure {
	switch r := t.Completed; {
	case t.Fault != nil:
		return faultFailure(t)
	case r.Negative():
		return refusedAt(stats.Service, t.Verb, r)
	case r.Code == 0:
		return &stats.Failure{Phase: stats.Service, Class: stats.ClassOther, Text: t.Op.String() + " is not an operation of a session"}
	case !r.Positive(), t.Verb == "RNFR", t.Op == stats.Size && t.Size < 0:
		return unexpected(stats.Service, t.Verb, r)
	case t.Op == stats.Size && want >= 0 && t.Size != want:
		return &stats.Failure{Phase: stats.Service, Class: shortOrLong(t.Size, want), Code: r.Code,
			Text: fmt.Sprintf("the server reports %d bytes for the file, but %d were expected", t.Size, want)}
	}
	return nil
}

// refusedTLS reports whether the server did not take the data connection's TLS:
// it says so with 522 (vsftpd) or 425 (ProFTPD) behind its go-ahead, whatever
// the connection itself looked like from here.
func refusedTLS(t *wire.Trace) bool {
	return t.Protected && t.Moments[stats.T3] != 0 && t.Moments[stats.T5] != 0 && (t.Completed.Code == 522 || t.Completed.Code == 425)
}

// openingPhase is where a transfer command's refusal belongs: a 425 before the
// server's connection has arrived speaks of that connection.
func openingPhase(t *wire.Trace) stats.Phase {
	if t.Mode.Active() && t.Moments[stats.T3] == 0 && t.Preliminary.Code == 425 {
		return stats.DataReady
	}
	return stats.Command
}

// faultFailure tells a fault of the connections, with what the server said of
// it where it said anything.
func faultFailure(t *wire.Trace) *stats.Failure {
	f := &stats.Failure{Phase: t.Fault.Phase, Class: t.Fault.Class, Text: t.Fault.Error()}
	if f.Phase == stats.Negotiate && f.Class == stats.ClassMalformed {
		f.Code = t.Negotiated.Code // the answer that is of no use
	}
	if r := t.Completed; r.Negative() || r.Completes() || r.Code > 226 && f.Class == stats.ClassMalformed {
		f.Code = r.Code
	}
	switch {
	case f.Class == stats.ClassReply:
		f.Text = fmt.Sprintf("the server ended %s with %s", t.Verb, t.Completed)
	case t.Completed.Code != 0:
		f.Text += "; the server said " + t.Completed.String()
	}
	if t.Strangers > 0 && f.Class != stats.ClassReply {
		f.Text += fmt.Sprintf("; a connection from %s, which is not the server's address, was closed", t.Stranger)
	}
	return f
}

func wrongSize(t *wire.Trace, want int64) *stats.Failure {
	f := &stats.Failure{Phase: stats.Payload, Class: shortOrLong(t.Bytes, want), Code: t.Completed.Code}
	f.Text = fmt.Sprintf("%d bytes were transferred, but %d were expected; the server said %s", t.Bytes, want, t.Completed)
	if t.Completed.Negative() {
		f.Class = stats.ClassReply
	}
	return f
}

// refusedAt is the failure of a command that was refused.
func refusedAt(p stats.Phase, command string, r wire.Reply) *stats.Failure {
	return &stats.Failure{Phase: p, Class: stats.ClassReply, Code: r.Code,
		Text: fmt.Sprintf("the server answered %s with %s", command, r)}
}

// ended is the failure of a transfer that the server has ended itself.
func ended(p stats.Phase, t *wire.Trace) *stats.Failure {
	return &stats.Failure{Phase: p, Class: stats.ClassReply, Code: t.Completed.Code,
		Text: fmt.Sprintf("the server ended %s with %s", t.Verb, t.Completed)}
}

func unexpected(p stats.Phase, command string, r wire.Reply) *stats.Failure {
	return &stats.Failure{Phase: p, Class: stats.ClassMalformed, Code: r.Code,
		Text: fmt.Sprintf("unexpected reply %s to %s", r, command)}
}
