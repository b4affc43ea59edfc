package scripted

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Places limits how many sessions a [Server] has at a time. Those
// that it turns away do not count.
type Places struct {
	// Max is the limit; zero is none.
	Max int
	// AtPASS turns a session away in place of the reply to PASS rather than of
	// the greeting.
	AtPASS bool
	// PerUser counts each user's sessions by themselves. It needs AtPASS.
	PerUser bool
	// Freed is how long a place stays taken after its session has ended.
	Freed time.Duration
	// Reply is what one is turned away with. The zero value is 421, AtPASS 530,
	// with words that tell of the limit, and closes.
	Reply Reply
}

// scriptedPlaces are the places that are taken.
type scriptedPlaces struct {
	mu    sync.Mutex
	live  map[string]int // by whose they are
	freed map[string][]stats.Moment
}

// take takes a place and says whether there was one.
func (p *scriptedPlaces) take(limit *Places, who string, now stats.Moment) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live == nil {
		p.live, p.freed = map[string]int{}, map[string][]stats.Moment{}
	}
	p.freed[who] = slices.DeleteFunc(p.freed[who], func(at stats.Moment) bool { return now >= at })
	if p.live[who]+len(p.freed[who]) >= limit.Max {
		return false
	}
	p.live[who]++
	return true
}

// leave gives a place back at the given moment.
func (p *scriptedPlaces) leave(who string, at stats.Moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live[who]--
	p.freed[who] = append(p.freed[who], at)
}

// place takes the session's place where that is due, and says how the session is
// turned away if there is none.
func (s *scriptedSession) place(script *Script, atPASS bool) (away Reply, ok bool) {
	limit := &script.Places
	if limit.Max == 0 || limit.AtPASS != atPASS || s.leave != nil {
		return Reply{}, true
	}
	who := ""
	if limit.PerUser {
		who = s.user
	}
	if s.srv.places.take(limit, who, s.srv.clock()) {
		freed := limit.Freed
		s.leave = func() { s.srv.places.leave(who, s.srv.clock().Add(freed)) }
		return Reply{}, true
	}
	proper := Reply{Raw: fmt.Sprintf("421 Too many connections (%d), sorry.\r\n", limit.Max), End: EndFIN}
	if atPASS {
		proper.Raw = fmt.Sprintf("530 Sorry, the maximum number of clients (%d) for this user are already connected.\r\n", limit.Max)
	}
	return limit.Reply.or(proper), false
}
