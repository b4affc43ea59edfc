package threshold

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update rewrites it):\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}

func TestComparisonsHaveANormalForm(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"compare.passive/active.goodput > 0.95", "compare.passive/active.goodput > 0.95"},
		{"compare.passive/active.goodput.rate>=95%", "compare.passive/active.goodput >= 95%"},
		{"compare.active/passive.operations.rate > 1.0", "compare.active/passive.operations > 1"},
		{"compare.active/passive.errors.rate <= 0", "compare.active/passive.errors.rate <= 0"},
		{"compare.active/passive.errors.rate < 0.10 %", "compare.active/passive.errors.rate < 0.1%"},
		{"compare.a.b/c.d.retr.service.p99 < 1.05", "compare.a.b/c.d.retr.service.p99 < 1.05"},
		{"compare.vsftpd-3.0.5/vsftpd-3.0.3.service.p50 <= 105%", "compare.vsftpd-3.0.5/vsftpd-3.0.3.service.p50 <= 105%"},
		{"compare.p99.9/p99.5.stor.data_ready.p50 < 2", "compare.p99.9/p99.5.stor.data_ready.p50 < 2"},
		{"compare.tls/plain.goodput > 50%", "compare.tls/plain.goodput > 50%"},
		{"compare.plain/tls.goodput < 1000%", "compare.plain/tls.goodput < 1000%"},
		{"compare.compare/retr.response.p50 < 1.1", "compare.compare/retr.response.p50 < 1.1"},
		{"compare.retr/service.retr.response.p99 < 1.1", "compare.retr/service.retr.response.p99 < 1.1"},
		{"compare.New/Base.list.service.p99 < 10", "compare.New/Base.list.service.p99 < 10"},
		{"compare.retr/GOODPUT.goodput > 0.1", "compare.retr/GOODPUT.goodput > 0.1"},
		{"compare.noch-älter/alt.login.service.p99 < 1.1", "compare.noch-älter/alt.login.service.p99 < 1.1"},
	} {
		got, err := Parse(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got.String() != c.want || !got.OfComparison() {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Errorf("%q: the normal form %q is read as %#v, %v", c.text, got, again, err)
		}
	}
	if x, err := Parse("goodput > 1MB/s"); err != nil || x.OfComparison() {
		t.Errorf("%v, %v: a metric of a run compares nothing", x, err)
	}
}

func TestComparisonsAreReadFromTheRight(t *testing.T) {
	x, err := Parse("compare.a.b/c.d.retr.service.p99 < 95%")
	if err != nil || x.variant != "a.b" || x.base != "c.d" || x.op.String() != "retr" || !x.hasOp || x.finding() != "retr.service.p99" || x.bound.base != 0.95 {
		t.Errorf("%#v, %v", x, err)
	}
	x, err = Parse("compare.a/retr.service.p99 < 0.95") // a lone word is a name
	if err != nil || x.base != "retr" || x.hasOp || x.finding() != "service.p99" {
		t.Errorf("%#v, %v", x, err)
	}
}

