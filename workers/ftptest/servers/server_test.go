//go:build linux

package servers

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// eachKind runs the test for every kind in parallel.
func eachKind(t *testing.T, test func(*testing.T, Kind)) {
	t.Parallel()
	for _, kind := range Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			test(t, kind)
		})
	}
}

func TestServerTransfersAndLogsThem(t *testing.T) {
	for name, addr := range map[string]netip.Addr{"IPv4": {}, "IPv6": netip.IPv6Loopback()} {
		t.Run(name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, kind Kind) {
				s := Start(t, kind, Options{Addr: addr})
				if got := s.Addr.Addr(); !got.IsLoopback() || got.Is4() != (name == "IPv4") {
					t.Errorf("listens on %s", got)
				}
				c := loginRaw(t, s)
				content := strings.Repeat("0123456789abcdef", 4000)
				c.upload("small", content)
				if got := c.download("small"); got != content {
					t.Errorf("downloaded %d bytes that are not the %d uploaded", len(got), len(content))
				}
				if err := s.WriteFile("ours", []byte("abc")); err != nil {
					t.Fatal(err)
				}
				if got := c.download("ours"); got != "abc" {
					t.Errorf("downloaded %q from a file written into DataDir", got)
				}
				c.upload("ours", "over it") // so it belongs to the session's user
				want := []Transfer{
					{Upload: true, Bytes: int64(len(content)), Path: "/small", Complete: true},
					{Upload: false, Bytes: int64(len(content)), Path: "/small", Complete: true},
					{Upload: false, Bytes: 3, Path: "/ours", Complete: true},
					{Upload: true, Bytes: 7, Path: "/ours", Complete: true},
				}
				got, err := s.AwaitTransfers(len(want), 5*time.Second)
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("transfer log: %v, %v\nwant %v", got, err, want)
				}
				checkStop(t, s)
				if after, err := s.Transfers(); err != nil || !reflect.DeepEqual(after, want) {
					t.Errorf("after Stop the transfer log is %v, %v", after, err)
				}
			})
		})
	}
}

// checkStop stops the server, with a session open, and checks that nothing of it is left.
func checkStop(t *testing.T, s *Server) {
	t.Helper()
	all := s.Processes()
	if len(all) < 2 || s.PID() == 0 {
		t.Errorf("processes %v, listener %d", all, s.PID())
	}
	s.Stop()
	for _, pid := range all {
		if alive(pid) {
			t.Errorf("process %d of %v is still there", pid, all)
		}
	}
	if s.PID() != 0 || len(s.Processes()) != 0 {
		t.Errorf("stopped, it has listener %d and processes %v", s.PID(), s.Processes())
	}
	if _, err := os.Stat(s.dir.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the run directory is still there (%v)", err)
	}
	if err := bindable(s.Addr); err != nil {
		t.Errorf("its port is still taken: %v", err)
	}
	if err := s.Restart(0); err == nil {
		t.Error("Restart after Stop did not complain")
	}
	s.Stop() // again: no harm
}

// alive reports whether there is such a process, other than a dead one not waited for.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestServerSpeaksTLS(t *testing.T) {
	for _, mode := range []TLSMode{Explicit, Implicit} {
		t.Run(mode.String(), func(t *testing.T) {
			eachKind(t, func(t *testing.T, kind Kind) {
				if kind == PureFTPd && mode == Implicit {
					_, err := start(kind, Options{TLS: mode})
					if err == nil || !strings.Contains(err.Error(), "no implicit TLS") {
						t.Errorf("error %v", err)
					}
					return
				}
				s := Start(t, kind, Options{TLS: mode, RequireReuse: kind == Vsftpd || kind == ProFTPD})
				c := loginRaw(t, s)
				if got := c.conn.(*tls.Conn).ConnectionState().Version; got != tls.VersionTLS13 {
					t.Errorf("both versions offered, and the handshake was %s", tls.VersionName(got))
				}
				content := strings.Repeat("secret", 5000)
				c.upload("file", content)
				if got := c.download("file"); got != content {
					t.Errorf("downloaded %d bytes that are not the %d uploaded", len(got), len(content))
				}
				want := []Transfer{{true, 30000, "/file", true}, {false, 30000, "/file", true}}
				if got, err := s.AwaitTransfers(2, 5*time.Second); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("transfer log: %v, %v", got, err)
				}
			})
		})
	}
}

