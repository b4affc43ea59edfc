package workers

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
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

// TestEveryOperationOnRealServers runs every operation on every server, in
// passive and active mode, in the clear and over TLS, and over IPv6.
func TestEveryOperationOnRealServers(t *testing.T) {
	block := testBlock(t)
	for _, kind := range servers.Kinds() {
		for _, c := range []struct {
			name     string
			security servers.TLSMode
			addr     netip.Addr
			modes    []profiles.Mode
		}{
			{"plain", servers.Off, netip.Addr{}, strictModes()},
			{"explicit", servers.Explicit, netip.Addr{}, []profiles.Mode{profiles.EPSV, profiles.EPRT}},
			{"IPv6", servers.Off, netip.IPv6Loopback(), []profiles.Mode{profiles.EPSV, profiles.EPRT}},
		} {
			t.Run(fmt.Sprint(kind, "/", c.name), func(t *testing.T) {
				t.Parallel()
				server := servers.Start(t, kind, servers.Options{
					TLS: c.security, Addr: c.addr, RequireReuse: c.security != servers.Off && requiresReuse(kind),
				})
				raw := openRaw(t, server)
				for _, mode := range c.modes {
					t.Run(string(mode), func(t *testing.T) {
						everyOperation(t, operating{t, server, openReal(t, server, c.security, mode), raw, block})
					})
				}
				if left, err := os.ReadDir(server.DataDir); err != nil || len(left) > 0 {
					t.Errorf("left behind: %v (%v)", left, err)
				}
			})
		}
	}
}

