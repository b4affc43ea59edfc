//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// bulk are the kinds of work that move whole GiB without TLS.
func bulk(p programs, iperfAt netip.AddrPort) []work {
	const file, size = "1g", 1 << 30
	var all []work
	for _, server := range []servers.Kind{servers.Vsftpd, servers.PureFTPd} {
		for _, sessions := range []int{1, 4} {
			n := strconv.Itoa(sessions)
			w := work{
				name: fmt.Sprintf("retr-1gib-%s-%d", server, sessions), title: fmt.Sprintf("RETR 1 GiB, %s, %s", server, plural(sessions)),
				unit: gib, server: server, files: map[string]int64{file: size}, size: size,
				low: sessions, high: 10 + 2*sessions, limit: 40 * time.Second,
				floors: []floor{
					{"ftpmark epsv", "curl", cpu, 0.5}, {"ftpmark epsv", "curl", speed, 1.25}, {"ftpmark epsv", "iperf3", speed, 1},
					{"ftpmark port", "curl", cpu, 0.5},
				},
			}
			for _, mode := range []string{"epsv", "port"} {
				w.clients = append(w.clients, p.ours("ftpmark "+mode, "--path", "/"+file, "-c", n, "--mode", mode))
			}
			if sessions == 1 {
				w.clients = append(w.clients, curl("curl", file, intoNothing), wget(file), lftp("cat "+file+" > /dev/null"))
				// What is verified is what the run itself wrote, so it writes the file first.
				w.clients = append(w.clients, p.ours("ftpmark --verify checksum", "--size", "1GiB", "--files", "1", "-c", n, "--mode", "epsv", "--verify", "checksum"))
				w.floors = append(w.floors, floor{"ftpmark --verify checksum", "curl", cpu, 1.5})
			} else {
				w.clients = append(w.clients, curl("curl", file, intoNothing, "--parallel", "--parallel-max", n))
			}
			w.clients = append(w.clients, p.least("bare", file, size, sessions, "epsv"), iperf(iperfAt, sessions))
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
