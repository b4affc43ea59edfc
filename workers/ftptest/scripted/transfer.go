package scripted

import (
	"fmt"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// scriptedTransfer is one transfer command being played.
type scriptedTransfer struct {
	*scriptedSession
	script *Script
	op     *Op
	upload bool
	listed string // what a listing sends
	end    End    // how the payload says the data connection is to end
}

func scriptedUploads(verb string) bool { return verb == "STOR" || verb == "APPE" }

// transfer plays RETR, STOR, APPE, LIST, NLST and MLSD.
func (s *scriptedSession) transfer(script *Script, verb, arg string, received stats.Moment) {
	op := s.pending
	negotiated := op != nil
	if !negotiated {
		op = &Op{Session: s.rec.session.ID}
	}
	s.rec.with(func() {
		op.Verb, op.Path, op.Offset = verb, arg, s.rest
		op.CommandReceived = received
		op.Commands = slices.Clone(s.commands)
	})
	s.srv.mu.Lock()
	s.srv.log = append(s.srv.log, scriptedEntry{s.rec, op})
	s.srv.mu.Unlock()

	t := &scriptedTransfer{scriptedSession: s, script: script, op: op, upload: scriptedUploads(verb)}
	if negotiated {
		t.run()
	} else {
		t.refuse(Reply{}, 425, errScriptedNoData)
	}
	s.rec.with(func() { op.Over = true })
	s.pending, s.commands, s.rest = nil, nil, 0
	s.transfers++
}

func (t *scriptedTransfer) run() {
	reply, scripted := t.script.Replies[t.op.Verb]
	if refusal, code, err := t.refusal(); scripted && reply != (Reply{}) || err != nil {
		t.data.drop()
		t.srv.sleep(t.preliminaryDelay())
		t.refuse(reply.or(refusal), code, err)
		return
	}
	for _, step := range t.order() {
		if !step() || t.over {
			return
		}
	}
}

// refusal says why the transfer cannot be done, and with which reply or code that
// is told.
func (t *scriptedTransfer) refusal() (reply Reply, code int, err error) {
	if err := t.named(t.script, t.op.Verb, t.op.Path); err != nil {
		return reply, 553, err
	}
	switch {
	case t.upload:
		reply, err = t.fileName()
		return reply, 553, err
	case t.op.Verb != "RETR":
		t.listed, err = t.listing(t.script, t.op.Verb, t.op.Path)
		return reply, 550, err
	case t.size(t.script, t.op.Path) < 0:
		return reply, 550, fmt.Errorf("no such file: %s", t.op.Path)
	}
	return reply, 0, nil
}

// order returns the events of the transfer; each says whether to go on.
func (t *scriptedTransfer) order() []func() bool {
	s := t.script
	switch {
	case t.data.target.IsValid() && s.ActiveConnect == NeverConnect:
		return []func() bool{t.strangerOnly, t.preliminary}
	case s.Abandon != (Reply{}):
		return []func() bool{t.preliminary, t.abandon}
	case s.OneSegment == DataFirst:
		return []func() bool{t.open, t.payload, t.eof, t.bothReplies}
	case s.OneSegment == RepliesFirst:
		return []func() bool{t.open, t.bothReplies, t.payload, t.eof}
	case s.CompletionBeforeEOF && t.upload:
		return []func() bool{t.openEarly, t.secureEarly, t.preliminary, t.open, t.completion, t.payload, t.eof}
	case s.CompletionBeforeEOF:
		return []func() bool{t.openEarly, t.secureEarly, t.preliminary, t.open, t.payload, t.completion, t.eof}
	}
	return []func() bool{t.openEarly, t.secureEarly, t.preliminary, t.open, t.payload, t.eof, t.completion}
}

func (t *scriptedTransfer) strangerOnly() bool {
	t.srv.sleep(t.script.Delays.Connect)
	if t.script.ForeignFirst {
		t.stranger()
	}
	return true
}

// openEarly opens the data connection unless it is to wait for the preliminary
// reply.
func (t *scriptedTransfer) openEarly() bool {
	if t.data.target.IsValid() && t.script.ActiveConnect == AfterPreliminary {
		return true
	}
	return t.open()
}

// open opens the data connection if that is still to do.
func (t *scriptedTransfer) open() bool {
	var err error
	switch {
	case t.data.conn != nil:
	case t.data.accepted != nil:
		err = t.data.await()
	case t.data.target.IsValid():
		err = t.connect(t.script)
	default:
		err = errScriptedNoData
	}
	if err != nil {
		t.data.drop()
		t.refuse(Reply{}, 425, err)
		return false
	}
	if n := t.script.Upload.ReceiveBuffer; t.upload && n > 0 {
		_ = t.data.conn.SetReadBuffer(n)
	}
	return true
}

// eof ends the data connection.
func (t *scriptedTransfer) eof() bool {
	t.srv.sleep(t.script.Delays.EOF)
	if t.end != EndHold {
		t.data.close(t.end)
	}
	return true
}

func (t *scriptedTransfer) preliminary() bool {
	t.srv.sleep(t.preliminaryDelay())
	t.say(t.script, t.script.Preliminary, t.properPreliminary(), func(at Span) { t.op.PreliminarySent = at })
	return true
}

func (t *scriptedTransfer) completion() bool {
	t.srv.sleep(t.script.Delays.Completion)
	t.say(t.script, t.script.Completion, t.properCompletion(), func(at Span) { t.op.CompletionSent = at })
	return true
}

// bothReplies sends both replies in one write; a silent one is left out.
func (t *scriptedTransfer) bothReplies() bool {
	t.srv.sleep(t.preliminaryDelay() + t.script.Delays.Completion)
	first, second := t.script.Preliminary, t.script.Completion
	both := Reply{
		Raw:     first.text(t.properPreliminary()) + second.text(t.properCompletion()),
		Silent:  first.Silent && second.Silent,
		Dribble: max(first.Dribble, second.Dribble),
		End:     max(first.End, second.End),
	}
	t.say(t.script, both, "", func(at Span) {
		if !first.Silent {
			t.op.PreliminarySent = at
		}
		if !second.Silent {
			t.op.CompletionSent = at
		}
	})
	return true
}

// abandon ends the transfer with nothing moved.
func (t *scriptedTransfer) abandon() bool {
	t.srv.sleep(t.script.Delays.Completion)
	t.say(t.script, t.script.Abandon, "", func(at Span) { t.op.CompletionSent = at })
	return true
}

func (t *scriptedTransfer) properCompletion() string {
	if t.upload && t.op.Stored != t.op.Path && t.script.Upload.Existing == RenameUpload {
		return scriptedReply(226, "Stored as "+t.op.Stored+".", "Transfer complete.")
	}
	return "226 Transfer complete.\r\n"
}

func (t *scriptedTransfer) properPreliminary() string {
	if t.op.Verb == "RETR" {
		return fmt.Sprintf("150 Opening data connection (%d bytes).\r\n", t.size(t.script, t.op.Path))
	}
	return "150 Opening data connection.\r\n"
}

func (t *scriptedTransfer) preliminaryDelay() time.Duration {
	return t.script.Delays.Preliminary + t.script.Delays.Verbs[t.op.Verb]
}

func (r Reply) text(proper string) string {
	switch {
	case r.Silent:
		return ""
	case r.Raw == "":
		return proper
	}
	return r.Raw
}

// refuse notes the error and sends the transfer's last reply.
func (t *scriptedTransfer) refuse(r Reply, code int, err error) {
	if r == (Reply{}) {
		t.rec.with(func() { t.op.Err = err })
	}
	t.say(t.script, r, fmt.Sprintf("%d %v.\r\n", code, err), func(at Span) { t.op.CompletionSent = at })
}