func TestServerOffersOnlyTheTLSVersionsAskedFor(t *testing.T) {
	for text, want := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(text, func(t *testing.T) {
			eachKind(t, func(t *testing.T, kind Kind) {
				s := Start(t, kind, Options{TLS: Explicit, TLSVersions: text})
				c := loginRaw(t, s)
				if got := c.conn.(*tls.Conn).ConnectionState().Version; got != want {
					t.Errorf("handshake of %s, want %s", tls.VersionName(got), tls.VersionName(want))
				}
				// And the other one is refused.
				other, err := dialRaw(t, s)
				if err != nil {
					t.Fatal(err)
				}
				other.cmd(234, "AUTH TLS")
				conf := s.TLSConfig()
				conf.MinVersion = tls.VersionTLS12 + tls.VersionTLS13 - want
				conf.MaxVersion = conf.MinVersion
				if err := tls.Client(other.conn, conf).Handshake(); err == nil {
					t.Errorf("%s was accepted", tls.VersionName(conf.MinVersion))
				}
			})
		})
	}
}

func TestServerHoldsItsLimits(t *testing.T) {
	limits := map[string]Options{
		"MaxClients": {MaxClients: 2, PassivePorts: [2]uint16{12000, 12003}},
		"MaxPerIP":   {MaxPerIP: 2},
	}
	for name, o := range limits {
		t.Run(name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, kind Kind) {
				s := Start(t, kind, o)
				loginRaw(t, s)
				c := loginRaw(t, s)
				if kind != Pyftpdlib { // where the data connection is one too many
					c.upload("file", "x")
				}
				third, err := dialRaw(t, s)
				want := 421
				if kind == ProFTPD && err == nil {
					want = 530
					third.cmd(331, "USER %s", s.User)
					third.text.Cmd("PASS %s", s.Pass)
					_, _, err = third.text.ReadResponse(230)
				}
				var reply *textproto.Error
				if !errors.As(err, &reply) || reply.Code != want {
					t.Errorf("the third session got %v, want %d", err, want)
				}
			})
		})
	}
}

func TestServerTakesExtraSettings(t *testing.T) {
	extra := map[Kind]string{
		Vsftpd:    "ftpd_banner=hello there",
		ProFTPD:   `ServerIdent on "hello there"`,
		PureFTPd:  "--anonymousonly",
		Pyftpdlib: "banner='hello there'",
	}
	eachKind(t, func(t *testing.T, kind Kind) {
		s := Start(t, kind, Options{Extra: []string{extra[kind]}})
		conn, err := net.Dial("tcp", s.Addr.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		_, greeting, err := textproto.NewConn(conn).ReadResponse(220)
		want := "hello there"
		if kind == PureFTPd {
			want = "anonymous"
		}
		if err != nil || !strings.Contains(greeting, want) {
			t.Errorf("greeting %q, %v, without %q", greeting, err, want)
		}
	})
}

func TestServerComesBackAfterRestart(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		s := Start(t, kind, Options{})
		first, c := s.PID(), loginRaw(t, s)
		c.upload("kept", "content")
		if _, err := s.AwaitTransfers(1, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		s.Kill()
		if _, err := c.text.ReadLine(); err == nil {
			t.Error("the session outlived Kill")
		}
		if conn, err := net.Dial("tcp", s.Addr.String()); err == nil {
			conn.Close()
			t.Error("the listener outlived Kill")
		}
		for logged := 1; logged <= 2; logged++ { // from killed, and from running
			if err := s.Restart(0); err != nil {
				t.Fatal(err)
			}
			if s.PID() == first || s.PID() == 0 {
				t.Errorf("listener %d, as before", s.PID())
			}
			if got := loginRaw(t, s).download("kept"); got != "content" {
				t.Errorf("the file is now %q", got)
			}
			if got, err := s.AwaitTransfers(1+logged, 5*time.Second); err != nil {
				t.Errorf("the log did not go on: %v, %v", got, err)
			}
		}
	})
}

