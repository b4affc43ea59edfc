package main

import (
	"strings"
	"syscall"
	"testing"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestQuirkL04b: a terminal that is closed, or a manager of services that stops
// it, leaves nothing on the server, and the report says how far it came.
func TestQuirkL04b(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		for _, op := range []string{"retr", "stor", "mkd"} {
			t.Run(signal.String()+" "+op, func(t *testing.T) {
				t.Parallel()
				server := scriptedServer(t, scripted.Script{Tree: &scripted.Tree{}})
				p := startFtpmark(t, "run", "ftp://u:"+quirkPassword+"@"+server.Addr().String()+"/",
					"-c", "2", "-d", "50s", "--size", "4KiB", "--op", op)
				busy := func() bool { return len(server.Paths()) > 0 && heard(server, strings.ToUpper(op)) > 20 }
				if !eventually(busy) {
					t.Fatalf("nothing happens: %s", p.Stderr())
				}
				p.Send(signal)
				if code := p.Await(); code != exitInterrupted {
					t.Errorf("exit %d, want %d:\n%s", code, exitInterrupted, p.Stderr())
				}
				if left := server.Paths(); len(left) > 0 {
					t.Errorf("left on the server: %q", left)
				}
				if p.Stdout() == "" || len(resultFiles(t, p.Folder)) != 1 {
					t.Errorf("no report of what was measured until then:\n%s", p.Stderr())
				}
				tellsNobody(t, quirkPassword, p.Stdout(), p.Stderr())
			})
		}
	}
}
