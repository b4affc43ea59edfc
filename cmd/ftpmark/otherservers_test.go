//go:build linux

package main

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// otherServer is a less known server and what it has. Whatever curl and lftp do there
// ftpmark does without a failure.
type otherServer struct {
	kind servers.Kind
	// addr is where it listens; zero for an own 127.x.y.z. Twisted's active connections
	// come from 127.0.0.1 wherever it is reached.
	addr  netip.Addr
	modes []string
	ops   []string
	lacks []string // modes that it does not know
}

func otherServers() []otherServer {
	bsd := []string{"retr", "stor", "appe", "list", "nlst", "dele", "rename", "mkd", "rmd", "size", "noop", "login"}
	all := []string{"passive", "active", "epsv", "pasv", "eprt", "port"}
	return []otherServer{
		{servers.Twisted, netip.MustParseAddr("127.0.0.1"), []string{"passive", "active", "pasv", "port"},
			// NLST without an argument is a syntax error to it, for curl and lftp as well.
			[]string{"retr", "stor", "list", "dele", "rename", "mkd", "rmd", "size", "noop", "login"}, []string{"epsv", "eprt"}},
		{servers.Aioftp, netip.Addr{}, []string{"passive", "epsv", "pasv"},
			// It ends MLSD with 200, which is no success of a transfer, to curl neither.
			[]string{"retr", "stor", "appe", "list", "dele", "rename", "mkd", "rmd", "login"}, []string{"active", "eprt", "port"}},
		{servers.Inetutils, netip.Addr{}, all, bsd, nil},
		{servers.NetkitSSL, netip.Addr{}, all, bsd, nil},
	}
}

// movesData says whether an operation has a data connection, and so a mode.
func movesData(op string) bool {
	return slices.Contains([]string{"retr", "stor", "appe", "list", "mlsd", "nlst"}, op)
}

// few are the flags of most runs here: enough to meet a server's oddities, and quick.
func few(more ...string) []string {
	return append([]string{"-c", "2", "-n", "12", "--size", "4KiB", "--reply-timeout", "15s", "--accept-timeout", "15s"}, more...)
}

// flawless runs `run` and wants n good operations in each of its series, no failure,
// nothing said to be missing, and nothing left in the folder.
func flawless(t *testing.T, server *servers.Server, n int64, args ...string) (*summary.Summary, outcome) {
	t.Helper()
	s, _, o := measured(t, server.Pass, args...)
	if o.code != exitFine || s.Status != summary.Complete || len(s.Errors) > 0 || len(s.Missing) > 0 {
		t.Errorf("%q: exit %d, status %s, missing %q, errors %+v, stderr\n%s", args, o.code, s.Status, s.Missing, s.Errors, o.stderr)
	}
	if len(s.Series) == 0 {
		t.Errorf("%q: no series", args)
	}
	for i := range s.Series {
		if x := &s.Series[i]; x.OK != n || x.Failed+x.Unfinished+x.Dropped != 0 {
			t.Errorf("%q: %s: %d ok, %d failed, %d unfinished, %d dropped; want %d ok", args, x.Variant, x.OK, x.Failed, x.Unfinished, x.Dropped, n)
		}
	}
	emptyFolder(t, server.DataDir)
	return s, o
}

// TestOtherServersHaveNoFailures: every operation in every mode that the server has,
// aliases included.
func TestOtherServersHaveNoFailures(t *testing.T) {
	t.Parallel()
	for _, c := range otherServers() {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Addr: c.addr})
			otherClients(t, server, c.modes)
			for _, op := range c.ops {
				args := few(server.URL(), "--op", op)
				if movesData(op) {
					args = append(args, modeFlags(c.modes...)...)
				}
				s, _ := flawless(t, server, 12, args...)
				if want := len(c.modes); movesData(op) && len(s.Series) != want {
					t.Errorf("%s: %d series, want %d", op, len(s.Series), want)
				}
			}
		})
	}
}

// otherClients has curl and lftp move a file both ways in each mode: the server can.
func otherClients(t *testing.T, server *servers.Server, modes []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(strings.Repeat("content", 600)), 0o644); err != nil {
		t.Fatal(err)
	}
	passive := slices.Contains(modes, "passive")
	for _, mode := range modes {
		options, ok := map[string][]string{
			"passive": {}, "pasv": {"--disable-epsv"}, "active": {"--ftp-port", "-"}, "port": {"--ftp-port", "-", "--disable-eprt"},
		}[mode]
		if !ok {
			continue // curl has no strict epsv or eprt
		}
		for _, direction := range [][]string{{"-T", file, server.URL() + "curl"}, {"-o", os.DevNull, server.URL() + "curl"}} {
			args := append(append([]string{"-sS", "--max-time", "30"}, options...), direction...)
			if out, err := exec.Command("curl", args...).CombinedOutput(); err != nil {
				t.Errorf("curl, %s: %v %s", mode, err, out)
			}
		}
	}
	lftp(t, server.URL(), passive, "put "+file+" -o lftp; get -c lftp -o "+file+"; cls -l; mv lftp renamed; rm renamed; rm curl")
	for _, name := range []string{"curl", "lftp", "renamed"} { // what a failed client left is not ftpmark's
		if err := os.Remove(filepath.Join(server.DataDir, name)); err == nil {
			t.Errorf("the other clients left %s", name)
		}
	}
}