func TestServerLogsWhatWasCutOff(t *testing.T) {
	const size = 64 << 20 // more than the sockets hold
	eachKind(t, func(t *testing.T, kind Kind) {
		s := Start(t, kind, Options{})
		if err := s.WriteFile("big", nil); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(s.DataDir, "big"), size); err != nil {
			t.Fatal(err)
		}
		c := loginRaw(t, s)
		conn := c.data("RETR big")
		if _, err := io.ReadFull(conn, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if kind != PureFTPd { // which may say nothing at all
			c.reply(4)
		}
		got, err := s.AwaitTransfers(1, 5*time.Second)
		if err != nil || len(got) != 1 || got[0].Bytes < 1000 || got[0].Bytes >= size {
			t.Fatalf("transfer log: %v, %v", got, err)
		}
		if want := kind == PureFTPd; got[0].Complete != want {
			t.Errorf("the log says complete: %v, and is known to say %v", got[0].Complete, want)
		}
	})
}

func TestServerStartSaysWhyItCannot(t *testing.T) {
	t.Parallel()
	ftptest.SkipShort(t, "it needs all servers")
	for name, c := range map[string]struct {
		kind  Kind
		o     Options
		wants string
	}{
		"unknown kind":    {"iis", Options{}, `no server kind "iis"`},
		"address":         {Vsftpd, Options{Addr: netip.MustParseAddr("192.0.2.1")}, "192.0.2.1 is not a loopback address"},
		"passive ports":   {Vsftpd, Options{PassivePorts: [2]uint16{9, 8}}, "passive ports 9 to 8"},
		"limit":           {Vsftpd, Options{MaxClients: -1}, "below 0"},
		"reuse":           {Pyftpdlib, Options{RequireReuse: true}, "pyftpdlib cannot require"},
		"versions":        {Vsftpd, Options{TLSVersions: "1.1"}, `"1.1"`},
		"vsftpd's words":  {Vsftpd, Options{Extra: []string{"nonsense=YES"}}, "unrecognised variable in config file: nonsense"},
		"ProFTPD's words": {ProFTPD, Options{Extra: []string{"Nonsense on"}}, "unknown configuration directive 'Nonsense'"},
		"Pure-FTPd's":     {PureFTPd, Options{Extra: []string{"--login", "nonsense"}}, "nonsense"},
		"pyftpdlib's":     {Pyftpdlib, Options{Extra: []string{"banner=nonsense"}}, "malformed node or string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := start(c.kind, c.o)
			if err == nil {
				s.Stop()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.wants) {
				t.Errorf("error %q lacks %q", err, c.wants)
			}
			if s != nil {
				if _, err := os.Stat(s.dir.path); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("the run directory is still there (%v)", err)
				}
			}
		})
	}
}

func TestServerMissingNamesTheRemedy(t *testing.T) {
	ftptest.SkipShort(t, "it needs root")
	t.Setenv("FTPMARK_SERVERS", t.TempDir())
	for _, kind := range []Kind{Vsftpd, ProFTPD, PureFTPd} {
		if _, err := start(kind, Options{}); err == nil || !strings.Contains(err.Error(), "make servers") {
			t.Errorf("%s: error %v", kind, err)
		}
	}
}

func TestServerURL(t *testing.T) {
	s := &Server{Addr: netip.MustParseAddrPort("[::1]:2121"), User: "u", Pass: "p@ss/word"}
	if got, want := s.URL(), "ftp://u:p%40ss%2Fword@[::1]:2121/"; got != want {
		t.Errorf("URL %s, want %s", got, want)
	}
	s.TLS = Implicit
	if got, want := s.URL(), "ftps://u:p%40ss%2Fword@[::1]:2121/"; got != want {
		t.Errorf("URL %s, want %s", got, want)
	}
}
