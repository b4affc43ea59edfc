package main

import (
	"strings"
	"testing"
)

// TestIdleTLSVariables: what the environment says of TLS is for other runs where
// a run has none, so it is left out and told of; flags and profiles are refused.
func TestIdleTLSVariables(t *testing.T) {
	t.Parallel()
	env := []string{"FTPMARK_TLS_CA=/etc/ca.pem", "FTPMARK_PROT=P", "FTPMARK_TLS_REUSE=required"}
	told := []string{
		"FTPMARK_TLS_CA=/etc/ca.pem is ignored: TLS is off",
		"FTPMARK_PROT=P is ignored: TLS is off",
		"FTPMARK_TLS_REUSE=required is ignored: TLS is off",
	}
	for _, c := range []struct {
		args []string
		told []string
		kept map[string]string
	}{
		{nil, told, nil},
		{[]string{"ftp://192.0.2.1/"}, told, nil},
		{[]string{"--tls", "explicit"}, []string{"FTPMARK_TLS_CA=/etc/ca.pem is ignored: the embedded target uses its own certificate"}, map[string]string{"prot": "P"}},
		{[]string{"ftpes://192.0.2.1/"}, nil, map[string]string{"tls_ca": "/etc/ca.pem", "prot": "P", "tls_reuse": "required"}},
		{[]string{"ftp://192.0.2.1/", "--variant", "plain:mode=epsv", "--variant", "safe:tls=explicit"}, nil, nil},
		{[]string{"ftp://192.0.2.1/", "--variant", "one:mode=epsv", "--variant", "other:mode=eprt"}, told, nil},
	} {
		plan, stderr := dryRunOf(t, env, c.args...)
		if n := strings.Count(stderr, "ftpmark: "); n != len(c.told) {
			t.Errorf("%q: %d lines, want %d:\n%s", c.args, n, len(c.told), stderr)
		}
		for _, line := range c.told {
			if !strings.Contains(stderr, line) {
				t.Errorf("%q: it does not say %q:\n%s", c.args, line, stderr)
			}
		}
		for _, key := range []string{"tls_ca", "prot", "tls_reuse"} {
			got, _ := plan.Profile[key].(string)
			if want, listed := c.kept[key]; listed && got != want || !listed && len(c.told) == len(told) && got != "" {
				t.Errorf("%q: %s is %q", c.args, key, got)
			}
		}
	}
	for _, args := range [][]string{
		{"run", "ftp://192.0.2.1/", "--tls-ca", "x"},
		{"run", "ftp://192.0.2.1/", "-p", profileFile(t, "tls_ca: x")},
	} {
		badInput{"", args, exitUsage, []string{"this needs TLS"}}.run(t)
	}
}
