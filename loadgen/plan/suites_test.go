package plan

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/workers"
)

// TestServersWithOneSuite: those that OpenSSL's clients get on with, by RSA key
// exchange too, are got on with; those that these refuse are refused.
func TestServersWithOneSuite(t *testing.T) {
	for _, c := range []struct {
		suite uint16
		weak  []string
		fails bool
	}{
		{tls.TLS_RSA_WITH_AES_128_CBC_SHA, []string{"forward secrecy", "CBC"}, false},
		{tls.TLS_RSA_WITH_AES_256_CBC_SHA, []string{"forward secrecy", "CBC"}, false},
		{tls.TLS_RSA_WITH_AES_128_CBC_SHA256, []string{"forward secrecy", "CBC"}, false},
		{tls.TLS_RSA_WITH_AES_256_GCM_SHA384, []string{"forward secrecy"}, false},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, nil, true}, // the certificate is of another kind
		{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, []string{"CBC"}, false},
		{tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, []string{"CBC"}, false},
		{tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, nil, false},
		{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, nil, false},
		{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, nil, true},
		{tls.TLS_RSA_WITH_RC4_128_SHA, nil, true},
	} {
		name := tls.CipherSuiteName(c.suite)
		t.Run(name, func(t *testing.T) {
			used, err := handshake(t, &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{c.suite}})
			if c.fails {
				if err == nil {
					t.Errorf("it used %s", tls.CipherSuiteName(used.CipherSuite))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p := &Plan{Profile: profiles.Profile{TLS: profiles.TLS{Mode: "explicit"}}}
			info := p.Security(workers.Secured{Version: tls.VersionName(used.Version), CipherSuite: tls.CipherSuiteName(used.CipherSuite)})
			if used.CipherSuite != c.suite || info.CipherSuite != name || (info.Weak == "") != (c.weak == nil) {
				t.Errorf("%+v", info)
			}
			for _, word := range []string{"forward secrecy", "CBC"} {
				if strings.Contains(info.Weak, word) != slices.Contains(c.weak, word) {
					t.Errorf("weak because of %q, want %q", info.Weak, c.weak)
				}
			}
		})
	}
}

// TestBestSuiteWins: offering weak ones makes no server that has others use them.
func TestBestSuiteWins(t *testing.T) {
	var all []uint16
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		all = append(all, s.ID)
	}
	for highest, version := range map[uint16]uint16{tls.VersionTLS12: tls.VersionTLS12, tls.VersionTLS13: tls.VersionTLS13} {
		used, err := handshake(t, &tls.Config{MaxVersion: highest, CipherSuites: all})
		if err != nil {
			t.Fatal(err)
		}
		if name := tls.CipherSuiteName(used.CipherSuite); used.Version != version || weakness(name) != "" {
			t.Errorf("%s with %s", tls.VersionName(used.Version), name)
		}
	}
}

// handshake does one as the plan of a run does, with a server of the given
// settings whose certificate has an RSA key, and says what came of it.
func handshake(t *testing.T, settings *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	pair := rsaPair(t)
	settings.Certificates = []tls.Certificate{pair.certificate}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			_ = tls.Server(c, settings).Handshake()
			_ = c.Close()
		}
	}()
	p := &Plan{
		Profile: profiles.Profile{TLS: profiles.TLS{Mode: "explicit"}}, Target: profiles.Target{Host: "127.0.0.1"}, Authority: pair.authority,
	}
	if err := p.secure(); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	client := tls.Client(c, p.TLS.Config)
	err = client.Handshake()
	return client.ConnectionState(), err
}

// keyPair is a certificate with its key, and in PEM for whom to trust.
type keyPair struct {
	certificate tls.Certificate
	authority   string
}

// rsaPair makes one for 127.0.0.1 with an RSA key, which RSA key exchange needs.
func rsaPair(t *testing.T) keyPair {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return keyPair{
		tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}
}

// TestZoneIsNoPartOfTheName that a certificate must have.
func TestZoneIsNoPartOfTheName(t *testing.T) {
	p := &Plan{Profile: profiles.Profile{TLS: profiles.TLS{Mode: "implicit"}}, Target: profiles.Target{Host: "fe80::1%eth0"}}
	if err := p.secure(); err != nil {
		t.Fatal(err)
	}
	if name := p.TLS.Config.ServerName; name != "fe80::1" {
		t.Errorf("it must name %q", name)
	}
}
