package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// lax has laxer rules than the usual ones, and a server with a weak suite that a
// name led to.
func lax() resultfile.TargetInfo {
	return resultfile.TargetInfo{
		URL: "ftpes://bench@files.example.net:21/pub", Address: "192.0.2.10:21", Features: []string{},
		Accept: []string{"no-close-notify", "reset-after-complete"}, ActivePeer: "any",
		TLS: &resultfile.TLSInfo{
			Mode: "explicit", Version: "TLS 1.2", CipherSuite: "TLS_RSA_WITH_AES_128_CBC_SHA", Reuse: "auto", Prot: "P",
			Weak: "RSA key exchange, which has no forward secrecy",
		},
	}
}

// laxSays is what every report says of it.
func laxSays() []string {
	return []string{"accepts transfers without close_notify", "accepts a connection reset", "accepts active data connections from any address"}
}

// flat is a report without its line breaks, indents and Markdown's escapes.
func flat(b []byte) string {
	return strings.Join(strings.Fields(strings.NewReplacer(`\`, "", "&#95;", "_", "&nbsp;", " ").Replace(string(b))), " ")
}

// TestRulesAreSaid in every kind of report that a person reads, before the
// numbers.
func TestRulesAreSaid(t *testing.T) {
	s := runOf(retr("passive", stats.EPSV, [...]float64{0.2, 0.1, 0.1, 0.2, 2.8, 0.1}))
	s.Target = lax()
	comparison, searched, diffed := passiveActive(), found1(t, refusedAt50()), builds()
	comparison.Target, searched.Target, diffed.New.Target = lax(), lax(), lax()
	for name, r := range map[string]*Report{
		"run": {Summary: s}, "comparison": {Comparison: comparison}, "capacity": {Capacity: searched}, "diff": {Diff: diffed},
	} {
		for _, f := range []Format{Text, Markdown, HTML} {
			var b bytes.Buffer
			if err := r.Write(&b, f, Options{}); err != nil {
				t.Fatal(err)
			}
			text := flat(b.Bytes())
			says := laxSays()
			if f == Text || f == HTML {
				says = append(says, "the server chose a weak cipher suite: RSA key exchange, which has no forward secrecy", "files.example.net:21/pub at 192.0.2.10")
			}
			for _, want := range says {
				times := 1
				if strings.Contains(want, " at 192.0.2.10") && (r.Comparison != nil || r.Capacity != nil || name == "run" && f == HTML) {
					times = 2 // in the opening line too
				}
				if n := strings.Count(text, want); n != times {
					t.Errorf("%s, %s: %q is there %d times in\n%s", name, f, want, n, text[:min(len(text), 3000)])
				}
			}
		}
	}
	var b bytes.Buffer
	if err := (&Report{Summary: s}).Write(&b, Text, Options{}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.SplitN(b.String(), "\n", 13); !strings.Contains(strings.Join(lines[:12], "\n"), "rules") {
		t.Errorf("the rules are not in the first lines:\n%s", strings.Join(lines[:12], "\n"))
	}
}

// TestUsualRulesAreNotSaid, nor an address that the URL has.
func TestUsualRulesAreNotSaid(t *testing.T) {
	s := runOf(retr("passive", stats.EPSV, [...]float64{0.2, 0.1, 0.1, 0.2, 2.8, 0.1}))
	for _, at := range []struct{ url, address, used string }{
		{"ftp://192.0.2.10:2121/", "192.0.2.10:2121", ""},
		{"ftp://[2001:db8::1]:21/", "[2001:db8::1]:21", ""},
		{"ftp://[fe80::1%25eth0]:21/", "[fe80::1%eth0]:21", ""},
		{"ftp://files.example.net:21/", "", ""},
		{"ftp://files.example.net:21/", "192.0.2.10:21", " at 192.0.2.10"},
		{"ftp://u@files.example.net:21/", "[2001:db8::1]:21", " at 2001:db8::1"},
	} {
		s.Target = resultfile.TargetInfo{URL: at.url, Address: at.address, Features: []string{}}
		if got := about.TargetAt(&s.Target); got != at.url+at.used {
			t.Errorf("%q, want %q", got, at.url+at.used)
		}
		for _, f := range []Format{Text, Markdown} {
			var b bytes.Buffer
			if err := (&Report{Summary: s}).Write(&b, f, Options{}); err != nil {
				t.Fatal(err)
			}
			for _, never := range []string{"accepts transfers", "accepts a connection", "accepts active", "weak cipher"} {
				if strings.Contains(b.String(), never) {
					t.Errorf("%s says %q", f, never)
				}
			}
		}
	}
}

// TestRulesInJSON are those of the summary.
func TestRulesInJSON(t *testing.T) {
	s := runOf(retr("passive", stats.EPSV, [...]float64{0.2, 0.1, 0.1, 0.2, 2.8, 0.1}))
	s.Target = lax()
	var b bytes.Buffer
	if err := (&Report{Summary: s}).Write(&b, JSON, Options{}); err != nil {
		t.Fatal(err)
	}
	var back summary.Summary
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if x := back.Target; !slices.Equal(x.Accept, lax().Accept) || x.ActivePeer != "any" || x.Address != "192.0.2.10:21" || x.TLS.Weak != lax().TLS.Weak {
		t.Errorf("%+v", x)
	}
}
