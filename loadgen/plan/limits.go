package plan

import (
	"fmt"
	"math"

	"github.com/ftpmark/ftpmark/profiles"
)

// active reports whether any transfer is one in which the server connects.
func (p *Plan) active() bool {
	return p.hasMode(profiles.Active, profiles.EPRT, profiles.PORT)
}

// passive reports whether any transfer is one in which this side connects.
func (p *Plan) passive() bool {
	return p.hasMode(profiles.Passive, profiles.EPSV, profiles.PASV)
}

func (p *Plan) hasMode(modes ...profiles.Mode) bool {
	if !p.Profile.Op.Transfers() {
		return false
	}
	for _, m := range p.Profile.Mode {
		for _, x := range modes {
			if m == x {
				return true
			}
		}
	}
	return false
}

// descriptorsPerSession is what a session holds at most: its control
// connection, the data connection, and in active mode the listener. (A log-in
// beside a session has no data connection then.)
func (p *Plan) descriptorsPerSession() int {
	switch {
	case p.Profile.Op.OnlyLogin(), !p.Profile.Op.Transfers() && !p.Profile.Op.NeedsFixtures():
		return 1
	case p.active():
		return 3
	default:
		return 2
	}
}

// ephemeralPorts is how many ports this machine has for connections from one
// address to one port of another, 0 if that is not known.
func ephemeralPorts() int {
	var low, high int
	text := firstLine("/proc/sys/net/ipv4/ip_local_port_range")
	if _, err := fmt.Sscan(text, &low, &high); err != nil || high < low {
		return 0
	}
	return high - low + 1
}

// spareDescriptors are for the result file, the pipes of uploads and the like.
const spareDescriptors = 64

// CheckLimits refuses a plan that this machine, or what is known of the target,
// cannot carry out.
func (p *Plan) CheckLimits() error {
	sessions := p.Profile.MostSessions()
	limit, each := descriptorLimit(), p.descriptorsPerSession()
	if most := (limit - spareDescriptors) / each; limit > 0 && sessions > most {
		return UsageErrorf("--sessions %d: each needs up to %d descriptors, plus %d in total, but this process may have only %d: use at most %d sessions, or raise the hard limit (ulimit -Hn)",
			sessions, each, spareDescriptors, limit, max(most, 0))
	}
	if n := p.activePorts(); n > 0 && p.active() && sessions > n {
		return UsageErrorf("--active-ports %s: %d sessions may each need a port at the same time, but there are only %d: use more ports, more --source addresses, or fewer sessions",
			p.Profile.ActivePorts, sessions, n)
	}
	if n := p.Profile.PassivePorts.Count; n > 0 && p.passive() && sessions > n {
		return UsageErrorf("--passive-ports: %d sessions may each need a port of the server at the same time, but it has only %d: use fewer sessions, or a wider range on the server",
			sessions, n)
	}
	if n := ephemeralPorts() * max(len(p.Profile.Source), 1); n > 0 && sessions > n {
		return UsageErrorf("--sessions %d: this machine has only %d ephemeral ports for connections to one server port: use more --source addresses, or a wider net.ipv4.ip_local_port_range",
			sessions, n)
	}
	return nil
}

// SessionsAllowed returns the largest number of sessions, up to a bound, that this
// machine's limits allow the plan. The server's ports do not count: its limit is what is
// searched for.
func (p *Plan) SessionsAllowed(bound int) int {
	low, high := 0, bound
	for low < high {
		n := low + (high-low+1)/2
		one := *p
		one.Profile.Sessions, one.Profile.PassivePorts = n, profiles.PassivePorts{}
		if one.CheckLimits() == nil {
			low = n
		} else {
			high = n - 1
		}
	}
	return low
}

// activePorts is how many active listeners can be open at once, 0 for any
// number.
func (p *Plan) activePorts() int {
	n := p.Profile.ActivePorts.Count()
	if p.Profile.ActiveAddress == "" {
		n *= max(len(p.Profile.Source), 1)
	}
	return n
}

// TimeWait is how long a port rests, in seconds, on the side that closed first.
const TimeWait = 60

// PortNotes warn of ranges of ports that bound the rate of transfers: a port
// rests in TIME_WAIT for a minute on whichever side closed first.
func (p *Plan) PortNotes() (notes []string) {
	if n := p.activePorts(); n > 0 && p.active() {
		notes = append(notes, fmt.Sprintf("--active-ports has %d ports: if the server closes first and its end stays in TIME_WAIT for %d s, they allow about %.2g active transfers per second for each address of the server",
			n, TimeWait, float64(n)/TimeWait))
	}
	if n := p.Profile.PassivePorts.Count; n > 0 && p.passive() {
		notes = append(notes, fmt.Sprintf("the server's %d passive ports allow about %.2g transfers per second if it closes first and cannot reuse a port during %d s of TIME_WAIT",
			n, float64(n)/TimeWait, TimeWait))
	}
	return notes
}

// transferShare is the part of the mix's operations that have a data
// connection.
func transferShare(mix profiles.Mix) float64 {
	var all, transfers float64
	for i := range mix {
		all += mix[i].Weight
		if (profiles.Mix{mix[i]}).Transfers() {
			transfers += mix[i].Weight
		}
	}
	if all == 0 {
		return math.NaN()
	}
	return transfers / all
}

// DataPorts is how many ports the data connections of a mode have, 0 if that is not
// known, and whether they are ours.
func (p *Plan) DataPorts(mode profiles.Mode) (n int, own bool) {
	switch mode {
	case profiles.Active, profiles.EPRT, profiles.PORT:
		return p.activePorts(), true
	}
	return p.Profile.PassivePorts.Count, false
}
