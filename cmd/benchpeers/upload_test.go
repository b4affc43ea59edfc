//go:build benchpeers && linux

package benchpeers

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// uploads are the kinds of work that upload whole GiB without TLS. content is a file of 1 GiB.
func uploads(p programs, content string) []work {
	var all []work
	for _, server := range servers.Kinds() {
		for _, sessions := range []int{1, 4} {
			w := work{
				name: fmt.Sprintf("stor-1gib-%s-%d", server, sessions), title: fmt.Sprintf("STOR 1 GiB, %s, %s", server, plural(sessions)),
				unit: gib, server: server, upload: true, size: 1 << 30,
				low: sessions, high: 3 * sessions, limit: 40 * time.Second,
				clients: []client{p.ours("ftpmark epsv", "--op", "stor", "--size", "1GiB", "-c", strconv.Itoa(sessions), "--mode", "epsv")},
				floors:  []floor{{"ftpmark epsv", "curl -T", cpu, 0.25}, {"ftpmark epsv", "curl -T", speed, 1}},
			}
			file := fmt.Sprintf("upload-file = %q", content)
			if sessions == 1 {
				w.high = 4
				w.clients = append(w.clients, curl("curl -T", "up", file))
			} else {
				w.clients = append(w.clients, curl("curl -T", "up#", file, "--parallel", "--parallel-max", strconv.Itoa(sessions)))
			}
			if server == servers.Vsftpd && sessions == 1 {
				again := w.clients[0]
				again.name += " again"
				w.clients = append(w.clients, lftp("put "+content+" -o up", sessions), again)
				w.twins = [2]string{w.clients[0].name, again.name}
			}
			all = append(all, w)
		}
	}
	return all
}

// secured are the kinds of work that move whole GiB by TLS 1.3. vsftpd is not among them: it
// loses TLS 1.3 uploads of clients that close as curl does.
func secured(p programs, content string) []work {
	const file, size = "1g", 1 << 30
	tls := []string{"--tls", "explicit", "--tls-min", "1.3", "-c", "1", "--mode", "epsv"}
	var all []work
	for _, server := range []servers.Kind{servers.ProFTPD, servers.PureFTPd, servers.Pyftpdlib} {
		down := work{
			name: fmt.Sprintf("tls-retr-1gib-%s", server), title: fmt.Sprintf("TLS 1.3 RETR 1 GiB, %s, 1 session", server),
			unit: gib, server: server, opts: servers.Options{TLS: servers.Explicit}, files: map[string]int64{file: size}, size: size,
			low: 1, high: 3, limit: 40 * time.Second,
			clients: []client{p.ours("ftpmark epsv", append([]string{"--path", "/" + file}, tls...)...), curl("curl", file, intoNothing)},
			floors:  []floor{{"ftpmark epsv", "curl", cpu, 0.6}, {"ftpmark epsv", "curl", speed, 1}},
		}
		up := down
		up.name, up.title = fmt.Sprintf("tls-stor-1gib-%s", server), fmt.Sprintf("TLS 1.3 STOR 1 GiB, %s, 1 session", server)
		up.files, up.upload = nil, true
		up.clients = []client{
			p.ours("ftpmark epsv", append([]string{"--op", "stor", "--size", "1GiB"}, tls...)...),
			curl("curl -T", "up", fmt.Sprintf("upload-file = %q", content)),
		}
		up.floors = []floor{{"ftpmark epsv", "curl -T", cpu, 0.7}, {"ftpmark epsv", "curl -T", speed, 1}}
		for _, w := range []work{down, up} {
			w.tailor = p.sameCipher
			all = append(all, w)
		}
	}
	return all
}

// sameCipher has every client trust the server, and curl offer only the cipher suite that
// ftpmark and the server agree on.
func (p programs) sameCipher(w *work, s *servers.Server) error {
	dir, err := os.MkdirTemp(filepath.Dir(s.DataDir), "client-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	u, err := process([]string{
		p.ftpmark, "run", s.URL(), "--tls", "explicit", "--tls-min", "1.3", "--tls-ca", s.CACert, "--op", "noop", "-n", "1", "-q",
		"--format", "json", "-o", filepath.Join(dir, "result.jsonl"),
	}, dir, w.limit)
	if err != nil {
		return err
	}
	suite, err := findSuite(u.stdout)
	if err != nil {
		return err
	}
	w.title += ", " + suite
	for i, c := range w.clients {
		argv := c.argv
		flags := []string{"--tls-ca", s.CACert}
		if c.curl {
			flags = []string{"--ssl-reqd", "--tlsv1.3", "--tls13-ciphers", suite, "--cacert", s.CACert}
		}
		w.clients[i].argv = func(t turn) ([]string, error) {
			command, err := argv(t)
			return append(command, flags...), err
		}
	}
	return nil
}

// findSuite finds the cipher suite in a summary.
func findSuite(summary []byte) (string, error) {
	var s struct {
		Target struct {
			TLS struct {
				CipherSuite string `json:"cipher_suite"`
			} `json:"tls"`
		} `json:"target"`
	}
	if err := json.Unmarshal(summary, &s); err != nil {
		return "", err
	}
	if s.Target.TLS.CipherSuite == "" {
		return "", errors.New("the summary names no cipher suite")
	}
	return s.Target.TLS.CipherSuite, nil
}
