package workers

import (
	"errors"
	"fmt"
	"io"

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
	// To is the new name of a rename.
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

// Do runs one operation. The sample is valid until the next one; its Bytes are
// what the wires counted. A failure leaves the session usable only where it and
// the server still agree on where they are: see [Session.Usable].
func (s *Session) Do(j *Job) *stats.Sample {
	s.link.Begin(j.Op)
	err := s.run(j)
	t := s.link.End()
	s.sample = stats.Sample{
		Op: t.Op, Mode: t.Mode, Moments: t.Moments, Bytes: t.Bytes,
		Commands: t.Commands, Connects: t.Connects,
		Handshake: t.Handshake, Resumed: t.Resumed, Path: t.Path,
		SizeUnverified: t.Op == stats.Retr && j.Want < 0,
		Failure:        judge(t, j.want(), err),
	}
	s.sample.Moments[stats.T0] = s.due(j.Due, t)
	s.note(t)
	if j.VerifySize && j.Op.Uploads() && s.sample.Failure == nil {
		s.verifySize(j)
	}
	return &s.sample
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

// run runs the operation over the wires, whose trace then says what happened.
// An error says that it did not come to its end.
func (s *Session) run(j *Job) error {
	if !j.Op.Transfers() {
		return s.ask(j)
	}
	r, err := s.library.lend(s.link)
	if err != nil {
		return err
	}
	switch {
	case j.Op.Uploads():
		err = r.conn.StorFrom(j.Path, io.Reader(j.Upload), j.offset())
	case j.Op == stats.Retr:
		err = s.download(r, j, j.Want, j.Expect)
	default:
		err = s.download(r, j, -1, nil)
	}
	s.library.takeBack(r, err)
	return err
}

// download runs a retr or a listing: to the library all are a RETR, of which the
// wires make what it is.
func (s *Session) download(r *reader, j *Job, want int64, expect *mover.Expect) error {
	resp, err := r.conn.RetrFrom(j.Path, j.offset())
	if err != nil {
		return err
	}
	s.link.Discard(j.Meter, want, expect)
	return resp.Close()
}

// offset is what the operation asks of REST.
func (j *Job) offset() uint64 {
	if j.From > 0 && (j.Op == stats.Retr || j.Op == stats.Stor) {
		return uint64(j.From)
	}
	return 0
}

// errUnanswered says that a command was not answered as it must be.
var errUnanswered = errors.New("not answered as it should be")

// ask runs an operation that has no data connection.
func (s *Session) ask(j *Job) error {
	answered := false
	switch l := s.link; j.Op {
	case stats.Dele:
		answered = l.Exchange("DELE", j.Path, 2)
	case stats.Rename:
		answered = l.Exchange("RNFR", j.Path, 3) && l.Exchange("RNTO", j.To, 2)
	case stats.Mkd:
		answered = l.Exchange("MKD", j.Path, 2)
	case stats.Rmd:
		answered = l.Exchange("RMD", j.Path, 2)
	case stats.Size:
		answered = l.Exchange("SIZE", j.Path, 2)
	case stats.Noop:
		answered = l.Exchange("NOOP", "", 2)
	default:
		return fmt.Errorf("%s is not an operation of a session", j.Op)
	}
	if !answered {
		return errUnanswered
	}
	return nil
}

// note keeps what an operation showed of the server and of the session.
func (s *Session) note(t *wire.Trace) {
	if t.ForeignHost {
		s.seen.ForeignHosts++
	}
	if t.StrayPort {
		s.seen.StrayPorts++
	}
	s.seen.Strangers += int64(t.Strangers)
	if t.Surplus || s.sample.Failure != nil && !inStep(t) {
		s.broken = true
	}
}

// inStep reports whether, after a failure, the session and the server still
// agree on where they are: every command has had its reply, and the server has
// not said that it hangs up (421). When in doubt they do not.
func inStep(t *wire.Trace) bool {
	for _, r := range []wire.Reply{t.Negotiated, t.Restarted, t.Preliminary, t.Completed} {
		if r.Code == 421 {
			return false
		}
	}
	if p := t.Preliminary.Code; p >= 100 && p < 200 && t.Completed.Code < 200 {
		return false // the transfer began and its last reply has not been read
	}
	if r := t.Restarted.Code; r > 0 && r < 400 && r != 350 {
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
