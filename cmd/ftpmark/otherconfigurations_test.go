//go:build linux

package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// TestDeniedVerbs: vsftpd says 550 to what it is told to deny. The aliases fall back,
// a strict mode fails with what was said, and nobody is sent to look at directories.
func TestDeniedVerbs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		denied, alias, strict string
		uses                  stats.Mode
	}{{"EPSV", "passive", "epsv", stats.PASV}, {"EPRT", "active", "eprt", stats.PORT}} {
		t.Run(c.denied, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{"cmds_denied=" + c.denied}})
			curlWrites(t, server)
			for _, op := range []string{"retr", "stor", "appe", "list", "nlst"} {
				s, _ := flawless(t, server, 12, few(server.URL(), "--op", op, "--mode", c.alias)...)
				if len(s.Series) != 1 || s.Series[0].Mode != c.uses {
					t.Errorf("%s: %s is not %s: %+v", op, c.alias, c.uses, s.Series)
				}
			}
			for _, op := range []string{"dele", "rename"} { // whose preparation moves data
				flawless(t, server, 12, few(server.URL(), "--op", op)...)
			}
			o := executed(append([]string{"run", "-o", filepath.Join(t.TempDir(), "r.jsonl")}, few(server.URL(), "--mode", c.strict)...)...)
			all := o.stdout + o.stderr
			if o.code != exitFailed || !strings.Contains(all, c.denied) || !strings.Contains(all, "550 Permission denied") || strings.Contains(all, "may write to") {
				t.Errorf("%s: exit %d,\n%s", c.strict, o.code, all)
			}
			emptyFolder(t, server.DataDir)
		})
	}
}

// curlWrites has curl write a file and delete it.
func curlWrites(t *testing.T, server *servers.Server, options ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-sS", "--max-time", "30", "-T", file, server.URL() + "curl", "-Q", "-DELE curl"}, options...)
	if out, err := exec.Command("curl", args...).CombinedOutput(); err != nil {
		t.Errorf("curl %q: %v %s", options, err, out)
	}
}

// limitedServer is a server that lets in a number of sessions.
type limitedServer struct {
	name    string
	kind    servers.Kind
	options servers.Options
	most    int
	code    int
	cause   string
	words   string // of the server's refusal
}

func limitedServers() []limitedServer {
	return []limitedServer{
		{"vsftpd, max_per_ip", servers.Vsftpd, servers.Options{MaxPerIP: 3}, 3, 421, resultfile.CausePerAddress, "too many connections from your internet address"},
		{"vsftpd, max_clients", servers.Vsftpd, servers.Options{MaxClients: 1}, 1, 421, resultfile.CauseTooMany, "too many connected users"},
		{"ProFTPD, MaxClients", servers.ProFTPD, servers.Options{MaxClients: 3}, 3, 530, resultfile.CauseTooMany, "maximum number of allowed clients (3)"},
		// The other limit is there for the scoreboard, by which both are counted.
		{"ProFTPD, MaxClientsPerUser", servers.ProFTPD, servers.Options{MaxClients: 1000, Extra: []string{"MaxClientsPerUser 3"}}, 3, 530, resultfile.CauseTooMany, "maximum number of clients (3) for this user"},
		{"Pure-FTPd, three ports", servers.PureFTPd, servers.Options{PassivePorts: [2]uint16{10000, 10002}}, 1, 421, resultfile.CauseTooMany, "1 users (the maximum)"},
	}
}

// TestServersWithFewPlaces: a place that the server has not freed yet is waited for,
// wherever a session is opened; one session too many is told as that limit, with the
// server's words and number. Nothing stays on the server.
func TestServersWithFewPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range limitedServers() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, c.options)
			for range 2 { // the second follows the first at once
				curlWrites(t, server)
			}
			began := time.Now()
			for _, args := range [][]string{{}, {"--op", "stor"}, {"--op", "dele"}} {
				flawless(t, server, 12, append(few(append([]string{server.URL()}, args...)...), "-c", fmt.Sprint(c.most))...)
			}
			if o := executed("explain", server.URL(), "--size", "4KiB", "--mode", "passive,active"); o.code != exitFine {
				t.Errorf("explain: exit %d, stderr\n%s", o.code, o.stderr)
			}
			emptyFolder(t, server.DataDir)
			if took := time.Since(began); took > 40*time.Second {
				t.Errorf("it took %v", took)
			}
			c.oneTooMany(t, server)
		})
	}
}