// lftp runs commands in a session of lftp, which ends at the first that fails. TLS is
// off: netkit's answers AUTH with 234 also where it has no certificate.
func lftp(t *testing.T, url string, passive bool, commands string) {
	t.Helper()
	mode := "no"
	if passive {
		mode = "yes"
	}
	cmd := exec.Command("lftp", "-c", "set cmd:fail-exit yes; set ftp:ssl-allow no; set net:timeout 10; set net:max-retries 1; set ftp:passive-mode "+mode+"; open "+url+"; "+commands)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("lftp %s: %v %s", commands, err, out)
	}
}

// TestOtherServersLackModes: a strict mode that a server does not know fails at once,
// with the command and the reply, and with a way out that helps.
func TestOtherServersLackModes(t *testing.T) {
	t.Parallel()
	for _, c := range otherServers() {
		if len(c.lacks) == 0 {
			continue
		}
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Addr: c.addr})
			for _, mode := range c.lacks {
				began := time.Now()
				o := executed(append([]string{"run", "-o", filepath.Join(t.TempDir(), "r.jsonl"), "--mode", mode}, few(server.URL())...)...)
				verb := strings.ToUpper(mode)
				if mode == "active" {
					verb = "EPRT" // and then PORT
				}
				all := o.stdout + o.stderr
				if o.code != exitFailed || !strings.Contains(all, verb) || !strings.Contains(all, "502") || !strings.Contains(all, "--mode") {
					t.Errorf("%s: exit %d, without %s, 502 or a way out:\n%s", mode, o.code, verb, all)
				}
				for _, wrong := range []string{"firewall", "--active-address", "password"} {
					if strings.Contains(o.stderr, wrong) || strings.Contains(o.stdout, "hint: the server's connection") {
						t.Errorf("%s: it sends one to %q:\n%s", mode, wrong, all)
					}
				}
				if took := time.Since(began); took > 20*time.Second {
					t.Errorf("%s: it took %v", mode, took)
				}
				emptyFolder(t, server.DataDir)
			}
		})
	}
}

// TestActiveConnectionsFromElsewhere: Twisted, as busybox's ftpd, leaves it to the kernel
// where an active connection comes from. curl takes it; ftpmark refuses a stranger, says
// who came, and takes it when told to.
func TestActiveConnectionsFromElsewhere(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Twisted, servers.Options{}) // at an own 127.x.y.z
	curl := []string{"-sS", "--max-time", "30", "--ftp-port", "-", "-o", os.DevNull, server.URL()}
	if out, err := exec.Command("curl", curl...).CombinedOutput(); err != nil {
		t.Errorf("curl: %v %s", err, out)
	}
	for _, op := range []string{"retr", "stor", "list"} {
		file := filepath.Join(t.TempDir(), "r.jsonl")
		o := executed(append([]string{"run", "-o", file, "--mode", "port", "--op", op}, few(server.URL(), "-n", "2", "-c", "1", "--accept-timeout", "2s", "--reply-timeout", "4s")...)...)
		all := o.stdout + o.stderr
		for _, want := range []string{"127.0.0.1", "--active-peer any"} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: exit %d and no %q in\n%s", op, o.code, want, all)
			}
		}
		if o.code != exitFailed || strings.Contains(all, "a firewall or NAT") {
			t.Errorf("%s: exit %d, or a firewall is blamed:\n%s", op, o.code, all)
		}
		emptyFolder(t, server.DataDir)

		for _, mode := range []string{"port", "active"} {
			s, _ := flawless(t, server, 12, few(server.URL(), "--op", op, "--mode", mode, "--active-peer", "any")...)
			if !says(s, "--active-peer any") {
				t.Errorf("%s: the report does not say that --active-peer any held: %q, %q", op, s.Notes, s.Warnings)
			}
		}
	}
}

// says reports whether a note or a warning of the report holds the words.
func says(s *summary.Summary, words string) bool {
	return strings.Contains(strings.Join(slices.Concat(s.Notes, s.Warnings), "\n"), words)
}

// TestPendingDataPortIsNotLeft: Twisted answers nothing for 10 s after a PASV whose port
// nobody connects to, and then 550. An alias is resolved all the same, preparation and
// clean-up of control-only loads too, and no session loses that time.
func TestPendingDataPortIsNotLeft(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Twisted, servers.Options{Addr: netip.MustParseAddr("127.0.0.1")})
	for _, args := range [][]string{
		{"--mode", "passive", "-c", "4"}, {"--mode", "passive", "--op", "stor"}, {"--op", "dele"}, {"--op", "rename"},
	} {
		s, _ := flawless(t, server, 12, few(append([]string{server.URL()}, args...)...)...)
		for i := range s.Series {
			if l := s.Series[i].Latency[stats.Service]; l == nil || time.Duration(l.Max) > 9*time.Second {
				t.Errorf("%q: service %+v", args, l)
			}
		}
	}
}
