//go:build benchpeers && linux

package benchpeers

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// programs are the paths of the two that are built.
type programs struct{ ftpmark, bare string }

// ours is ftpmark run with some flags.
func (p programs) ours(name string, flags ...string) client {
	return client{name: name, argv: func(s *servers.Server, units int, dir string) ([]string, error) {
		return append([]string{
			p.ftpmark, "run", s.URL(), "-n", strconv.Itoa(units), "--warmup", "0", "-q", "--format", "json",
			"-o", filepath.Join(dir, "result.jsonl"),
		}, flags...), nil
	}}
}

// least is bare, downloading a file of the given size.
func (p programs) least(name, file string, size int64, sessions int, mode string) client {
	return client{name: name, argv: func(s *servers.Server, units int, _ string) ([]string, error) {
		return []string{
			p.bare, "-addr", s.Addr.String(), "-user", s.User, "-pass", s.Pass, "-path", "/" + file, "-size", fmt.Sprint(size),
			"-n", strconv.Itoa(units), "-sessions", strconv.Itoa(sessions), "-mode", mode,
		}, nil
	}}
}

// curl is one curl with as many URLs as there are units. line is what its configuration says
// of each, besides the URL of the file.
func curl(name, file, line string, flags ...string) client {
	return client{name: name, curl: true, argv: func(s *servers.Server, units int, dir string) ([]string, error) {
		config := filepath.Join(dir, "curl.conf")
		each := fmt.Sprintf("url = \"ftp://%s/%s\"\n%s\n", s.Addr, file, line)
		if err := os.WriteFile(config, []byte(strings.Repeat(each, units)), 0o600); err != nil {
			return nil, err
		}
		// -q first: nobody's .curlrc
		return append([]string{"curl", "-q", "-sS", "-u", s.User + ":" + s.Pass, "-K", config}, flags...), nil
	}}
}

const intoNothing = `output = "/dev/null"`

// wget is one wget with as many URLs as there are units.
func wget(file string) client {
	return client{name: "wget", argv: func(s *servers.Server, units int, _ string) ([]string, error) {
		argv := []string{"wget", "--no-config", "-nv", "--tries=1", "-O", "/dev/null"}
		return append(argv, slices.Repeat([]string{s.URL() + file}, units)...), nil
	}}
}

// lftp is one lftp that does command as often as there are units.
func lftp(command string) client {
	return client{name: "lftp", argv: func(s *servers.Server, units int, _ string) ([]string, error) {
		script := "set ftp:ssl-allow no; set net:max-retries 1; set xfer:clobber yes; set cmd:fail-exit yes; " +
			"open -u " + s.User + "," + s.Pass + " ftp://" + s.Addr.String() + "; " +
			strings.Repeat(command+"; ", units)
		return []string{"lftp", "--norc", "-c", script}, nil
	}}
}

// iperf is iperf3 with so many streams, to a server of its own: what the machine carries over
// loopback.
func iperf(at netip.AddrPort, streams int) client {
	return client{
		name: "iperf3",
		argv: func(_ *servers.Server, units int, _ string) ([]string, error) {
			return []string{
				"iperf3", "-c", at.Addr().String(), "-p", fmt.Sprint(at.Port()),
				"-P", strconv.Itoa(streams), "-n", fmt.Sprintf("%dG", units), "-J",
			}, nil
		},
		rate: func(stdout []byte) (float64, error) {
			var said struct {
				End struct {
					Received struct {
						Bits float64 `json:"bits_per_second"`
					} `json:"sum_received"`
				} `json:"end"`
			}
			if err := json.Unmarshal(stdout, &said); err != nil {
				return 0, err
			}
			if said.End.Received.Bits <= 0 {
				return 0, fmt.Errorf("iperf3 received nothing: %s", lastLine(stdout))
			}
			return said.End.Received.Bits / 8 / (1 << 30), nil
		},
	}
}
