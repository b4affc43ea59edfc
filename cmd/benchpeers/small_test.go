//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// The small file.
const (
	smallFile = "1k"
	smallSize = 1 << 10
)

// small are the kinds of work of many downloads of 1 KiB: each mode, with one session and with
// many. curl is measured where it does not stall, and where it is asked for: in one mode.
func small(p programs) []work {
	const many = 50
	disabled := map[string][]string{"pasv": {"--disable-epsv"}, "port": {"--disable-eprt"}}
	var all []work
	for _, server := range []servers.Kind{servers.Vsftpd, servers.PureFTPd, embedded} {
		for _, sessions := range []int{1, many} {
			modes := []string{"epsv", "eprt"}
			if server == servers.Vsftpd && sessions == 1 {
				modes = []string{"epsv", "pasv", "eprt", "port"}
			}
			for _, mode := range modes {
				ours := p.ours("ftpmark", "--path", "/"+smallFile, "-c", strconv.Itoa(sessions), "--mode", mode)
				w := work{
					name: fmt.Sprintf("retr-1kib-%s-%d-%s", server, sessions, mode), title: fmt.Sprintf("RETR 1 KiB, %s, %s, %s", server, plural(sessions), mode),
					unit: operation, server: server, files: map[string]int64{smallFile: smallSize}, size: smallSize, limit: 12 * time.Second,
					clients: []client{ours, p.least("bare", smallFile, smallSize, sessions, mode)},
					floors:  []floor{{ours.name, "bare", cpu, 1.15}},
					active:  mode == "eprt" || mode == "port",
				}
				// A server binds to a port for each connection that it makes, and that rests for a
				// minute: there are 28,000 of them.
				w.low, w.high = 200, 1700
				if sessions == many {
					w.floors = append(w.floors, floor{ours.name, "bare", speed, 0.95})
					if w.low = 500; !w.active {
						w.high = 10500
					}
				}
				if server == embedded {
					w.embedded = p.ftpmark
				}
				if server == servers.Vsftpd && sessions == 1 {
					w.clients = append(w.clients, curl("curl", smallFile, intoNothing, disabled[mode]...))
				}
				if server == servers.Vsftpd && mode == "epsv" && sessions == many {
					again := ours
					again.name += " again"
					w.twins = [2]string{ours.name, again.name}
					w.clients = append(w.clients, again, ftpbench(smallFile, many),
						curl("curl", smallFile, intoNothing, "--parallel", "--parallel-max", strconv.Itoa(many)))
					w.floors = append(w.floors, floor{ours.name, "curl", speed, 2})
				}
				all = append(all, w)
			}
		}
	}
	return append(all, crowded(p))
}

// crowded is the same work at the same rate with few sessions and with many. Its server is
// pyftpdlib, in which an idle session costs next to nothing.
func crowded(p programs) work {
	ours := func(sessions int) client {
		return p.ours(fmt.Sprintf("ftpmark, %d sessions", sessions), "--path", "/"+smallFile, "-c", strconv.Itoa(sessions),
			"--rate", "2000/s", "--mode", "epsv")
	}
	few, many := ours(50), ours(5000)
	return work{
		name: "retr-1kib-crowded", title: "RETR 1 KiB, pyftpdlib, 2,000/s, epsv",
		unit: operation, server: servers.Pyftpdlib, files: map[string]int64{smallFile: smallSize}, size: smallSize,
		low: 2000, high: 12000, limit: 60 * time.Second, paced: true,
		clients: []client{few, many},
		floors:  []floor{{many.name, few.name, cpu, 1.3}},
	}
}

// ftpbench is ftpbench.py.
func ftpbench(file string, sessions int) client {
	return client{name: "ftpbench (re-stated)", argv: func(t turn) ([]string, error) {
		s := t.server
		script, err := filepath.Abs("ftpbench.py")
		return []string{
			"/usr/bin/python3", "-B", "-W", "ignore", script, "--host", s.Addr.Addr().String(), "--port", fmt.Sprint(s.Addr.Port()),
			"--user", s.User, "--password", s.Pass, "--path", file, "--clients", strconv.Itoa(sessions), "--operations", strconv.Itoa(t.units),
		}, err
	}}
}
