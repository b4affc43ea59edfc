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

// small are the kinds of work of many downloads of 1 KiB.
func small(p programs) []work {
	var all []work
	passive := map[string][]string{
		"epsv": nil,
		"pasv": {"--disable-epsv"},
		"eprt": {"-P", "-"},
		"port": {"-P", "-", "--disable-eprt"},
	}
	base := work{
		unit: operation, server: servers.Vsftpd, files: map[string]int64{smallFile: smallSize}, size: smallSize,
		limit: 12 * time.Second,
	}
	for _, mode := range []string{"epsv", "pasv", "eprt", "port"} {
		w := base
		w.name, w.title = "retr-1kib-"+mode, "RETR 1 KiB, vsftpd, 1 session, "+mode
		w.low, w.high = 500, 4500
		w.clients = []client{
			p.ours("ftpmark", "--path", "/"+smallFile, "-c", "1", "--mode", mode),
			curl("curl", smallFile, intoNothing, passive[mode]...),
			p.least("bare", smallFile, smallSize, 1, mode),
		}
		w.floors = []floor{{"ftpmark", "curl", cpu, 0.8}, {"ftpmark", "bare", cpu, 1.25}}
		all = append(all, w)
	}

	const many = 50
	w := base
	w.name, w.title = "retr-1kib-50", "RETR 1 KiB, vsftpd, 50 sessions, epsv"
	// Many, because setting up 50 sessions takes now little and now a second, where the server's
	// backlog drops a SYN.
	w.low, w.high, w.limit = 500, 20500, 40*time.Second
	w.clients = []client{
		p.ours("ftpmark", "--path", "/"+smallFile, "-c", strconv.Itoa(many), "--mode", "epsv"),
		curl("curl", smallFile, intoNothing, "--parallel", "--parallel-max", strconv.Itoa(many)),
		ftpbench(smallFile, many),
		p.least("bare", smallFile, smallSize, many, "epsv"),
	}
	w.floors = []floor{{"ftpmark", "curl", speed, 2}, {"ftpmark", "ftpbench (re-stated)", speed, 5}}
	return append(all, w, crowded(p))
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
	return client{name: "ftpbench (re-stated)", argv: func(s *servers.Server, units int, _ string) ([]string, error) {
		script, err := filepath.Abs("ftpbench.py")
		return []string{
			"/usr/bin/python3", "-B", "-W", "ignore", script, "--host", s.Addr.Addr().String(), "--port", fmt.Sprint(s.Addr.Port()),
			"--user", s.User, "--password", s.Pass, "--path", file, "--clients", strconv.Itoa(sessions), "--operations", strconv.Itoa(units),
		}, err
	}}
}
