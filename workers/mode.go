package workers

import (
	"errors"
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// verbs returns the verbs that a mode may use, the preferred one first. A verb
// that cannot carry the address family is left out.
func verbs(m profiles.Mode, ipv6 bool) []stats.Mode {
	var all []stats.Mode
	switch m {
	case profiles.Passive:
		all = []stats.Mode{stats.EPSV, stats.PASV}
	case profiles.Active:
		all = []stats.Mode{stats.EPRT, stats.PORT}
	case profiles.EPSV:
		return []stats.Mode{stats.EPSV}
	case profiles.PASV:
		return []stats.Mode{stats.PASV}
	case profiles.EPRT:
		return []stats.Mode{stats.EPRT}
	case profiles.PORT:
		return []stats.Mode{stats.PORT}
	}
	if ipv6 {
		return all[:1]
	}
	return all
}

// resolve sets the session's verb. An alias asks the server, and falls back
// only where the answer says that the verb is not known: 500, 501, 502 or 522.
// Any other refusal, such as a 425 of a server that connects at once and is not
// let through, leaves the verb to fail where it is measured.
func (s *Session) resolve(m profiles.Mode) error {
	choice := verbs(m, s.link.Peer().Is6())
	if len(choice) == 1 {
		s.link.SetMode(choice[0])
		return nil
	}
	var r wire.Reply
	for _, verb := range choice {
		var err error
		if r, err = s.link.TryMode(verb); err != nil {
			// A server that connects before it answers (pyftpdlib) falls
			// silent where it is not let through. That too is to fail where
			// it is measured, but in a session that is not out of step.
			var f *wire.Fault
			s.unanswered = verb == stats.EPRT && errors.As(err, &f) && f.Class == stats.ClassTimeout
			return err
		}
		if r.Code == 421 {
			break // it hangs up: no verb would fare better
		}
		if !unknownVerb(r.Code) {
			return nil
		}
	}
	verb := strings.ToUpper(s.link.Mode().String())
	return &wire.Refusal{Phase: stats.Setup, Command: verb, Reply: r}
}

// unknownVerb reports whether a refusal means that the server does not know the
// verb or its argument, or not for this address family (RFC 2428 §2).
func unknownVerb(code int) bool {
	return code == 500 || code == 501 || code == 502 || code == 522
}