// Each message has where it is, what is wrong, what is accepted and, where one
// is near, the word that was meant.
func TestWrongComparisons(t *testing.T) {
	var b bytes.Buffer
	for _, text := range []string{
		"compare > 1",
		"compare.goodput > 0.95",
		"compare.passive.goodput > 0.95",
		"compare./active.goodput > 0.95",
		"compare.passive/.goodput > 0.95",
		"compare.passive./active.goodput > 1",
		"compare.passive/active..goodput > 1",
		"compare.passive/active > 0.95",
		"compare.passive/goodput > 0.95",
		"compare.passive/service.p99 < 1.05",
		"compare.passive/p99 < 1.05",
		"compare.epsv/pasv/port.goodput > 1",
		"compare.passive/active.goodput/operations > 1",
		"compare.passive/passive.goodput > 0.95",
		"compare.passive / active.goodput > 1",
		"Compare.passive/active.goodput > 1",
		"passive/active.goodput > 0.95",
		"retr.passive/active.service.p99 < 1.05",

		"compare.passive/active.godput > 0.95",
		"compare.passive/active.servce.p99 < 1.05",
		"compare.passive/active.foo.bar < 1",
		"compare.passive/active.p99 < 1.05",
		"compare.passive/active.service < 1.05",
		"compare.passive/active.service.p90 < 1.05",
		"compare.passive/active.service.p99.9 < 1.05",
		"compare.passive/active.service.pp99 < 1.05",
		"compare.passive/active.service.mean < 1.05",
		"compare.passive/active.service.foo.p99 < 1",
		"compare.passive/active.data_ready.p99 < 1.05",
		"compare.passive/active.ttfb.p50 < 1.05",
		"compare.passive/active.throughput.p50 > 1.05",
		"compare.passive/active.sessions.login.p99 < 1.05",
		"compare.passive/active.goodput.p50 > 1",
		"compare.passive/active.errors < 1%",
		"compare.passive/active.errors.count < 1",
		"compare.passive/active.retr.goodput > 0.95",
		"compare.passive/active.stor.errors.rate < 1%",
		"compare.passive/active.noop.data_ready.p50 < 1.05",
		"compare.passive/active.RETR.service.p99 < 1.05",
		"compare.passive/active.Goodput > 1",
		"compare.passive/active.service.P99 < 1",

		"compare.passive/active.goodput",
		"compare.passive/active.goodput >",
		"compare.passive/active.goodput = 1",
		"compare.passive/active.goodput == 1",
		"compare.passive/active.goodput > 95",
		"compare.passive/active.goodput > 5%",
		"compare.passive/active.goodput > -5%",
		"compare.passive/active.service.p99 < +5%",
		"compare.passive/active.service.p99 < 250ms",
		"compare.passive/active.service.p99 < 1.05x",
		"compare.passive/active.service.p99 < 0.01",
		"compare.passive/active.service.p99 < 99999999999999999999",
		"compare.passive/active.service.p99 < 5000%",
		"compare.passive/active.service.p99 < 0%",
		"compare.passive/active.goodput > 0,95",
		"compare.passive/active.goodput > .95",
		"compare.passive/active.errors.rate > 0.1%",
		"compare.passive/active.errors.rate == 0",
		"compare.passive/active.errors.rate < 0%",
		"compare.passive/active.errors.rate <= -1%",
		"compare.passive/active.errors.rate < 101%",
		"compare.passive/active.errors.rate < 5",
	} {
		got, err := Parse(text)
		var wrong *SyntaxError
		if !errors.As(err, &wrong) || wrong.Text != text || got != (Threshold{}) {
			t.Errorf("%q: read as %q, error %v", text, got, err)
			continue
		}
		fmt.Fprintf(&b, "%s\n%s^\n%s\n\n", text, strings.Repeat(" ", wrong.Column-1), wrong.Message)
	}
	golden(t, "wrong", b.Bytes())
}

func TestErrorsOfComparisonsAreBounded(t *testing.T) {
	long := strings.Repeat("x", 1e5)
	for _, text := range []string{
		"compare." + long + "/b.goodput > 1ms", "compare.a/" + long + ".goodput > 1ms", "compare.a/b." + long + " > 1",
		"compare.a/b.service." + long + " > 1", "compare." + long, "compare." + strings.Repeat("/", 1e5), "compare.a/b.goodput > 0." + strings.Repeat("0", 1e5) + "1",
		"compare.a/b.goodput > 0." + strings.Repeat("0", 1e5) + "1%", "compare.a/b.goodput > " + strings.Repeat("9", 1e5), "compare." + long + "/" + long + ".goodput > 1",
	} {
		if _, err := Parse(text); err == nil || len(err.Error()) > 1500 {
			t.Errorf("%.30s...: an error of %d bytes", text, len(err.Error()))
		}
	}
}
