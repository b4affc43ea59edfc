package wire

import "github.com/ftpmark/ftpmark/stats"

// Exchange sends one command of an operation that has no data connection, and
// reads the reply. It reports whether the reply's first digit is the wanted one;
// the reply itself, or what went wrong, is in the trace. arg may be empty.
//
// An operation may take more than one (RNFR, RNTO): it begins with the first
// command and ends with the last reply.
func (l *Link) Exchange(verb, arg string, want int) bool {
	c, t := l.control, &l.trace
	c.own = append(c.own[:0], verb...)
	if arg != "" {
		c.own = append(append(c.own, ' '), arg...)
	}
	c.own = append(c.own, "\r\n"...)
	t.Completed, t.Moments[stats.T8] = Reply{}, 0
	now := l.cfg.Clock()
	if t.Moments[stats.T1] == 0 {
		t.Moments[stats.T1] = now
	}
	if err := c.send(c.own, now); err != nil {
		t.fail(newFault(stats.Service, "sending "+verb, err))
		return false
	}
	raw, code, err := c.next(l.cfg.Timeouts.Reply)
	if err != nil {
		t.fail(newFault(stats.Service, "waiting for the reply to "+verb, err))
		return false
	}
	t.Completed = keep(raw, code)
	t.Moments[stats.T8] = c.readAt
	if t.Size = -1; code == 213 {
		if n, ok := sizeIn(raw); ok {
			t.Size = n
		}
	}
	return code/100 == want
}

// Size reads the number in the reply to a SIZE that [Link.Command] has just
// sent; ok is false if there is none.
func (l *Link) Size() (n int64, ok bool) { return sizeIn(l.control.answer) }
