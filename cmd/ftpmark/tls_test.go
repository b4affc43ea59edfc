package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// TestEmbeddedTargetSpeaksTLS runs without a server at hand, and with the
// embedded target's certificate verified.
func TestEmbeddedTargetSpeaksTLS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mode, version string }{{"explicit", "1.2"}, {"explicit", "1.3"}, {"implicit", "1.3"}} {
		t.Run(c.mode+"/"+c.version, func(t *testing.T) {
			t.Parallel()
			out, errs, code := runFtpmark(t, "run", "--tls", c.mode, "--tls-min", c.version, "--tls-max", c.version, "--tls-reuse", "required",
				"-c", "2", "-n", "20", "--size", "64KiB", "--format", "json", "-q", "-o", filepath.Join(t.TempDir(), "r.jsonl"))
			if code != exitFine {
				t.Fatalf("exit %d: %s", code, errs)
			}
			var s summary.Summary
			if err := json.Unmarshal([]byte(out), &s); err != nil {
				t.Fatal(err)
			}
			info := s.Target.TLS
			if info == nil || info.Mode != c.mode || info.Version != "TLS "+c.version || info.CipherSuite == "" || info.Insecure {
				t.Errorf("TLS is %+v", info)
			}
			if s.Sessions.Latency[stats.TLS] == nil {
				t.Error("no time of the control connection's handshake")
			}
			for _, x := range s.Series {
				if x.OK != 20 || x.Failed != 0 || x.Bytes != 20*65536 {
					t.Errorf("%s: %d ok, %d failed, %d bytes", x.Variant, x.OK, x.Failed, x.Bytes)
				}
				if x.DataResumedShare == nil || *x.DataResumedShare != 1 || x.Latency[stats.DataTLS].Count != 20 ||
					x.Latency[stats.DataTLSResumed].Count != 20 || x.Latency[stats.DataTLSFull] != nil {
					t.Errorf("%s: share resumed %v", x.Variant, x.DataResumedShare)
				}
			}
		})
	}
}

// TestTLSTroublesAreOneLine with exit 1 and the flag that helps.
func TestTLSTroublesAreOneLine(t *testing.T) {
	t.Parallel()
	vsftpd := servers.Start(t, servers.Vsftpd, servers.Options{TLS: servers.Explicit, RequireReuse: true})
	plain := servers.Start(t, servers.Pyftpdlib, servers.Options{})
	url := func(s *servers.Server) string { return strings.Replace(s.URL(), "ftp://", "ftpes://", 1) }
	// The certificate names the host by its address and as localhost.
	for _, c := range []struct {
		name string
		args []string
		want string
		code int
	}{
		{"unknown authority", []string{url(vsftpd)}, "--tls-ca", exitFailed},
		{"wrong name", []string{url(vsftpd), "--tls-ca", vsftpd.CACert, "--tls-server-name", "other.example"}, "--tls-server-name", exitFailed},
		{"no reuse", []string{url(vsftpd), "--tls-ca", vsftpd.CACert, "--tls-reuse", "off"}, "--tls-reuse", exitFailed},
		{"plaintext server", []string{url(plain)}, "--tls off", exitFailed},
		{"plaintext server, implicit", []string{plain.URL(), "--tls", "implicit"}, "--tls off", exitFailed},
		{"no such CA file", []string{url(vsftpd), "--tls-ca", "not-there.pem"}, "--tls-ca", exitUsage},
		{"contradiction", []string{url(vsftpd), "--tls", "implicit"}, "contradicts", exitUsage},
		{"flags without TLS", []string{plain.URL(), "--tls-reuse", "off"}, "--tls explicit", exitUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, errs, code := runFtpmark(t, append([]string{"run", "-c", "2", "-n", "4", "-q", "-o", filepath.Join(t.TempDir(), "r.jsonl")}, c.args...)...)
			if code != c.code || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, c.want) || strings.Contains(errs, vsftpd.Pass+"@") {
				t.Errorf("exit %d, stdout %q, stderr %q; want exit %d and %q", code, out, errs, c.code, c.want)
			}
		})
	}
	t.Cleanup(func() {
		for _, s := range []*servers.Server{vsftpd, plain} {
			if left, err := os.ReadDir(s.DataDir); err == nil && len(left) > 0 {
				t.Errorf("%s: %d files left behind", s.Kind, len(left))
			}
		}
	})
}

// TestInsecureIsSaid in the report's first lines.
func TestInsecureIsSaid(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Pyftpdlib, servers.Options{TLS: servers.Explicit})
	url := strings.Replace(server.URL(), "ftp://", "ftpes://", 1)
	out, errs, code := runFtpmark(t, "run", url, "--tls-insecure", "-c", "1", "-n", "3", "-q", "-o", filepath.Join(t.TempDir(), "r.jsonl"))
	lines := strings.Split(out, "\n")
	if code != exitFine || len(lines) < 6 || !strings.Contains(strings.Join(lines[:6], "\n"), "INSECURE") {
		t.Errorf("exit %d, %s%s", code, errs, out)
	}
}
