package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/target"
)

// secured are the flags of serve that concern TLS.
type secured struct{ mode, cert, key, out string }

// keyPair reads the certificate that the flags name, or makes one.
func (s secured) keyPair(listen string) (pair target.KeyPair, err error) {
	switch {
	case s.mode == "off" && s.cert+s.key+s.out != "":
		return pair, errors.New("--tls-cert, --tls-key and --tls-ca-out need --tls explicit or --tls implicit")
	case s.mode == "off":
		return pair, nil
	case (s.cert == "") != (s.key == ""):
		return pair, errors.New("--tls-cert and --tls-key need each other: use both or neither")
	case s.cert != "" && s.out != "":
		return pair, errors.New("--tls-ca-out writes a certificate generated at start: leave out --tls-cert")
	case s.cert != "":
		return read(s.cert, s.key)
	}
	var at netip.Addr
	if host, _, err := net.SplitHostPort(listen); err == nil {
		at, _ = netip.ParseAddr(host) // a name is none of a certificate's addresses
	}
	if pair, err = target.NewKeyPair(time.Now(), at); err != nil || s.out == "" {
		return pair, err
	}
	if err := os.WriteFile(s.out, []byte(pair.Certificate), 0o644); err != nil {
		return pair, fmt.Errorf("--tls-ca-out: %w", err)
	}
	return pair, nil
}

func read(cert, key string) (pair target.KeyPair, err error) {
	c, err := os.ReadFile(cert)
	if err != nil {
		return pair, fmt.Errorf("--tls-cert: %w", err)
	}
	k, err := os.ReadFile(key)
	if err != nil {
		return pair, fmt.Errorf("--tls-key: %w", err)
	}
	return target.KeyPair{Certificate: string(c), Key: string(k)}, nil
}
