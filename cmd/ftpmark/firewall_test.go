//go:build linux

package main

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// firewalled are two network namespaces with a link between, and a packet filter
// on the client's that lets no connection in.
type firewalled struct {
	t *testing.T
	sides
}

// newFirewalled makes the namespaces, and has them removed.
func newFirewalled(t *testing.T) *firewalled {
	t.Helper()
	ftptest.SkipShort(t, "it needs root")
	if _, err := exec.LookPath("nft"); err != nil {
		t.Fatalf("%v: run `make servers`", err)
	}
	n := &firewalled{t, newLinked(t)}
	n.client.Run("nft", filter("ct state established,related accept; counter"))
	return n
}

// dropped returns how many packets the filter has turned away.
func (n *firewalled) dropped() int {
	n.t.Helper()
	out := n.client.Run("nft", "list", "chain", "inet", "firewall", "input")
	_, rest, ok := strings.Cut(out, "counter packets ")
	number, _, _ := strings.Cut(rest, " ")
	packets, err := strconv.Atoi(number)
	if !ok || err != nil {
		n.t.Fatalf("no count in %s", out)
	}
	return packets
}

// TestFirewallBlocksActiveMode is the commonest trouble with FTP: the client is
// behind a firewall or NAT that lets no connection in.
func TestFirewallBlocksActiveMode(t *testing.T) {
	t.Parallel()
	for _, w := range farServers() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			n := newFirewalled(t)
			w.start(t, n.server)
			args := []string{"run", w.url(), "-c", "2", "-d", "3s", "--warmup", "0", "--size", "10kB", "--accept-timeout", "1s", "--reply-timeout", "2s", "-o", "it.jsonl", "--format", "json"}
			f := startMarked(t, n.client.Within(w.login(commandOf(t, args...))))
			if code := f.Await(); code != exitFailed {
				t.Errorf("exit %d; it said\n%s", code, f.Stderr())
			}
			text, s := reported(t, f.onlyResult())
			if len(s.Series) != 1 {
				t.Fatalf("%d series, missing %q; it said\n%s", len(s.Series), s.Missing, f.Stderr())
			}
			passive := &s.Series[0]
			wantCounts(t, passive, 10_000)
			if passive.Failed != 0 || passive.Variant != "passive" || passive.Mode.Active() {
				t.Errorf("%s by %s: %d failed, want none", passive.Variant, passive.Mode, passive.Failed)
			}
			if n.dropped() == 0 {
				t.Error("the firewall has dropped nothing: this is no test of it")
			}
			w.checkFailed(t, s, text)
		})
	}
}

// checkFailed wants active mode given up, for the reason that a firewall gives, with what
// to do about it.
func (w farServer) checkFailed(t *testing.T, s *summary.Summary, text string) {
	t.Helper()
	why := stats.DataReady.String() + ": the server did not open the active data connection in time"
	if w.atPort {
		why = stats.Negotiate.String() + ": "
	}
	hint := "is a firewall or NAT in between? try --mode passive"
	if w.name == "vsftpd" { // it says where it sees the client
		hint = "a firewall drops connections to this machine, which the server sees as " + clientSide + ", as it was told; use --mode passive"
	}
	if len(s.Failed) != 1 || s.Failed[0].Variant != "active" || !s.Failed[0].GivenUp ||
		!strings.HasPrefix(s.Failed[0].Why, why) || !strings.Contains(s.Failed[0].Hint, hint) {
		t.Errorf("failed are %+v", s.Failed)
	}
	flat := strings.Join(strings.Fields(text), " ")
	if !strings.HasPrefix(flat, "FAILED: active does not work here: "+why) || !strings.Contains(flat, hint) {
		t.Errorf("the report begins with\n%s", text)
	}
}
