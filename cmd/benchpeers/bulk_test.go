//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// bulk are the kinds of work that download whole GiB without TLS. The clients that hold no floor
// are measured on one server.
func bulk(p programs, iperfAt netip.AddrPort) []work {
	const file, size = "1g", 1 << 30
	var all []work
	for _, server := range servers.Kinds() {
		for _, sessions := range []int{1, 4} {
			n := strconv.Itoa(sessions)
			ours := p.ours("ftpmark epsv", "--path", "/"+file, "-c", n, "--mode", "epsv")
			w := work{
				name: fmt.Sprintf("retr-1gib-%s-%d", server, sessions), title: fmt.Sprintf("RETR 1 GiB, %s, %s", server, plural(sessions)),
				unit: gib, server: server, files: map[string]int64{file: size}, size: size,
				low: sessions, high: 4 + 2*sessions, limit: 40 * time.Second,
				clients: []client{ours, p.least("bare", file, size, sessions, "epsv")},
				floors:  []floor{{ours.name, "curl", cpu, 0.12}, {ours.name, "curl", speed, 1.25}},
			}
			if sessions == 1 {
				// What is verified is what the run itself wrote, so it writes the file first.
				checked := p.ours("ftpmark --verify checksum", "--size", "1GiB", "--files", "1", "-c", n, "--mode", "epsv", "--verify", "checksum")
				w.clients = append(w.clients, curl("curl", file, intoNothing), checked)
				w.floors = append(w.floors, floor{checked.name, "curl", cpu, 0.6})
			} else {
				w.clients = append(w.clients, curl("curl", file, intoNothing, "--parallel", "--parallel-max", n))
				w.floors[0].limit = 0.3
			}
			if server == servers.Vsftpd {
				w.clients = append(w.clients, lftp("cat "+file+" > /dev/null", sessions), iperf(iperfAt, sessions))
				w.floors = append(w.floors, floor{ours.name, "iperf3", speed, 1})
			}
			if server == servers.Vsftpd && sessions == 1 {
				again := ours
				again.name += " again"
				w.clients = append(w.clients, p.ours("ftpmark port", "--path", "/"+file, "-c", n, "--mode", "port"), wget(file), aria2(file), again)
				w.twins = [2]string{ours.name, again.name}
			}
			all = append(all, w)
		}
	}
	return all
}

func plural(sessions int) string {
	if sessions == 1 {
		return "1 session"
	}
	return fmt.Sprintf("%d sessions", sessions)
}
