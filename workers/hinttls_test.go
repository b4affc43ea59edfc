//go:build linux

package workers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// tlsHints are about sessions and transfers over TLS.
func tlsHints(t *testing.T) (cases []hintCase) {
	ordinary, _ := scripted.Certificate{}.Make(t)
	server := &scripted.TLS{Config: &tls.Config{Certificates: []tls.Certificate{ordinary}}}
	setUp := func(name string, script scripted.Script, client func(*wire.TLS), class stats.Class, code int, hint string, says ...string) {
		cases = append(cases, hintCase{name: "TLS: " + name, script: script, mode: profiles.EPSV, phase: stats.TLS, class: class, code: code, says: says, hint: hint,
			config: func(_ *testing.T, c *Config) {
				c.Wire.TLS = wire.TLS{Security: wire.Explicit, Config: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}}
				if client != nil {
					client(&c.Wire.TLS)
				}
			}})
	}
	with := func(change func(*scripted.Script, *scripted.TLS)) scripted.Script {
		secured := *server
		secured.Config = server.Config.Clone()
		script := scripted.Script{TLS: &secured}
		change(&script, &secured)
		return script
	}
	plain := scripted.Script{}
	setUp("AUTH is unknown", plain, nil, stats.ClassReply, 502, noTLS, "AUTH TLS", "502")
	setUp("AUTH is refused", answering("AUTH", "534 Not here."), nil, stats.ClassReply, 534, noTLS, "AUTH TLS", "534 Not here.")
	setUp("AUTH is refused for now", answering("AUTH", "431 Not now."), nil, stats.ClassReply, 431, "", "AUTH TLS", "431 Not now.")
	setUp("AUTH meets a limit", answering("AUTH", "421 Too many."), nil, stats.ClassReply, 421, diagnosis.Limited, "AUTH", "421 Too many.")
	setUp("AUTH is not answered", scripted.Script{Replies: map[string]scripted.Reply{"AUTH": {Silent: true}}}, nil, stats.ClassTimeout, 0, "", "AUTH TLS")
	setUp("AUTH is taken, and then more is said", scripted.Script{Replies: map[string]scripted.Reply{"AUTH": {Raw: "234 Go.\r\n230 In.\r\n"}}},
		nil, stats.ClassTLS, 0, "", "extra data after its AUTH reply")
	setUp("AUTH is taken and FTP goes on", scripted.Script{}, func(w *wire.TLS) {}, stats.ClassTLS, 0,
		"the server accepts AUTH but then does not use TLS: --tls off measures it without TLS", "AUTH TLS with 234 go on")
	cases[len(cases)-1].config = func(t *testing.T, c *Config) {
		c.Wire.TLS = wire.TLS{Security: wire.Explicit, Config: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}}
		c.Wire.Target = (&tlsScript{}).start(t)
	}
	setUp("a plaintext port", plain, func(w *wire.TLS) { w.Security = wire.Implicit }, stats.ClassTLS, 0,
		"this is a plaintext port: try --tls explicit, or --tls off", "does not use TLS")
	setUp("no version in common", with(func(_ *scripted.Script, s *scripted.TLS) { s.Config.MaxVersion = tls.VersionTLS12 }),
		func(w *wire.TLS) { w.Config.MinVersion = tls.VersionTLS13 }, stats.ClassTLS, 0, tlsOptions, "handshake", "AUTH TLS with 234")

	trusting := func(c scripted.Certificate, name string) (scripted.Script, func(*wire.TLS)) {
		pair, file := c.Make(t)
		return scripted.Script{TLS: &scripted.TLS{Config: &tls.Config{Certificates: []tls.Certificate{pair}}}}, func(w *wire.TLS) {
			w.Config = &tls.Config{ServerName: name, RootCAs: poolOf(t, file)}
		}
	}
	script, client := trusting(scripted.Certificate{}, "other.example")
	setUp("another name", script, client, stats.ClassTLS, 0, "give the host name of the certificate with --tls-server-name", "other.example")
	script, client = trusting(scripted.Certificate{OnlyCommonName: true}, "localhost")
	setUp("S04: a common name only", script, client, stats.ClassTLS, 0, "the certificate has only a common name, "+
		"but verification needs a subject alternative name: reissue it with one, or turn off verification with --tls-insecure", "certificate")
	script, client = trusting(scripted.Certificate{}, "localhost")
	later := func(w *wire.TLS) {
		client(w)
		w.Config.Time = func() time.Time { return time.Now().Add(100 * 24 * time.Hour) }
	}
	setUp("expired", script, later, stats.ClassTLS, 0,
		"renew the server's certificate, or set this machine's clock, or turn off verification with --tls-insecure", "expired")
	pair, leaf := clientsCertificate(t)
	setUp("for another use", scripted.Script{TLS: &scripted.TLS{Config: &tls.Config{Certificates: []tls.Certificate{pair}}}}, func(w *wire.TLS) {
		w.Config = &tls.Config{ServerName: "localhost", RootCAs: x509.NewCertPool()}
		w.Config.RootCAs.AddCert(leaf)
	}, stats.ClassTLS, 0, "reissue the server's certificate, or turn off verification with --tls-insecure", "certificate")
	setUp("an unknown authority", scripted.Script{TLS: server}, func(w *wire.TLS) { w.Config = &tls.Config{ServerName: "localhost", RootCAs: x509.NewCertPool()} },
		stats.ClassTLS, 0, "give the CA's certificate with --tls-ca FILE, or turn off verification with --tls-insecure", "authority")

	at := func(name string, phase stats.Phase, class stats.Class, code int, hint string, script scripted.Script, client func(*wire.TLS), says ...string) *hintCase {
		setUp(name, script, client, class, code, hint, says...)
		c := &cases[len(cases)-1]
		c.phase = phase
		return c
	}
	at("no client certificate", stats.LoginDone, stats.ClassOther, 0, "the server requires a client certificate: see --tls-cert and --tls-key",
		with(func(_ *scripted.Script, s *scripted.TLS) { s.Config.ClientAuth = tls.RequireAnyClientCert }), nil, "USER", "certificate required")
	at("the log-in speaks of TLS all the same", stats.LoginDone, stats.ClassReply, 530, "",
		with(func(s *scripted.Script, _ *scripted.TLS) {
			s.Replies = hintReplies("PASS", "530 The TLS certificate is nobody's.")
		}), nil, "PASS", "530 The TLS")
	at("silence behind the handshake", stats.Greeting, stats.ClassTimeout, 0, "is that an FTP server?",
		with(func(s *scripted.Script, secured *scripted.TLS) {
			secured.Implicit = true
			s.Replies = map[string]scripted.Reply{scripted.Greeting: {Silent: true}}
		}), func(w *wire.TLS) { w.Security = wire.Implicit }, "greeting")
	return append(cases, dataTLSHints(t, at, with)...)
}

