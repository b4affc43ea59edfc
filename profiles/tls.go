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
	if w := t.check(); w != nil {
		return w.at(Origin{Source: FromFlag, Key: w.keys[0]})
	}
	return nil
}

// check returns the first combination that makes no sense.
func (t TLS) check() *wrong {
	switch {
	case t.Min == "1.3" && t.Max == "1.2":
		return wrongf("tls_min tls_max", "the lowest version, 1.3, is above the highest, 1.2")
	case t.Cert != "" && t.Key == "":
		return wrongf("tls_cert", "a client certificate needs its key: set {tls_key} as well")
	case t.Cert == "" && t.Key != "":
		return wrongf("tls_key", "a key needs its client certificate: set {tls_cert} as well")
	case t.Insecure && t.CA != "":
		return wrongf("tls_insecure tls_ca", "nothing is verified: leave out {tls_ca}")
	case t.Insecure && t.ServerName != "":
		return wrongf("tls_insecure tls_server_name", "nothing is verified: leave out {tls_server_name}")
	case t.Reuse == "required" && t.Prot == "C":
		return wrongf("tls_reuse prot", "TLS resumption needs protected data connections: leave out {prot} C, or use {tls_reuse} auto")
	}
	if other := t.others(); !t.On() && len(other) > 0 {
		return wrongf(strings.Join(append(other, "tls"), " "), "this needs TLS: set {tls} explicit or {tls} implicit")
	}
	return nil
}

// tlsDetails are the keys that mean nothing without TLS.
func tlsDetails() []string {
	return []string{"tls_reuse", "prot", "tls_min", "tls_max", "tls_ca", "tls_server_name", "tls_cert", "tls_key", "tls_insecure"}
}

// others are those of [tlsDetails] that are set.
func (t TLS) others() (keys []string) {
	for key, set := range map[string]bool{
		"tls_min": t.Min != "", "tls_max": t.Max != "", "tls_ca": t.CA != "", "tls_server_name": t.ServerName != "",
		"tls_cert": t.Cert != "", "tls_key": t.Key != "", "tls_insecure": t.Insecure, "tls_reuse": t.Reuse != "", "prot": t.Prot != "",
	} {
		if set {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
