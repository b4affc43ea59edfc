package capacity

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// The servers that are known by their greeting.
const (
	embedded  = "the embedded target"
	vsftpd    = "vsftpd"
	proftpd   = "ProFTPD"
	pureftpd  = "Pure-FTPd"
	pyftpdlib = "pyftpdlib"
	someone   = "the server"
)

// serverOf names the server that a variant met, by its greeting.
func serverOf(r *resultfile.Result, variant string) string {
	t := &r.Header.Target
	for i := range r.Variants {
		if v := &r.Variants[i]; v.Variant == variant && v.Target != nil {
			t = v.Target
			break
		}
	}
	if t.Embedded {
		return embedded
	}
	banner := strings.ToLower(t.Banner)
	for _, x := range []struct{ says, name string }{
		{"vsftpd", vsftpd}, {"proftpd", proftpd}, {"pure-ftpd", pureftpd}, {"pyftpdlib", pyftpdlib},
		{"ftpmark embedded target", embedded},
	} {
		if strings.Contains(banner, x.says) {
			return x.name
		}
	}
	return someone
}

// setting names the setting of a server that gives a reply of these words, empty
// where that is not known.
func setting(server, words string) string {
	words = strings.ToLower(words)
	for _, x := range []struct{ server, words, setting string }{
		{vsftpd, "too many connected users", "max_clients"},
		{vsftpd, "from your internet address", "max_per_ip"},
		{proftpd, "from your host", "MaxClientsPerHost"},
		{proftpd, "maximum number of allowed clients", "MaxClients"},
		{pureftpd, "(the maximum) are already logged in", "MaxClientsNumber"},
		{pureftpd, "from this ip", "MaxClientsPerIP"},
		{pyftpdlib, "from the same ip", "max_cons_per_ip"},
		{pyftpdlib, "too many connections. service temporarily unavailable", "max_cons"},
	} {
		if x.server == server && strings.Contains(words, x.words) {
			return x.setting
		}
	}
	return ""
}

// modeOf returns the mode that a variant asked for, empty if that is not
// recorded: what it overrides, its name, or what the profile says of all.
func modeOf(r *resultfile.Result, variant string) string {
	known := func(s string) bool {
		return slices.Contains([]string{"passive", "active", "epsv", "pasv", "eprt", "port"}, s)
	}
	for i := range r.Variants {
		if v := &r.Variants[i]; v.Variant == variant {
			if mode := v.Settings["mode"]; known(mode) {
				return mode
			}
			break
		}
	}
	if known(variant) {
		return variant
	}
	var profile struct {
		Mode json.RawMessage `json:"mode"`
	}
	if json.Unmarshal(r.Header.Profile, &profile) != nil {
		return ""
	}
	var one string
	var several []string
	if json.Unmarshal(profile.Mode, &one) != nil && json.Unmarshal(profile.Mode, &several) == nil && len(several) == 1 {
		one = several[0]
	}
	if known(one) {
		return one
	}
	return ""
}