// dataTLSHints are about the TLS of data connections.
func dataTLSHints(
	t *testing.T,
	at func(string, stats.Phase, stats.Class, int, string, scripted.Script, func(*wire.TLS), ...string) *hintCase,
	with func(func(*scripted.Script, *scripted.TLS)) scripted.Script,
) []hintCase {
	const (
		resume  = "the server requires the data connection to resume the control connection's TLS session: see --tls-reuse"
		options = "see --tls-reuse, --tls-min and --tls-max"
		notify  = "a protected download must end with close_notify, or it may have been truncated on its way; --accept no-close-notify accepts it anyway"
	)
	var cases []hintCase
	add := func(c *hintCase) { cases = append(cases, *c) }
	ends := func(reply string) scripted.Script {
		return with(func(s *scripted.Script, _ *scripted.TLS) { s.Completion = scripted.Reply{Raw: reply + "\r\n"} })
	}
	off := func(w *wire.TLS) { w.Reuse = wire.ReuseOff }
	for _, reply := range []string{"522 SSL connection failed; session reuse required", "425 Unable to build data connection: Operation not permitted"} {
		add(at("not resumed, "+reply, stats.DataTLS, stats.ClassReply, atoi(reply[:3]), resume, ends(reply), off, "RETR", reply))
		add(at("resumed, "+reply, stats.DataTLS, stats.ClassReply, atoi(reply[:3]), "", ends(reply), nil, "RETR", reply))
	}
	add(at("not resumed, 426", stats.Finish, stats.ClassReply, 426, "", ends("426 Cut."), off, "RETR", "426 Cut."))
	add(at("to be resumed", stats.DataTLS, stats.ClassTLS, 226, options,
		with(func(_ *scripted.Script, s *scripted.TLS) { s.Config.SessionTicketsDisabled = true }),
		func(w *wire.TLS) { w.Reuse = wire.ReuseRequired }, "--tls-reuse required"))
	add(at("the data handshake fails before the go-ahead", stats.DataTLS, stats.ClassReply, 425, options,
		with(func(_ *scripted.Script, s *scripted.TLS) { s.DataHandshake = scripted.HandshakeBeforePreliminary }),
		func(w *wire.TLS) {
			handshakes := 0 // of one session: the control connection's comes first
			w.Config.VerifyConnection = func(tls.ConnectionState) error {
				if handshakes++; handshakes > 1 {
					return errors.New("this one not")
				}
				return nil
			}
		}, "RETR", "425", "this one not"))
	add(at("the data handshake is not answered", stats.DataTLS, stats.ClassTimeout, 0, "",
		with(func(_ *scripted.Script, s *scripted.TLS) { s.DataDelay = 20 * time.Second }), nil, "handshake"))

	unended := func(change func(*scripted.Script)) scripted.Script {
		return with(func(s *scripted.Script, secured *scripted.TLS) {
			secured.NoCloseNotify = true
			if change != nil {
				change(s)
			}
		})
	}
	add(at("S03: no close_notify", stats.Payload, stats.ClassTLS, 226, notify, unended(nil), nil, "close_notify", "226"))
	add(at("no close_notify and half of it", stats.Payload, stats.ClassTLS, 226, "", unended(func(s *scripted.Script) {
		s.Download = scripted.Download{Size: 1000, Stop: scripted.EndFIN, StopAfter: 500}
	}), nil, "close_notify", "226"))
	add(at("no close_notify and 426", stats.Payload, stats.ClassTLS, 426, "", unended(func(s *scripted.Script) {
		s.Completion = scripted.NewReply(426, "Cut.")
	}), nil, "close_notify", "426 Cut."))

	clear := at("data in the clear", stats.DataTLS, stats.ClassTLS, 226,
		"the server accepted PROT P but does not encrypt its data connection: try another --mode, or --prot C", scripted.Script{}, nil, "does not use TLS", "226")
	pair, _ := scripted.Certificate{}.Make(t)
	clear.config = func(t *testing.T, c *Config) {
		script := &tlsScript{config: &tls.Config{Certificates: []tls.Certificate{pair}}, size: 1000, clearData: true}
		c.Wire.Target = script.start(t)
		c.Wire.TLS = wire.TLS{Security: wire.Explicit, Config: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}}
	}
	add(clear)
	return cases
}

// poolOf has the certificates of a file.
func poolOf(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	pem, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("no certificate")
	}
	return pool
}

// clientsCertificate is one that is not for servers.
func clientsCertificate(t *testing.T) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, leaf
}
