package workers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// tlsCell is one cell of the matrix of servers.
type tlsCell struct {
	kind     servers.Kind
	security servers.TLSMode
	version  uint16
	mode     profiles.Mode
	op       stats.Op
	size     int64
}

func (c tlsCell) String() string {
	return fmt.Sprintf("%s/%s/%s/%s/%s/%d", c.kind, c.security, tls.VersionName(c.version), c.mode, c.op, c.size)
}

// requiresReuse reports whether the server can insist that data connections
// resume their control connection's session.
func requiresReuse(k servers.Kind) bool { return k == servers.Vsftpd || k == servers.ProFTPD }

// tlsCells returns the whole matrix.
func tlsCells() (cells []tlsCell) {
	for _, kind := range servers.Kinds() {
		for _, security := range []servers.TLSMode{servers.Explicit, servers.Implicit} {
			if security == servers.Implicit && kind == servers.PureFTPd {
				continue // it has none
			}
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				for _, mode := range strictModes() {
					for _, t := range []struct {
						op   stats.Op
						size int64
					}{{stats.Retr, 3 << 20}, {stats.Stor, 3 << 20}, {stats.Stor, 0}, {stats.Retr, 64 << 20}, {stats.Stor, 64 << 20}} {
						cells = append(cells, tlsCell{kind, security, version, mode, t.op, t.size})
					}
				}
			}
		}
	}
	return cells
}

// tlsSession opens a session with a real server.
func tlsSession(tb testing.TB, server *servers.Server, clock stats.Clock, security servers.TLSMode, mode profiles.Mode, version uint16, reuse wire.Reuse) (*Session, error) {
	tb.Helper()
	pem, err := os.ReadFile(server.CACert)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		tb.Fatal("no certificate")
	}
	secured := wire.TLS{
		Security: wire.Explicit, Reuse: reuse,
		Config: &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: version, MaxVersion: version},
	}
	if security == servers.Implicit {
		secured.Security = wire.Implicit
	}
	return Open(context.Background(), Config{
		Wire:        wire.Config{Target: server.Addr, Clock: clock, TLS: secured},
		Credentials: profiles.Credentials{User: server.User, Password: server.Pass},
		Mode:        mode,
	})
}

// TestTLSOnRealServers runs cells of the matrix: those that together hold every
// pair of values, or all of them with FTPMARK_TEST_FULL set.
func TestTLSOnRealServers(t *testing.T) {
	block := testBlock(t)
	clock := stats.NewClock(time.Now())
	byServer := map[string][]tlsCell{}
	chosen := tlsCells()
	if os.Getenv("FTPMARK_TEST_FULL") == "" {
		chosen = pairwise(chosen)
	}
	for _, c := range chosen {
		key := fmt.Sprint(c.kind, "/", c.security)
		byServer[key] = append(byServer[key], c)
	}
	for key, cells := range byServer {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, cells[0].kind, servers.Options{TLS: cells[0].security, RequireReuse: requiresReuse(cells[0].kind)})
			for _, c := range cells {
				t.Run(c.String(), func(t *testing.T) { c.run(t, server, clock, block) })
			}
		})
	}
}

