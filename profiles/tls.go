package profiles

import (
	"fmt"
	"slices"
	"strings"
)

// TLS says how connections are secured. It names files and holds no secret.
type TLS struct {
	// Mode is off (or empty), explicit (AUTH TLS, RFC 4217) or implicit.
	Mode string `json:"tls,omitempty"`
	// Min and Max bound the protocol version: 1.2 or 1.3, empty for either.
	Min string `json:"tls_min,omitempty"`
	Max string `json:"tls_max,omitempty"`
	// CA is a file of certificates to trust in place of the system's.
	CA string `json:"tls_ca,omitempty"`
	// ServerName is what the certificate must name; empty for the host.
	ServerName string `json:"tls_server_name,omitempty"`
	// Cert and Key are the files of a client certificate.
	Cert string `json:"tls_cert,omitempty"`
	Key  string `json:"tls_key,omitempty"`
	// Insecure leaves the server's certificate unverified.
	Insecure bool `json:"tls_insecure,omitempty"`
	// Reuse is required, auto or off: whether data connections resume the
	// control connection's session.
	Reuse string `json:"tls_reuse,omitempty"`
	// Prot is P (protected data connections) or C (clear ones).
	Prot string `json:"prot,omitempty"`
}

// On reports whether there is TLS at all.
func (t TLS) On() bool { return t.Mode != "" && t.Mode != "off" }

// Validate returns the first thing that makes no sense, in the flags' words.
func (t TLS) Validate() error {
	for _, c := range []struct {
		flag, value string
		want        []string
	}{
		{"--tls", t.Mode, []string{"off", "explicit", "implicit"}},
		{"--tls-min", t.Min, []string{"1.2", "1.3"}},
		{"--tls-max", t.Max, []string{"1.2", "1.3"}},
		{"--tls-reuse", t.Reuse, []string{"required", "auto", "off"}},
		{"--prot", t.Prot, []string{"P", "C"}},
	} {
		if c.value != "" && !slices.Contains(c.want, c.value) {
			return fmt.Errorf("%s %q: want %s", c.flag, c.value, join(c.want))
		}
	}
	switch {
	case t.Min == "1.3" && t.Max == "1.2":
		return fmt.Errorf("--tls-min 1.3 is above --tls-max 1.2")
	case (t.Cert == "") != (t.Key == ""):
		return fmt.Errorf("--tls-cert and --tls-key go together")
	case t.Insecure && (t.CA != "" || t.ServerName != ""):
		return fmt.Errorf("--tls-insecure verifies nothing: leave out --tls-ca and --tls-server-name")
	case t.Reuse == "required" && t.Prot == "C":
		return fmt.Errorf("--tls-reuse required needs protected data connections: leave out --prot C")
	}
	if other := t.others(); !t.On() && len(other) > 0 {
		return fmt.Errorf("%s needs --tls explicit or --tls implicit", strings.Join(other, ", "))
	}
	return nil
}

// others are the flags that mean nothing without TLS.
func (t TLS) others() (flags []string) {
	for flag, set := range map[string]bool{
		"--tls-min": t.Min != "", "--tls-max": t.Max != "", "--tls-ca": t.CA != "", "--tls-server-name": t.ServerName != "",
		"--tls-cert": t.Cert != "", "--tls-insecure": t.Insecure, "--tls-reuse": t.Reuse != "", "--prot": t.Prot != "",
	} {
		if set {
			flags = append(flags, flag)
		}
	}
	slices.Sort(flags)
	return flags
}
