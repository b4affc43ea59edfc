package plan

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers"
)

// secure reads what the profile says of TLS, and the files that it names.
func (p *Plan) secure() error {
	t := p.Profile.TLS
	if !t.On() {
		return nil
	}
	config := &tls.Config{
		ServerName: t.ServerName, InsecureSkipVerify: t.Insecure,
		MinVersion: version(t.Min, tls.VersionTLS12), MaxVersion: version(t.Max, tls.VersionTLS13),
		CipherSuites: suites(),
	}
	if config.ServerName == "" {
		// A zone is this machine's, and no certificate has one.
		config.ServerName, _, _ = strings.Cut(p.Target.Host, "%")
	}
	var err error
	if config.RootCAs, err = p.authorities(t.CA); err != nil {
		return err
	}
	if t.Cert != "" {
		pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return UsageErrorf("--tls-cert, --tls-key: %v", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	p.TLS = workers.TLS{Security: workers.Explicit, Config: config, ClearData: t.Prot == "C", Reuse: reuse(t)}
	if t.Mode == "implicit" {
		p.TLS.Security = workers.Implicit
	}
	return nil
}

// authorities returns whom to trust: the embedded target's own certificate, a
// file, or nil for the system's choice.
func (p *Plan) authorities(file string) (*x509.CertPool, error) {
	pem := []byte(p.Authority)
	if file != "" {
		var err error
		if pem, err = os.ReadFile(file); err != nil {
			return nil, UsageErrorf("--tls-ca: %v", err)
		}
	}
	if len(pem) == 0 {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, UsageErrorf("--tls-ca %s: has no certificate in PEM format", file)
	}
	return pool, nil
}

func version(s string, otherwise uint16) uint16 {
	switch s {
	case "1.2":
		return tls.VersionTLS12
	case "1.3":
		return tls.VersionTLS13
	}
	return otherwise
}

func reuse(t profiles.TLS) workers.Reuse {
	switch t.Reuse {
	case "required":
		return workers.ReuseRequired
	case "off":
		return workers.ReuseOff
	}
	return workers.ReuseAuto
}

// Security says for the report how the target's connections are secured, nil if
// they are not.
func (p *Plan) Security(s workers.Secured) *resultfile.TLSInfo {
	t := p.Profile.TLS
	if !t.On() {
		return nil
	}
	info := &resultfile.TLSInfo{
		Mode: t.Mode, Version: s.Version, CipherSuite: s.CipherSuite, Weak: weakness(s.CipherSuite),
		Insecure: t.Insecure, Reuse: t.Reuse, Prot: t.Prot,
	}
	if info.Reuse == "" {
		info.Reuse = "auto"
	}
	if info.Prot == "" {
		info.Prot = "P"
	}
	return info
}
