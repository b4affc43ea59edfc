package workers

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats"
)

// verifySize asks the server how long the file is that a good upload has left
// there. It is part of no span: the operation's last moment has been taken.
func (s *Session) verifySize(j *Job) {
	failed := func(c stats.Class, code int, text string) {
		s.sample.Failure = &stats.Failure{Phase: stats.Finish, Class: c, Code: code, Text: text}
	}
	r, _, err := s.Command("SIZE " + j.Path)
	if err != nil {
		f := *err.(*stats.Failure)
		f.Phase = stats.Finish
		s.sample.Failure = &f
		return
	}
	size, ok := s.link.Size()
	switch {
	case r.Code == 500 || r.Code == 502:
		s.sample.SizeUnverified = true
	case r.Negative():
		failed(stats.ClassReply, r.Code, "asked for the size of the uploaded file, the server said "+r.String())
	case !ok:
		failed(stats.ClassMalformed, r.Code, "unexpected reply to SIZE: "+r.String())
	case size != j.Total:
		failed(shortOrLong(size, j.Total), r.Code,
			fmt.Sprintf("the file has %d bytes on the server where %d were expected", size, j.Total))
	}
}

// shortOrLong is the class of a size that is not the wanted one.
func shortOrLong(size, want int64) stats.Class {
	if size > want {
		return stats.ClassLong
	}
	return stats.ClassShort
}
