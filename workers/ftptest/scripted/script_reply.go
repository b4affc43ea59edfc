package scripted

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// End is how the server ends a connection.
type End int

const (
	// ProperEnd is what a correct server does in that place.
	ProperEnd End = iota
	// EndFIN closes. The kernel makes that a reset where received bytes were
	// not read.
	EndFIN
	// EndRST resets. The client's kernel drops what the client has not read.
	EndRST
	// EndHold does nothing more on the connection and leaves it open until
	// the session's end, ABOR or the next EPSV, PASV, EPRT or PORT.
	EndHold
)

// Reply is a reply to send in place of the proper one. The zero value
// sends the proper one.
type Reply struct {
	// Raw is sent verbatim, line ends included. Empty means the proper reply.
	Raw string
	// Silent sends nothing at all. Delays and End remain.
	Silent bool
	// Dribble sends byte by byte with this pause between.
	Dribble time.Duration
	// End ends the control connection right after: EndFIN or EndRST.
	End End
}

// ScriptedReply returns a reply of that code. Of more than one line the first
// gets the code and a dash, the last the code and a space, and those between
// go out as they are.
func NewReply(code int, lines ...string) Reply {
	return Reply{Raw: scriptedReply(code, lines...)}
}

// done says whether a verb that is answered with r does what it is for: any
// reply but a refusal (4 or 5) comes from a server that did.
func (r Reply) done() bool { return r.Raw == "" || r.Raw[0] < '4' }

// or returns r, or the other reply if r is the zero value.
func (r Reply) or(other Reply) Reply {
	if r == (Reply{}) {
		return other
	}
	return r
}

func scriptedReply(code int, lines ...string) string {
	var b strings.Builder
	for i, line := range lines {
		switch {
		case i == len(lines)-1:
			fmt.Fprintf(&b, "%d %s\r\n", code, line)
		case i == 0:
			fmt.Fprintf(&b, "%d-%s\r\n", code, line)
		default:
			b.WriteString(line + "\r\n")
		}
	}
	return b.String()
}

// fill puts a passive listener's address into a reply.
func (r Reply) fill(at netip.AddrPort) Reply {
	p1, p2, h := scriptedPASV(at)
	r.Raw = strings.NewReplacer(
		"{port}", fmt.Sprint(at.Port()), "{p1}", p1, "{p2}", p2, "{h}", h,
	).Replace(r.Raw)
	return r
}

func scriptedPASV(at netip.AddrPort) (p1, p2, h string) {
	return fmt.Sprint(at.Port() >> 8), fmt.Sprint(at.Port() & 0xff),
		strings.ReplaceAll(at.Addr().String(), ".", ",")
}
