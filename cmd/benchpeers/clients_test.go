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
)

// programs are the paths of the two that are built.
type programs struct{ ftpmark, bare string }

// ours is ftpmark run with some flags.
func (p programs) ours(name string, flags ...string) client {
	return client{name: name, argv: func(t turn) ([]string, error) {
		argv := []string{
			p.ftpmark, "run", t.server.URL(), "-n", strconv.Itoa(t.units), "--warmup", "0", "-q", "--format", "json",
			"-o", filepath.Join(t.dir, "result.jsonl"),
		}
		if t.from.IsValid() {
			argv = append(argv, "--source", t.from.String())
		}
		return append(argv, flags...), nil
	}}
}

// least is bare, downloading a file of the given size.
func (p programs) least(name, file string, size int64, sessions int, mode string) client {
	return client{name: name, argv: func(t turn) ([]string, error) {
		s := t.server
		argv := []string{
			p.bare, "-addr", s.Addr.String(), "-user", s.User, "-pass", s.Pass, "-path", "/" + file, "-size", fmt.Sprint(size),
			"-n", strconv.Itoa(t.units), "-sessions", strconv.Itoa(sessions), "-mode", mode,
		}
		if t.from.IsValid() {
			argv = append(argv, "-from", t.from.String())
		}
		return argv, nil
	}}
}

// curl is one curl with as many URLs as there are units. line is what its configuration says
// of each, besides the URL of the file, in whose name # stands for the number of the unit.
func curl(name, file, line string, flags ...string) client {
	return client{name: name, curl: true, argv: func(t turn) ([]string, error) {
		config := filepath.Join(t.dir, "curl.conf")
		var all strings.Builder
		for i := range t.units {
			fmt.Fprintf(&all, "url = \"ftp://%s/%s\"\n%s\n", t.server.Addr, strings.ReplaceAll(file, "#", strconv.Itoa(i)), line)
		}
		if err := os.WriteFile(config, []byte(all.String()), 0o600); err != nil {
			return nil, err
		}
		// -q first: nobody's .curlrc
		argv := append([]string{"curl", "-q", "-sS", "-u", t.server.User + ":" + t.server.Pass, "-K", config}, flags...)
		if t.from.IsValid() {
			argv = append(argv, "--interface", t.from.String(), "--ftp-port", t.from.String())
		}
		return argv, nil
	}}
}

const intoNothing = `output = "/dev/null"`

// wget is one wget with as many URLs as there are units.
func wget(file string) client {
	return client{name: "wget", argv: func(t turn) ([]string, error) {
		argv := []string{"wget", "--no-config", "-nv", "--tries=1", "-O", "/dev/null"}
		return append(argv, slices.Repeat([]string{t.server.URL() + file}, t.units)...), nil
	}}
}

// lftp is one lftp that does command as often as there are units, so many at a time, each on
// a session of its own.
func lftp(command string, sessions int) client {
	return client{name: "lftp", argv: func(t turn) ([]string, error) {
		s := t.server
		script := "set ftp:ssl-allow no; set net:max-retries 1; set xfer:clobber yes; set cmd:fail-exit yes; " +
			"open -u " + s.User + "," + s.Pass + " ftp://" + s.Addr.String() + "; "
		if sessions > 1 {
			script += fmt.Sprintf("set cmd:queue-parallel %d; ", sessions) + strings.Repeat("queue "+command+"; ", t.units) + "wait"
		} else {
			script += strings.Repeat(command+"; ", t.units)
		}
		return []string{"lftp", "--norc", "-c", script}, nil
	}}
}

// aria2 is one aria2c that downloads the file as often as there are units. It can only write to
// a file, which is in memory, one over the other.
func aria2(file string) client {
	return client{name: "aria2c", argv: func(t turn) ([]string, error) {
		list := filepath.Join(t.dir, "list")
		s := t.server
		each := fmt.Sprintf("ftp://%s:%s@%s/%s\n out=x\n", s.User, s.Pass, s.Addr, file)
		if err := os.WriteFile(list, []byte(strings.Repeat(each, t.units)), 0o600); err != nil {
			return nil, err
		}
		return []string{
			"aria2c", "--no-conf", "-q", "-d", t.dir, "-i", list, "-j", "1", "-x", "1", "-s", "1", "--ftp-type=binary", "--ftp-pasv=true",
			"--allow-overwrite=true", "--auto-file-renaming=false", "--file-allocation=none", "--remote-time=false",
		}, nil
	}}
}

// iperf is iperf3 with so many streams, to a server of its own: what the machine carries over
// loopback.
func iperf(at netip.AddrPort, streams int) client {
	return client{
		name: "iperf3",
		argv: func(t turn) ([]string, error) {
			return []string{
				"iperf3", "-c", at.Addr().String(), "-p", fmt.Sprint(at.Port()),
				"-P", strconv.Itoa(streams), "-n", fmt.Sprintf("%dG", t.units), "-J",
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
