//go:build linux

package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// TestBlockedInEveryMode: where no data connection can be made at all, there is no test file
// either, and explain shows a listing: up to where each mode stops, and why.
func TestBlockedInEveryMode(t *testing.T) {
	t.Parallel()
	ftptest.SkipShort(t, "it needs root")
	if _, err := exec.LookPath("nft"); err != nil {
		t.Fatalf("%v: run `make servers`", err)
	}
	n := newLinked(t)
	n.client.Run("nft", filter("ct state established,related accept"))
	n.server.Run("nft", filter("ct state established,related accept; tcp dport 21 accept"))
	vsftpd := farServers()[1]
	vsftpd.start(t, n.server)
	f := startMarked(t, n.client.Within(vsftpd.login(commandOf(t, "explain", "ftp://"+serverSide+"/pub", "--mode", "epsv,eprt",
		"--accept-timeout", "2s", "--connect-timeout", "2s", "--reply-timeout", "5s"))))
	if code := f.Await(); code != exitFailed {
		t.Errorf("exit %d", code)
	}
	said := f.Stdout()
	for _, want := range []string{
		"epsv: list", "─ EPSV ─", "connecting the passive data connection: i/o timeout", "a firewall drops connections to the server",
		"eprt: list", "─ EPRT |1|", "the server did not open the active data connection in time",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if told := f.Stderr(); !strings.Contains(told, "a listing of the directory is shown instead") {
		t.Errorf("stderr:\n%s", told)
	}
}
