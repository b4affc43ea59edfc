package workers

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// Job is one operation for a session to run.
type Job struct {
	// Op is any operation but a login: see [Login].
	Op stats.Op
	// Path is the file or directory that it acts on; the directory of a
	// listing, empty for the working directory; nothing for a noop. It has no
	// line breaks.
	Path string
	// To is the new name of a rename, in the same directory.
	To string
	// From is the offset at which a retr or stor begins, for REST; 0 for none.
	From int64
	// Want is how many bytes a retr must bring, behind From, or the number with
	// which a size must be answered; -1 if that is not known.
	Want int64
	// Upload is the payload of a stor or appe. Its Offset is where in the
	// block's repetition the part that is sent begins, its Size what is sent.
	Upload *wire.Upload
	// Expect is the content that a retr must bring; nil if any will do.
	Expect *mover.Expect
	// VerifySize has a good stor or appe followed by a SIZE, outside of all
	// spans; the file must then have Total bytes.
	VerifySize bool
	Total      int64
	// Due is when the operation was to start, zero for now.
	Due stats.Moment
	// Meter is told of the payload of downloads and listings; uploads have
	// their own.
	Meter mover.Meter
}

// want is the number that decides on success, -1 where none does.
func (j *Job) want() int64 {
	switch {
	case j.Op.Uploads():
		return j.Upload.Size
	case j.Op == stats.Retr, j.Op == stats.Size:
		return j.Want
	}
	return -1
}

// offset is what the operation asks of REST.
func (j *Job) offset() int64 {
	if j.Op == stats.Retr || j.Op == stats.Stor {
		return j.From
	}
	return 0
}

// Do runs one operation. The sample is valid until the next one; its Bytes are
// what the wires counted. A failure leaves the session usable only where it and
// the server still agree on where they are: see [Session.Usable].
func (s *Session) Do(j *Job) *stats.Sample {
	path, to, f := s.names(j)
	if f != nil {
		return s.notBegun(j, f)
	}
	l := s.link
	l.Begin(j.Op)
	switch {
	case j.Op == stats.Retr:
		s.retrieve("RETR", path, j)
	case j.Op == stats.Stor:
		s.store("STOR", path, j)
	case j.Op == stats.Appe:
		s.store("APPE", path, j)
	case j.Op == stats.List:
		s.retrieve("LIST", path, j)
	case j.Op == stats.Mlsd:
		s.retrieve("MLSD", path, j)
	case j.Op == stats.Nlst:
		s.retrieve("NLST", path, j)
	default:
		s.ask(j.Op, path, to)
	}
	t := l.End()
	s.sample = stats.Sample{
		Op: t.Op, Mode: t.Mode, Moments: t.Moments, Bytes: t.Bytes,
		Commands: t.Commands, Connects: t.Connects,
		Handshake: t.Handshake, HandshakeBehind: t.HandshakeBehind, Resumed: t.Resumed, Path: t.Path,
		SizeUnverified: t.Op == stats.Retr && j.Want < 0,
		Failure:        judge(t, j.want(), s.accept),
	}
	s.sample.Moments[stats.T0] = s.due(j.Due, t)
	s.note(t)
	// A connection that was reset tells nothing of what the server has read.
	if (j.VerifySize || t.Accepted) && j.Op.Uploads() && s.sample.Failure == nil {
		s.verifySize(j)
	}
	return &s.sample
}

// retrieve runs a download or a listing, which differs from it in that nobody
// knows its size (RFC 959 §4.1.3).
func (s *Session) retrieve(verb, arg string, j *Job) {
	l := s.link
	if !l.Negotiate() || !l.Connect() || !l.Restart(j.offset()) || !l.Transfer(verb, arg) || !l.GoAhead() {
		return
	}
	if j.Op == stats.Retr {
		l.Receive(j.Meter, j.Want, j.Expect)
	} else {
		l.Receive(j.Meter, -1, nil)
	}
	l.Complete()
}

// store runs an upload.
func (s *Session) store(verb, arg string, j *Job) {
	l := s.link
	if !l.Negotiate() || !l.Connect() || !l.Restart(j.offset()) || !l.Transfer(verb, arg) || !l.GoAhead() {
		return
	}
	l.Send(j.Upload)
	l.Complete()
}

// ask runs an operation that has no data connection.
func (s *Session) ask(op stats.Op, path, to string) {
	l := s.link
	switch op {
	case stats.Dele:
		l.Exchange("DELE", path)
	case stats.Rename:
		if l.Exchange("RNFR", path); l.Asked() { // 350: and what is the new name?
			l.Exchange("RNTO", to)
		}
	case stats.Mkd:
		l.Exchange("MKD", path)
	case stats.Rmd:
		l.Exchange("RMD", path)
	case stats.Size:
		l.Exchange("SIZE", path)
	case stats.Noop:
		l.Exchange("NOOP", "")
	}
}

// due is when the operation was to start: if that was not said, when it did.
func (s *Session) due(due stats.Moment, t *wire.Trace) stats.Moment {
	if due == 0 {
		due = t.Moments[stats.T1]
	}
	if due == 0 { // not even the first command was written
		due = s.clock()
	}
	return due
}

// notBegun is the sample of an operation that could not begin.
func (s *Session) notBegun(j *Job, f *stats.Failure) *stats.Sample {
	now := s.clock()
	s.sample = stats.Sample{Op: j.Op, Failure: f}
	if j.Op.Transfers() {
		s.sample.Mode = s.link.Mode()
	}
	s.sample.Moments[stats.T0], s.sample.Moments[stats.T1], s.sample.Moments[stats.T8] = j.Due, now, now
	if j.Due == 0 {
		s.sample.Moments[stats.T0] = now
	}
	return &s.sample
}

// note keeps what an operation showed of the server and of the session.
func (s *Session) note(t *wire.Trace) {
	if t.ForeignHost {
		s.seen.ForeignHosts++
		s.seen.ForeignHost = t.Foreign
	}
	if t.StrayPort {
		s.seen.StrayPorts++
	}
	if t.Strangers > 0 {
		s.seen.Strangers += int64(t.Strangers)
		s.seen.Stranger = t.Stranger
	}
	if t.Accepted {
		s.seen.Accepted++
	}
	if t.Op.Transfers() {
		s.habits.learn(s.link)
	}
	if t.Surplus || s.sample.Failure != nil && !inStep(t) {
		s.broken = true
	}
}

// inStep reports whether, after a failure, the session and the server still
// agree on where they are: every command has had its reply, and the server has
// not said that it hangs up (421). When in doubt they do not.
func inStep(t *wire.Trace) bool {
	for _, r := range [...]*wire.Reply{&t.Negotiated, &t.Restarted, &t.Preliminary, &t.Completed} {
		if r.Code == 421 {
			return false
		}
	}
	if p := t.Preliminary.Code; p >= 100 && p < 200 && t.Completed.Code < 200 || p/100 == 2 || p/100 == 3 {
		return false // its last reply has not been read, or answered something else
	}
	if r := t.Restarted.Code; r > 0 && r < 400 && r/100 != 3 {
		return false // the next transfer may begin where this one was to
	}
	if !t.Op.Transfers() && t.Completed.Code < 400 && t.Completed.Code/100 != 2 {
		return false // another reply is to follow, or another command
	}
	if t.Fault != nil {
		// Wrong content is no fault of the connections.
		return t.Fault.Class == stats.ClassCorrupt && t.Whole
	}
	return true
}
