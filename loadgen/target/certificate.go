package target

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"time"
)

// Security is whether and when the server speaks TLS.
type Security string

// The kinds of security.
const (
	Off      Security = "off"
	Explicit Security = "explicit" // after AUTH TLS (RFC 4217)
	Implicit Security = "implicit" // from the first byte
)

// KeyPair is a certificate and its key, in PEM.
type KeyPair struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// certificateLife is how long a certificate made at start is good for.
const certificateLife = 365 * 24 * time.Hour

// NewKeyPair makes a self-signed certificate for localhost, both loopback
// addresses and the given ones, valid from shortly before now.
func NewKeyPair(now time.Time, also ...netip.Addr) (KeyPair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return KeyPair{}, fmt.Errorf("generate a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return KeyPair{}, fmt.Errorf("generate a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "ftpmark embedded target"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateLife),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		IsCA:         true,

		BasicConstraintsValid: true,
	}
	for _, a := range also {
		if a.IsValid() && !a.IsUnspecified() {
			template.IPAddresses = append(template.IPAddresses, a.AsSlice())
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return KeyPair{}, fmt.Errorf("create a certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return KeyPair{}, fmt.Errorf("create a certificate: %w", err)
	}
	return KeyPair{
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		Key:         string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})),
	}, nil
}

// tlsConfig returns the server's configuration, nil without TLS. Every
// connection must use the same one: it holds the keys of the session tickets,
// by which data connections resume.
func (c Config) tlsConfig() (*tls.Config, error) {
	switch c.Security {
	case "", Off:
		return nil, nil
	case Explicit, Implicit:
	default:
		return nil, fmt.Errorf("TLS %q: want off, explicit or implicit", c.Security)
	}
	pair, err := tls.X509KeyPair([]byte(c.KeyPair.Certificate), []byte(c.KeyPair.Key))
	if err != nil {
		return nil, fmt.Errorf("the server's certificate: %w", err)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, DynamicRecordSizingDisabled: true,
	}, nil
}
