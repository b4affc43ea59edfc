package workers

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
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

// resolve sets the session's verb. An alias asks the server, unless another
// session has, and falls back on anything but the answer that was asked for. Where
// none is to be had, but one may be (a 425 of a server that connects at once and
// is not let through, a port that cannot be connected to), the first verb is left
// to fail where it is measured.
func (s *Session) resolve(m profiles.Mode, wait time.Duration) error {
	choice := verbs(m, s.link.Peer().Addr().Is6())
	if len(choice) == 1 {
		s.link.SetMode(choice[0])
		return nil
	}
	if known, ok := s.habits.Verb(m); ok {
		s.link.SetMode(known)
		return nil
	}
	var why []string
	var last wire.Reply
	before, lastVerb := "", "" // what was refused
	perhaps, unreached := stats.NoMode, false
	for _, verb := range choice {
		tried, err := s.link.TryMode(verb, wait)
		if err == nil && tried.Reply.Code/100 == 4 && tried.Reply.Code != 421 {
			tried, err = s.link.TryMode(verb, wait) // it may pass (RFC 959 §4.2.1)
		}
		if err != nil {
			// A server that connects before it answers (pyftpdlib) falls
			// silent where it is not let through. That too is to fail where
			// it is measured, but in a session that is not out of step.
			var f *wire.Fault
			s.unanswered = verb == stats.EPRT && errors.As(err, &f) && f.Class == stats.ClassTimeout
			return err
		}
		if lastVerb != "" {
			before = fmt.Sprintf("%s with %s, and ", lastVerb, last)
		}
		last, lastVerb = tried.Reply, verbOf(verb)
		name := verbOf(verb)
		switch {
		case tried.Taken && (verb.Active() || tried.Reached):
			s.habits.resolved(m, verb, strings.Join(why, "; "))
			return nil
		case last.Code == 421: // it hangs up: no verb would fare better
			return &wire.Refusal{Phase: stats.Setup, Command: name, Reply: last}
		case tried.Taken:
			why = append(why, fmt.Sprintf("the server's %s port cannot be reached", name))
		default:
			why = append(why, fmt.Sprintf("the server answers %s with %s", name, last))
		}
		if diagnosis.SpeaksOfPorts(last.Text) { // nor has it one for another verb
			return &wire.Refusal{Phase: stats.Setup, Command: name, Reply: last}
		}
		if perhaps == stats.NoMode && (tried.Taken || last.Code/100 == 4) {
			perhaps, unreached = verb, tried.Taken
		}
	}
	if perhaps == stats.NoMode {
		return &wire.Refusal{Phase: stats.Setup, Command: lastVerb, Reply: last, Before: before}
	}
	s.link.SetMode(perhaps)
	if unreached { // to try that again would take as long, in each session
		s.habits.unreached(m, perhaps)
	}
	return nil
}

// unansweredEPRT is why an alias is taken for its first verb.
const unansweredEPRT = "the server does not answer EPRT, perhaps because it cannot connect to this machine"

// learnTime bounds the wait for each answer in [Session.Learn].
const learnTime = 5 * time.Second

// Learn finds out what the aliases among the modes stand for, for the sessions to
// come. What the server does not say stays unknown, and the session may then not be
// usable any more. The error, a [*stats.Failure], is of a mode that the server
// refuses.
func (s *Session) Learn(modes []profiles.Mode) (refused error) {
	was := s.link.Mode()
	for _, m := range modes {
		if _, known := s.habits.Verb(m); known || !s.Usable() || m != profiles.Passive && m != profiles.Active {
			continue
		}
		err := s.resolve(m, learnTime)
		var refusal *wire.Refusal
		switch {
		case err == nil:
		case errors.As(err, &refusal) && refusal.Reply.Code != 421:
			refused = asFailure(err, Config{Mode: m})
		default:
			s.broken = true
			if s.unanswered {
				s.habits.resolved(profiles.Active, stats.EPRT, unansweredEPRT)
			}
		}
	}
	s.link.SetMode(was)
	return refused
}

// verbOf is the command that a mode sends.
func verbOf(m stats.Mode) string { return strings.ToUpper(m.String()) }