// openReal opens a session with a real server.
func openReal(t *testing.T, server *servers.Server, security servers.TLSMode, mode profiles.Mode) *Session {
	t.Helper()
	clock := stats.NewClock(time.Now())
	var s *Session
	var err error
	if security == servers.Off {
		s, err = Open(context.Background(), Config{
			Wire:        wire.Config{Target: server.Addr, Clock: clock},
			Credentials: profiles.Credentials{User: server.User, Password: server.Pass}, Mode: mode,
		})
	} else {
		s, err = tlsSession(t, server, clock, security, mode, tls.VersionTLS13, wire.ReuseAuto)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// operating is one session's way through the operations.
type operating struct {
	*testing.T
	server *servers.Server
	s      *Session
	raw    rawClient // to hold listings against
	block  *mover.Block
}

// do runs a job that must come out with the given code, 0 for success, and move
// so many bytes.
func (o operating) do(j Job, code int, bytes int64) *stats.Sample {
	o.Helper()
	var moved byteMeter
	j.Meter = &moved
	if j.Upload != nil {
		j.Upload.Meter = &moved
	}
	sample := o.s.Do(&j)
	what := fmt.Sprintf("%s %q from %d", j.Op, j.Path, j.From)
	switch f := sample.Failure; {
	case code == 0 && f != nil:
		o.Fatalf("%s: %v", what, f)
	case code != 0 && f == nil:
		o.Fatalf("%s: taken for a success", what)
	case code != 0 && (f.Code != code || f.Class != stats.ClassReply):
		o.Errorf("%s: %+v, want code %d", what, f, code)
	}
	if sample.Bytes != bytes || int64(moved) != bytes {
		o.Errorf("%s: %d bytes, metered %d, want %d", what, sample.Bytes, moved, bytes)
	}
	if sample.SizeUnverified {
		o.Errorf("%s: the size is said to be unverified", what)
	}
	if !o.s.Usable() {
		o.Fatalf("%s: the session is lost", what)
	}
	return sample
}

// upload is size bytes of a file's content, from an offset of the file.
func (o operating) upload(from, size int64) *wire.Upload {
	return &wire.Upload{Block: o.block, Offset: phase + from, Size: size}
}

// phase is where in the block the content of the test's file begins.
const phase = mover.BlockSize - 300

// everyOperation makes a directory and files, looks at them in every way, and
// removes them.
func everyOperation(t *testing.T, o operating) {
	kind := o.server.Kind
	o.do(Job{Op: stats.Noop}, 0, 0)
	o.do(Job{Op: stats.Mkd, Path: "dir"}, 0, 0)
	o.do(Job{Op: stats.Mkd, Path: "dir"}, 550, 0)

	// A file that comes in three parts, and reads as one.
	o.do(Job{Op: stats.Stor, Path: "dir/file", Upload: o.upload(0, 1000), VerifySize: true, Total: 1000}, 0, 1000)
	o.do(Job{Op: stats.Stor, Path: "dir/file", From: 1000, Upload: o.upload(1000, 200_000), VerifySize: true, Total: 201_000}, 0, 200_000)
	o.do(Job{Op: stats.Appe, Path: "dir/file", Upload: o.upload(201_000, 0), VerifySize: true, Total: 201_000}, 0, 0)
	o.do(Job{Op: stats.Appe, Path: "dir/file", Upload: o.upload(201_000, 500), VerifySize: true, Total: 201_500}, 0, 500)
	o.do(Job{Op: stats.Appe, Path: "dir/second file", Upload: o.upload(0, 0), VerifySize: true, Total: 0}, 0, 0)
	o.do(Job{Op: stats.Size, Path: "dir/file", Want: 201_500}, 0, 0)
	for _, from := range []int64{0, 700, 201_499, 201_500} {
		left := 201_500 - from
		expect := &mover.Expect{Block: o.block, Offset: phase + from, Size: left}
		sample := o.do(Job{Op: stats.Retr, Path: "dir/file", From: from, Want: left, Expect: expect}, 0, left)
		if want := 2 + int(min(from, 1)); sample.Commands != want {
			t.Errorf("%d commands from %d, want %d", sample.Commands, from, want)
		}
	}
	// Other content than expected is told, and the session goes on.
	wrong := o.s.Do(&Job{Op: stats.Retr, Path: "dir/file", Want: 201_500, Meter: new(byteMeter), Expect: &mover.Expect{Block: o.block, Offset: phase + 1, Size: 201_500}})
	if f := wrong.Failure; f == nil || f.Phase != stats.Payload || f.Class != stats.ClassCorrupt || !o.s.Usable() {
		t.Errorf("other content: %+v, usable %v", f, o.s.Usable())
	}

	for _, op := range []stats.Op{stats.List, stats.Mlsd, stats.Nlst} {
		if op == stats.Mlsd && kind == servers.Vsftpd {
			o.do(Job{Op: op, Path: "dir"}, 500, 0)
			continue
		}
		verb := strings.ToUpper(op.String())
		o.do(Job{Op: op, Path: "dir"}, 0, o.raw.listing(verb+" dir"))
		o.do(Job{Op: op}, 0, o.raw.listing(verb))
	}

	o.do(Job{Op: stats.Rename, Path: "dir/file", To: "dir/other"}, 0, 0)
	o.do(Job{Op: stats.Rename, Path: "dir/file", To: "dir/third"}, 550, 0)
	o.do(Job{Op: stats.Size, Path: "dir/file", Want: -1}, 550, 0)
	o.do(Job{Op: stats.Retr, Path: "dir/file", Want: 1}, 550, 0)
	o.do(Job{Op: stats.Retr, Path: "dir/file", From: 100, Want: 1}, 550, 0)
	// The offset of a transfer that was refused must not come back.
	o.do(Job{Op: stats.Retr, Path: "dir/other", Want: 201_500}, 0, 201_500)
	o.do(Job{Op: stats.Rmd, Path: "dir"}, 550, 0)
	o.do(Job{Op: stats.Dele, Path: "dir/other"}, 0, 0)
	o.do(Job{Op: stats.Dele, Path: "dir/other"}, 550, 0)
	o.do(Job{Op: stats.Dele, Path: "dir/second file"}, 0, 0)
	for _, op := range []stats.Op{stats.List, stats.Nlst} { // of nothing
		if op == stats.Nlst && kind == servers.Pyftpdlib && o.server.TLS != servers.Off {
			// Its NLST of nothing mostly ends without close_notify, which
			// cannot be told from one that was cut off.
			continue
		}
		o.do(Job{Op: op, Path: "dir"}, 0, o.raw.listing(strings.ToUpper(op.String())+" dir"))
	}
	o.do(Job{Op: stats.Rmd, Path: "dir"}, 0, 0)
	o.do(Job{Op: stats.Noop}, 0, 0)
}

// rawClient is as plain a client as can be: passive and in the clear, which
// every server allows.
type rawClient struct {
	*testing.T
	*textproto.Conn
	host string
}

func openRaw(t *testing.T, server *servers.Server) rawClient {
	t.Helper()
	conn, err := textproto.Dial("tcp", server.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := rawClient{t, conn, server.Addr.Addr().String()}
	c.say(2, "")
	c.say(3, "USER "+server.User)
	c.say(2, "PASS "+server.Pass)
	c.say(2, "TYPE I")
	return c
}

// say sends a line, if there is one, and reads a reply of that class.
func (c rawClient) say(want int, line string) string {
	c.Helper()
	if line != "" {
		if err := c.PrintfLine("%s", line); err != nil {
			c.Fatal(err)
		}
	}
	code, text, err := c.ReadResponse(0)
	if err != nil || code/100 != want {
		c.Fatalf("%q was answered with %d %s (%v)", line, code, text, err)
	}
	return text
}

// listing returns how many bytes a listing has.
func (c rawClient) listing(command string) int64 {
	c.Helper()
	_, at, _ := strings.Cut(c.say(2, "EPSV"), "|||")
	port, _, _ := strings.Cut(at, "|")
	data, err := net.Dial("tcp", net.JoinHostPort(c.host, port))
	if err != nil {
		c.Fatal(err)
	}
	c.say(1, command)
	n, err := io.Copy(io.Discard, data)
	if err != nil {
		c.Fatal(err)
	}
	_ = data.Close() // ProFTPD waits for it with its 226
	c.say(2, "")
	return n
}

// TestLoginOnRealServers measures log-ins, in the clear and over TLS.
func TestLoginOnRealServers(t *testing.T) {
	for _, kind := range servers.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, kind, servers.Options{TLS: servers.Explicit})
			clock := stats.NewClock(time.Now())
			for _, secured := range []wire.TLS{{}, {Security: wire.Explicit, Config: &tls.Config{InsecureSkipVerify: true, ServerName: "x"}}} {
				cfg := Config{
					Wire:        wire.Config{Target: server.Addr, Clock: clock, TLS: secured},
					Credentials: profiles.Credentials{User: server.User, Password: server.Pass},
				}
				for range 3 {
					sample := Login(context.Background(), cfg, 0)
					u, m := sample.SetUp, sample.Moments
					if sample.Failure != nil {
						t.Fatal(sample.Failure)
					}
					if sum := u.Connect + u.Greeting + u.TLS + u.Login + u.Setup; sum != m[stats.T8].Sub(m[stats.T1]) {
						t.Errorf("%+v does not add up to %v", u, m[stats.T8].Sub(m[stats.T1]))
					}
					if (u.TLS > 0) != (secured.Config != nil) || u.Connect <= 0 || u.Greeting <= 0 || u.Login <= 0 || sample.Commands < 3 {
						t.Errorf("%+v", sample)
					}
				}
				cfg.Credentials.Password = "wrong"
				if f := Login(context.Background(), cfg, 0).Failure; f == nil || f.Phase != stats.LoginDone || f.Code != 530 {
					t.Errorf("a wrong password: %+v", f)
				}
			}
		})
	}
}

// TestForbiddenResumeHasAHint has ProFTPD refuse what it refuses by default.
func TestForbiddenResumeHasAHint(t *testing.T) {
	server := servers.Start(t, servers.ProFTPD, servers.Options{
		Extra: []string{"<Directory /*>", "AllowStoreRestart off", "</Directory>"},
	})
	if err := server.WriteFile("file", make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	s := openReal(t, server, servers.Off, profiles.EPRT)
	for _, op := range []stats.Op{stats.Stor, stats.Appe} {
		job := jobOf(op, "file", 10, testBlock(t), new(byteMeter))
		job.From = 100
		f := s.Do(job).Failure
		if f == nil || f.Phase != stats.Command || !strings.Contains(f.Hint, "resum") || !s.Usable() {
			t.Errorf("%s: %+v", op, f)
		}
	}
}
