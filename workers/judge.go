package workers

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// judge decides whether an operation succeeded, and returns nil if it did. want
// is the number of bytes that must have moved, or that SIZE must have answered;
// -1 if there is none. err says that the operation stopped before its end.
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
func judge(t *wire.Trace, want int64, err error) *stats.Failure {
	var f *stats.Failure
	if t.Op.Transfers() {
		f = transferFailure(t, want)
	} else {
		f = serviceFailure(t, want, err)
	}
	if f != nil && f.Class != stats.ClassCorrupt && refusedTLS(t) {
		f.Phase, f.Class, f.Code = stats.DataTLS, stats.ClassReply, t.Completed.Code
		f.Text = "the server said " + t.Completed.String()
	}
	if f == nil && err != nil && !goodEnd(t.Completed.Code) {
		// Neither the wires nor the replies say why: the library refused.
		f = &stats.Failure{Phase: t.Phase(), Class: stats.ClassOther, Text: err.Error()}
	}
	if f != nil {
		f.Hint = hint(t, f)
	}
	return f
}

func transferFailure(t *wire.Trace, want int64) *stats.Failure {
	switch {
	case t.Fault != nil:
		return faultFailure(t)
	case t.Negotiated.Negative():
		return refused(stats.Negotiate, t.Negotiated)
	case t.Restarted.Negative():
		return refused(stats.Command, t.Restarted)
	case t.Restarted.Code != 0 && t.Restarted.Code != 350:
		return unexpected(stats.Command, t.Restarted)
	case t.Preliminary.Negative():
		return refused(openingPhase(t), t.Preliminary)
	case t.Preliminary.Code >= 200:
		return unexpected(stats.Command, t.Preliminary)
	case t.Completed.Code == 0:
		return nil // the library stopped before the end: its error says why
	case want >= 0 && t.Bytes != want:
		return wrongSize(t, want)
	case t.Completed.Negative():
		return refused(stats.Finish, t.Completed)
	case !goodEnd(t.Completed.Code):
		return unexpected(stats.Finish, t.Completed)
	case !t.Whole:
		return &stats.Failure{Phase: stats.Payload, Class: stats.ClassOther, Code: t.Completed.Code,
			Text: "the data connection did not end in order"}
	}
	return nil
}

// serviceFailure is transferFailure for an operation without a data connection.
func serviceFailure(t *wire.Trace, want int64, err error) *stats.Failure {
	switch r := t.Completed; {
	case t.Fault != nil:
		return faultFailure(t)
	case r.Negative():
		return refused(stats.Service, r)
	case r.Code == 0:
		return nil // nothing was asked: err says why
	case err != nil, t.Op == stats.Size && t.Size < 0:
		return unexpected(stats.Service, r)
	case t.Op == stats.Size && want >= 0 && t.Size != want:
		return &stats.Failure{Phase: stats.Service, Class: shortOrLong(t.Size, want), Code: r.Code,
			Text: fmt.Sprintf("the server says that the file has %d bytes where %d were expected", t.Size, want)}
	}
	return nil
}

// refusedTLS reports whether the server did not take the data connection's TLS:
// it says so with 522 (vsftpd) or 425 (ProFTPD) behind its go-ahead, whatever
// the connection itself looked like from here.
func refusedTLS(t *wire.Trace) bool {
	return t.Protected && t.Moments[stats.T3] != 0 && t.Moments[stats.T5] != 0 && (t.Completed.Code == 522 || t.Completed.Code == 425)
}

// goodEnd reports whether a completion reply means that the file is there.
func goodEnd(code int) bool { return code == 226 || code == 250 }

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
	if r := t.Completed; r.Negative() || goodEnd(r.Code) || r.Code > 226 && f.Class == stats.ClassMalformed {
		f.Code = r.Code
	}
	switch {
	case f.Class == stats.ClassReply:
		f.Text = "the server said " + t.Completed.String()
	case t.Completed.Code != 0:
		f.Text += "; the server said " + t.Completed.String()
	}
	return f
}

func wrongSize(t *wire.Trace, want int64) *stats.Failure {
	f := &stats.Failure{Phase: stats.Payload, Class: shortOrLong(t.Bytes, want), Code: t.Completed.Code}
	f.Text = fmt.Sprintf("%d bytes moved where %d were expected; the server said %s", t.Bytes, want, t.Completed)
	if t.Completed.Negative() {
		f.Class = stats.ClassReply
	}
	return f
}

func refused(p stats.Phase, r wire.Reply) *stats.Failure {
	return &stats.Failure{Phase: p, Class: stats.ClassReply, Code: r.Code, Text: "the server said " + r.String()}
}

func unexpected(p stats.Phase, r wire.Reply) *stats.Failure {
	return &stats.Failure{Phase: p, Class: stats.ClassMalformed, Code: r.Code,
		Text: "unexpected reply " + r.String()}
}
