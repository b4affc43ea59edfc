package workers

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

// verifySize asks the server how long the file is that a good upload has left
// there. It is part of no span: the operation's last moment has been taken. A
// refusal that speaks of the file (550, 553) is a failure; a server that has no
// SIZE, or not now, leaves the upload unverified.
func (s *Session) verifySize(j *Job) {
	failed := func(c stats.Class, code int, text, hint string) {
		s.sample.Failure = &stats.Failure{Phase: stats.Finish, Class: c, Code: code, Text: text, Hint: hint}
	}
	size, known, r, f := s.sizeOf(j.Path)
	switch {
	case f != nil:
		lost := *f
		lost.Phase = stats.Finish
		s.sample.Failure = &lost
	case r.Code == 550 || r.Code == 553:
		failed(stats.ClassReply, r.Code, fmt.Sprintf("the upload was completed, but the server answered SIZE of its file with %s", r),
			diagnosis.Unseen)
	case r.Code == 421:
		failed(stats.ClassReply, r.Code, fmt.Sprintf("the server answered SIZE of the uploaded file with %s", r), diagnosis.OfLimit(r.Text))
	case !known && (r.Negative() || r.Code == 202):
		s.sample.SizeUnverified = true
	case !known:
		failed(stats.ClassMalformed, r.Code, fmt.Sprintf("unexpected reply %s to SIZE of the uploaded file", r), "")
	case size != j.Total:
		failed(shortOrLong(size, j.Total), r.Code,
			fmt.Sprintf("the file has %d bytes on the server, but %d were expected", size, j.Total), "")
	}
}

// shortOrLong is the class of a size that is not the wanted one.
func shortOrLong(size, want int64) stats.Class {
	if size > want {
		return stats.ClassLong
	}
	return stats.ClassShort
}
