package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"

	"github.com/ftpmark/ftpmark/loadgen/target"
)

// manualBench is what the commands of the manual run against.
type manualBench struct {
	server   string // host:port for ftp:// and ftpes://
	implicit string // and for ftps://
	otlp     string
	fixtures string // a folder with the files that commands read
}

// newManualBench starts servers and makes files. The manual's folders and files are on the
// servers; their certificate is ca.pem.
func newManualBench(t *testing.T) *manualBench {
	t.Helper()
	b := &manualBench{fixtures: t.TempDir(), otlp: newOTLPReceiver(t).URL}
	pair, err := target.NewKeyPair(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b.file(t, "ca.pem", pair.Certificate)
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM([]byte(pair.Certificate))
	b.server = manualServer(t, target.Config{Security: target.Explicit, KeyPair: pair})
	b.implicit = manualServer(t, target.Config{Security: target.Implicit, KeyPair: pair},
		ftp.DialWithTLS(&tls.Config{ServerName: "localhost", RootCAs: trust}))

	// Two results that can be compared, and two that can be merged.
	for name, more := range map[string][]string{"base": nil, "new": {"--threshold", "errors.rate < 0.1%"}} {
		file := filepath.Join(b.fixtures, name+".jsonl")
		o := executed(append([]string{"run", "-q", "ftp://user@" + b.server, "-c", "2", "--size", "4KiB", "--mode", "passive", "-d", "100ms", "--warmup", "0s", "--trials", "4", "-o", file}, more...)...)
		if o.code != exitFine && o.code != exitUnjudged { // on a busy machine
			t.Fatalf("exit %d, %s", o.code, o.stderr)
		}
	}
	for name, of := range map[string]string{"old": "base", "baseline": "base", "result": "new"} {
		content, err := os.ReadFile(filepath.Join(b.fixtures, of+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		b.file(t, name+".jsonl", string(content))
	}
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	generatorFile(t, b.fixtures, "gen1.jsonl", noon, false)
	generatorFile(t, b.fixtures, "gen2.jsonl", noon.Add(time.Millisecond), false)
	b.file(t, "my.yaml", executed("profiles", "show", "quick").stdout)
	return b
}

// file makes a fixture.
func (b *manualBench) file(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.fixtures, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// manualServer starts an embedded target in this process and puts there what the manual's
// examples read.
func manualServer(t *testing.T, c target.Config, dial ...ftp.DialOption) string {
	t.Helper()
	s, err := target.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	session, err := ftp.Dial(s.Addr().String(), dial...)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		session.Login("user", ""), session.MakeDir("pub"), session.MakeDir("upload"),
		session.Stor("pub/big.iso", bytes.NewReader(make([]byte, 1<<20))), session.Quit(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s.Addr().String()
}
