package workers

import (
	"net/netip"

	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

// ActiveAddress returns the address that the session's active data connections are asked
// for at.
func (s *Session) ActiveAddress() netip.Addr { return s.link.ActiveAddress() }

// SeenAs asks the server from which address it sees the session come (STAT, RFC 959
// §4.1.3, whose words are the server's own); known is false where it does not say.
func (s *Session) SeenAs() (seen netip.Addr, known bool) {
	r, f := s.send("STAT", "")
	if f != nil || !r.Positive() {
		return seen, false
	}
	return diagnosis.ClientAddress(r.Text)
}
