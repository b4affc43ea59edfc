package servers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certificate is a self-signed certificate in the run directory, in the three forms that
// the servers ask for.
type certificate struct {
	cert string // the certificate, PEM: what clients trust
	key  string // its private key, PEM
	both string // key and certificate in one file
	pool *x509.CertPool
}

// newCertificate makes a certificate for localhost and addr. Its key is an ECDSA one:
// thousands of handshakes of a test cost little, and so does making it.
func newCertificate(dir string, addr netip.Addr) (*certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return nil, err
	}
	template := x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{addr.AsSlice(), net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(48 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true, // signed by itself, so that one file is all a client must trust
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
	c := &certificate{
		cert: filepath.Join(dir, "cert.pem"),
		key:  filepath.Join(dir, "key.pem"),
		both: filepath.Join(dir, "both.pem"),
		pool: x509.NewCertPool(),
	}
	c.pool.AppendCertsFromPEM(certPEM)
	return c, errors.Join(
		os.WriteFile(c.cert, certPEM, 0o644),
		os.WriteFile(c.key, keyPEM, 0o600),
		os.WriteFile(c.both, append(keyPEM, certPEM...), 0o600),
	)
}

// TLSConfig returns a client configuration that trusts the server's certificate. It has
// no session cache: one belongs to one session, so the caller adds it. Nil without TLS.
func (s *Server) TLSConfig() *tls.Config {
	if s.cert == nil {
		return nil
	}
	return &tls.Config{RootCAs: s.cert.pool, ServerName: "localhost"}
}

// writeOpenSSLConf writes an OpenSSL configuration that offers only the TLS versions of o
// and returns its path. vsftpd, Pure-FTPd and pyftpdlib have no setting for it, but all
// of them leave the protocol versions to OpenSSL, which reads this file.
func writeOpenSSLConf(dir string, o Options) (string, error) {
	path := filepath.Join(dir, "openssl.cnf")
	text := fmt.Sprintf(`openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = versions
[versions]
MinProtocol = TLSv%s
MaxProtocol = TLSv%s
`, o.lowestTLS(), o.highestTLS())
	return path, os.WriteFile(path, []byte(text), 0o644)
}

// SelfSigned returns a certificate for localhost, for a server that a test writes
// itself, and the pool that trusts it.
func SelfSigned(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	c, err := newCertificate(tb.TempDir(), netip.MustParseAddr("127.0.0.1"))
	if err != nil {
		tb.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		tb.Fatal(err)
	}
	return pair, c.pool
}
