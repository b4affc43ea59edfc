//go:build benchpeers && linux

package benchpeers

import (
	"bufio"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// embedded is ftpmark serve in place of a server of somebody else's.
const embedded servers.Kind = "embedded"

// start starts the server of a kind of work. Each has an address of its own: what the last one
// left behind, ports that rest above all, is not in its way.
func (w work) start(t *testing.T) (s *servers.Server, stop func()) {
	t.Helper()
	if w.embedded == "" {
		s = servers.Start(t, w.server, w.opts)
		return s, s.Stop
	}
	dir := t.TempDir()
	s = &servers.Server{Kind: embedded, Addr: netip.AddrPortFrom(loopbackAddress(), 2121), User: "bench", Pass: "bench", DataDir: dir + "/data"}
	if err := os.Mkdir(s.DataDir, 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(w.embedded, "serve", "--listen", s.Addr.String(), "--user", s.User)
	c.Env = append(os.Environ(), "FTPMARK_PASSWORD="+s.Pass)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), s.Addr.String()) {
	}
	return s, func() { _ = c.Process.Kill(); _ = c.Wait() }
}

// upload gives the embedded target, which knows no disk, a file of the data directory.
func upload(s *servers.Server, name string) error {
	_, err := process([]string{"curl", "-q", "-sS", "-T", filepath.Join(s.DataDir, name), s.URL() + name}, s.DataDir, 10*time.Second)
	return err
}

// loopbackAddress is one that hardly anybody has used before.
func loopbackAddress() netip.Addr {
	return netip.AddrFrom4([4]byte{127, byte(1 + rand.IntN(254)), byte(rand.IntN(256)), byte(1 + rand.IntN(254))})
}
