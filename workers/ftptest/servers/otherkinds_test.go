//go:build linux

package servers

import (
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// eachOtherKind runs the test for each of OtherKinds in parallel.
func eachOtherKind(t *testing.T, test func(*testing.T, Kind)) {
	t.Parallel()
	for _, kind := range OtherKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			test(t, kind)
		})
	}
}

// curlFile has curl upload a file and download it again.
func curlFile(t *testing.T, s *Server, content string, options ...string) {
	t.Helper()
	up, down := filepath.Join(t.TempDir(), "up"), filepath.Join(t.TempDir(), "down")
	if err := os.WriteFile(up, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--upload-file", up}, {"--output", down}} {
		args = append(append([]string{"-sS", "--max-time", "20", s.URL() + "file"}, options...), args...)
		if out, err := exec.Command("curl", args...).CombinedOutput(); err != nil {
			t.Fatalf("curl %q: %v %s", args, err, out)
		}
	}
	if got, err := os.ReadFile(down); err != nil || string(got) != content {
		t.Errorf("curl downloaded %d bytes that are not the %d uploaded (%v)", len(got), len(content), err)
	}
	if got, err := os.ReadFile(filepath.Join(s.DataDir, "file")); err != nil || string(got) != content {
		t.Errorf("the data directory has %d bytes that are not the %d uploaded (%v)", len(got), len(content), err)
	}
}

func TestOtherServersTransfer(t *testing.T) {
	eachOtherKind(t, func(t *testing.T, kind Kind) {
		s := Start(t, kind, Options{})
		content := strings.Repeat("0123456789abcdef", 4000)
		curlFile(t, s, content)
		if kind != Aioftp { // which has no active mode
			curlFile(t, s, content+"again", "--ftp-port", "-")
		}
		wrong := strings.Replace(s.URL(), s.Pass, "wrong", 1)
		if out, err := exec.Command("curl", "-sS", "--max-time", "20", wrong).CombinedOutput(); err == nil || !strings.Contains(string(out), "(67)") {
			t.Errorf("a wrong password: %v %s", err, out)
		}
		if _, err := s.Transfers(); err == nil || !strings.Contains(err.Error(), "no log") {
			t.Errorf("the log of transfers: error %v", err)
		}
		s.Kill()
		if err := s.Restart(0); err != nil {
			t.Fatal(err)
		}
		curlFile(t, s, content)
		openSession(t, s)
		checkStop(t, s)
	})
}

// openSession connects and reads the greeting.
func openSession(t *testing.T, s *Server) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", s.Addr.String(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, _, err := textproto.NewConn(conn).ReadResponse(220); err != nil {
		t.Fatal(err)
	}
}

func TestOtherServersStartSaysWhyItCannot(t *testing.T) {
	eachOtherKind(t, func(t *testing.T, kind Kind) {
		s, err := start(kind, Options{TLS: Explicit, MaxClients: 3})
		if err == nil {
			s.Stop()
			t.Fatal("it started")
		}
		if want := string(kind) + " has no MaxClients, TLS here"; err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	})
}