// run runs one cell on its server: every byte arrives, and a server that insists
// on resumption sees nothing else.
func (c tlsCell) run(t *testing.T, server *servers.Server, clock stats.Clock, block *mover.Block) {
	reuse := wire.ReuseAuto
	if requiresReuse(c.kind) {
		reuse = wire.ReuseRequired
	}
	s, err := tlsSession(t, server, clock, c.security, c.mode, c.version, reuse)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.Secured(); got.Version != tls.VersionName(c.version) || got.CipherSuite == "" {
		t.Errorf("secured with %+v", got)
	}
	name := fmt.Sprintf("file-%d", c.size)
	var n byteMeter
	if c.op == stats.Retr {
		if f := s.Do(jobOf(stats.Stor, name, c.size, block, &n)).Failure; f != nil {
			t.Fatalf("uploading the file: %v", f)
		}
	}
	for range 3 {
		n = 0
		var sample *stats.Sample
		if c.op == stats.Retr {
			sample = s.Do(jobOf(stats.Retr, name, c.size, nil, &n))
		} else {
			sample = s.Do(jobOf(stats.Stor, name, c.size, block, &n))
		}
		if sample.Failure != nil {
			t.Fatalf("%v", sample.Failure)
		}
		if sample.Bytes != c.size || int64(n) != c.size {
			t.Errorf("%d bytes, metered %d, want %d", sample.Bytes, n, c.size)
		}
		if sample.Handshake <= 0 || requiresReuse(c.kind) && !sample.Resumed {
			t.Errorf("handshake %v, resumed %v", sample.Handshake, sample.Resumed)
		}
	}
	if size, known, err := s.FileSize(name); err != nil || known && size != c.size {
		t.Errorf("the server has %d bytes, want %d (%v)", size, c.size, err)
	}
}

// values are what a cell takes in each dimension.
func (c tlsCell) values() []string {
	return []string{
		string(c.kind) + c.security.String(), tls.VersionName(c.version), string(c.mode), fmt.Sprint(c.op, c.size),
	}
}

// pairwise returns cells that together hold every pair of values of different
// dimensions that occurs in all of them: each in turn the one that adds most.
func pairwise(cells []tlsCell) (chosen []tlsCell) {
	missing := map[string]bool{}
	pairs := func(c tlsCell) (keys []string) {
		v := c.values()
		for i := range v {
			for j := range i {
				keys = append(keys, fmt.Sprint(j, v[j], "+", i, v[i]))
			}
		}
		return keys
	}
	for _, c := range cells {
		for _, p := range pairs(c) {
			missing[p] = true
		}
	}
	for len(missing) > 0 {
		best, adds := 0, -1
		for i, c := range cells {
			n := 0
			for _, p := range pairs(c) {
				if missing[p] {
					n++
				}
			}
			if n > adds {
				best, adds = i, n
			}
		}
		chosen = append(chosen, cells[best])
		for _, p := range pairs(cells[best]) {
			delete(missing, p)
		}
	}
	return chosen
}

// TestReuseRefusedHasItsPhase does without resumption where the server insists.
func TestReuseRefusedHasItsPhase(t *testing.T) {
	block := testBlock(t)
	for _, kind := range []servers.Kind{servers.Vsftpd, servers.ProFTPD} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(fmt.Sprint(kind, "/", tls.VersionName(version)), func(t *testing.T) {
				t.Parallel()
				server := servers.Start(t, kind, servers.Options{TLS: servers.Explicit, RequireReuse: true})
				if err := server.WriteFile("file", make([]byte, 1<<20)); err != nil {
					t.Fatal(err)
				}
				for _, mode := range strictModes() {
					for _, op := range []stats.Op{stats.Retr, stats.Stor} {
						s, err := tlsSession(t, server, stats.NewClock(time.Now()), servers.Explicit, mode, version, wire.ReuseOff)
						if err != nil {
							t.Fatal(err)
						}
						var n byteMeter
						var sample *stats.Sample
						if op == stats.Retr {
							sample = s.Do(jobOf(stats.Retr, "file", 1<<20, nil, &n))
						} else {
							sample = s.Do(jobOf(stats.Stor, "up", 1<<20, block, &n))
						}
						f := sample.Failure
						s.Close()
						if f == nil {
							t.Errorf("%s %s: taken for a success", mode, op)
							continue
						}
						if f.Phase != stats.DataTLS || f.Code != 522 && f.Code != 425 || !strings.Contains(f.Hint, "--tls-reuse") {
							t.Errorf("%s %s: %s, code %d, hint %q (%s)", mode, op, f.Phase, f.Code, f.Hint, f.Text)
						}
					}
				}
			})
		}
	}
}
