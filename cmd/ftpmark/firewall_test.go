//go:build linux

package main

import (
	"os/exec"
	"slices"
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
	n := &firewalled{t, newSides(t)}
	n.client.Run("ip", "link", "add", "toserver", "type", "veth", "peer", "name", "toclient", "netns", n.server.Name)
	n.client.Run("ip", "address", "add", clientSide+"/30", "dev", "toserver")
	n.server.Run("ip", "address", "add", serverSide+"/30", "dev", "toclient")
	n.client.Run("ip", "link", "set", "toserver", "up")
	n.server.Run("ip", "link", "set", "toclient", "up")
	n.client.Run("nft", `
		table inet firewall {
			chain input {
				type filter hook input priority filter; policy drop;
				iif lo accept
				ct state established,related accept
				counter
			}
		}`)
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
			if code := f.Await(); code != exitFine {
				t.Errorf("exit %d; it said\n%s", code, f.Stderr())
			}
			text, s := reported(t, f.onlyResult())
			if s.Status != summary.Complete || len(s.Series) != 2 {
				t.Fatalf("status %s, %d series, missing %q; it said\n%s", s.Status, len(s.Series), s.Missing, f.Stderr())
			}
			passive, active := &s.Series[0], &s.Series[1]
			wantCounts(t, passive, 10_000)
			if passive.Failed != 0 || passive.Variant != "passive" || passive.Mode.Active() {
				t.Errorf("%s by %s: %d failed, want none", passive.Variant, passive.Mode, passive.Failed)
			}
			if active.Failed == 0 || active.OK != 0 || active.Variant != "active" || !active.Mode.Active() {
				t.Errorf("%s by %s: %d failed, %d ok, want all failed", active.Variant, active.Mode, active.Failed, active.OK)
			}
			if n.dropped() == 0 {
				t.Error("the firewall has dropped nothing: this is no test of it")
			}
			w.checkErrors(t, s, text)
		})
	}
}

// checkErrors wants the one kind of failure that a firewall makes, with what to
// do about it.
func (w farServer) checkErrors(t *testing.T, s *summary.Summary, text string) {
	t.Helper()
	phase, class := stats.DataReady, stats.ClassAcceptTimeout
	if w.atPort {
		phase, class = stats.Negotiate, stats.ClassTimeout
	}
	if !slices.ContainsFunc(s.Errors, func(e summary.ErrorSummary) bool {
		return e.Variant == "active" && e.Op == "retr" && e.Phase == phase && e.Class == class && e.Count == s.Series[1].Failed &&
			strings.Contains(e.Hint, "is a firewall or NAT in between? try --mode passive")
	}) || len(s.Errors) != 1 {
		t.Errorf("errors %+v, want the one kind: %s in %s", s.Errors, class, phase)
	}
	flat := strings.Join(strings.Fields(text), " ")
	for _, words := range []string{
		"no retr succeeded as active", "is a firewall or NAT in between? try --mode passive",
	} {
		if !strings.Contains(flat, words) {
			t.Errorf("the report lacks %q:\n%s", words, text)
		}
	}
	if !w.atPort && !strings.Contains(flat, "the server did not open the active data connection in time") {
		t.Errorf("the report does not say what happened:\n%s", text)
	}
}