// oneTooMany asks for more sessions than there are places.
func (c limitedServer) oneTooMany(t *testing.T, server *servers.Server) {
	t.Helper()
	o := executed(append([]string{"run", "-o", filepath.Join(t.TempDir(), "r.jsonl"), "--mode", "passive"}, few(server.URL(), "-c", fmt.Sprint(c.most+2))...)...)
	text := strings.Join(strings.Fields(o.stderr), " ")
	for _, want := range []string{fmt.Sprintf("only %d of %d", c.most, c.most+2), fmt.Sprint(c.code), c.words} {
		if !strings.Contains(text, want) {
			t.Errorf("exit %d, and it does not say %q:\n%s", o.code, want, o.stderr)
		}
	}
	for _, wrong := range []string{"check the user", "the password"} {
		if strings.Contains(o.stdout+o.stderr, wrong) {
			t.Errorf("a limit is told as %q:\n%s%s", wrong, o.stdout, o.stderr)
		}
	}
	emptyFolder(t, server.DataDir)
}

// TestCapacityOfServersWithThreePlaces: three is found, and told as the server's limit.
func TestCapacityOfServersWithThreePlaces(t *testing.T) {
	t.Parallel()
	for _, c := range limitedServers() {
		if c.most < 3 {
			continue // a search begins with one session, and ends there
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // four sessions that mostly think: nobody is in the other's way
			server := servers.Start(t, c.kind, c.options)
			r, o := capacityOf(t, server.URL(), "--mode", "epsv", "--size", "1KiB", "--most", "16", "--think", "20ms")
			c.checkCapacity(t, r, o)
			emptyFolder(t, server.DataDir)
		})
	}
}

func (c limitedServer) checkCapacity(t *testing.T, r *capacity.Report, o outcome) {
	t.Helper()
	x := r.Results[0]
	if o.code != exitFine || x.Capacity == nil || *x.Capacity != float64(c.most) || !x.Confirmed || x.Limit == nil {
		t.Fatalf("exit %d, capacity %v, limit %+v, %s, stderr %s", o.code, x.Capacity, x.Limit, x.Headline, o.stderr)
	}
	l := x.Limit
	if l.Cause != c.cause || l.Code != c.code || l.Level != float64(c.most+1) || !strings.Contains(l.Text, c.words) {
		t.Errorf("%+v; want %s, %d %q at %d", l, c.cause, c.code, c.words, c.most+1)
	}
	// Other source addresses are a way out of a limit per address, and of no other.
	if strings.Contains(l.Hint, "--source") != (c.cause == resultfile.CausePerAddress) || strings.Contains(l.Hint, "password") {
		t.Errorf("hint %q", l.Hint)
	}
	if !strings.Contains(x.Headline, fmt.Sprint(c.most)) {
		t.Errorf("headline %q", x.Headline)
	}
}

// TestServerOutOfPassivePorts: vsftpd's 500 to EPSV is no unknown verb when it says that it
// cannot bind, and it ends the session.
func TestServerOutOfPassivePorts(t *testing.T) {
	t.Parallel()
	const port = 10000
	server := servers.Start(t, servers.Vsftpd, servers.Options{PassivePorts: [2]uint16{port, port}})
	curlWrites(t, server) // so with the port free it is a server as any
	taken, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(server.Addr.Addr(), port)))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, mode := range []string{"epsv", "pasv", "passive"} {
		began := time.Now()
		o := executed(append([]string{"run", "-o", filepath.Join(t.TempDir(), "r.jsonl"), "--mode", mode}, few(server.URL())...)...)
		all := strings.Join(strings.Fields(o.stdout+o.stderr), " ")
		if o.code != exitFailed || !strings.Contains(all, "500 OOPS: vsf_sysutil_bind") || !strings.Contains(all, "passive ports") {
			t.Errorf("%s: exit %d,\n%s%s", mode, o.code, o.stdout, o.stderr)
		}
		for _, wrong := range []string{"does not know", "knows neither", "firewall"} {
			if strings.Contains(all, wrong) {
				t.Errorf("%s: it says %q:\n%s%s", mode, wrong, o.stdout, o.stderr)
			}
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s: it took %v", mode, took)
		}
		emptyFolder(t, server.DataDir)
	}
	// The active modes need no port of the server's, nor does their preparation.
	flawless(t, server, 12, few(server.URL(), "--mode", "active", "--op", "stor")...)
}
