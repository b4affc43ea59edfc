package diagnosis

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
)

// ClientAddress finds the client's address in a server's answer to STAT. Some servers name
// their own there: only what is told of where the client is counts.
func ClientAddress(status string) (seen netip.Addr, known bool) {
	before := "connected from "
	if strings.HasPrefix(status, "FTP server status:") { // vsftpd
		before = "connected to "
	}
	_, rest, ok := strings.Cut(strings.ToLower(status), before)
	if !ok {
		return seen, false
	}
	for _, word := range strings.Fields(rest) {
		if a, err := netip.ParseAddr(strings.Trim(word, "()[],;")); err == nil {
			return a.Unmap(), true
		}
	}
	return seen, false
}

// OfActive is the hint for an active data connection that failed where the server was told
// to connect to one address and sees the session come from another, or from the same.
func OfActive(f *stats.Failure, told, seen netip.Addr) string {
	switch {
	case told != seen:
		return fmt.Sprintf("a NAT is in between: the server sees this machine as %s, but was told to connect to %s; use --mode passive",
			seen, told)
	case f.Class == stats.ClassAcceptTimeout || f.Class == stats.ClassTimeout:
		return fmt.Sprintf("a firewall drops connections to this machine, which the server sees as %s, as it was told; use --mode passive, or open --active-ports", seen)
	case f.Code == 425:
		return fmt.Sprintf("a firewall rejects or drops connections to this machine, which the server sees as %s, as it was told; use --mode passive, or open --active-ports", seen)
	}
	return f.Hint
}

// closedPorts says how passive ports are closed.
func closedPorts(f *stats.Failure) string {
	switch f.Class {
	case stats.ClassTimeout:
		return "a firewall drops connections to the server's passive ports"
	case stats.ClassUnreachable:
		return "a firewall or router rejects connections to the server's passive ports"
	}
	return "a firewall rejects connections to the server's passive ports, or the server does not listen there"
}
