//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// The addresses of a test's two sides, which exist in its own network
// namespaces only.
const (
	clientSide = "10.77.0.1"
	serverSide = "10.77.0.2"
)

// sides are the two network namespaces of a test whose client and server are not
// on one network. The link between them is still to be made.
type sides struct{ client, server *ftptest.Namespace }

func newSides(t *testing.T) sides {
	t.Helper()
	return sides{client: ftptest.NewNamespace(t, "c"), server: ftptest.NewNamespace(t, "s")}
}

// farServer is a server for the server's side. Its command has the user "bench"
// with the password "secret", or anybody.
type farServer struct {
	name    string
	command func(t *testing.T, folder string) *exec.Cmd
	// atPort says that it connects at EPRT: then it is the answer to that
	// which does not come.
	atPort bool
}

func farServers() []farServer {
	return []farServer{
		{name: "ftpmark serve", command: func(t *testing.T, _ string) *exec.Cmd {
			c := commandOf(t, "serve", "--listen", serverSide+":21", "--user", "bench")
			c.Env = append(c.Env, "FTPMARK_PASSWORD=secret")
			return c
		}},
		{name: "vsftpd", command: vsftpdForAnybody},
		{name: "pyftpdlib", atPort: true, command: func(_ *testing.T, folder string) *exec.Cmd {
			return exec.Command("/usr/bin/python3", "-B", "-W", "ignore", "../../workers/ftptest/servers/pyftpdlib_server.py",
				"--addr", serverSide, "--port", "21", "--data", folder, "--user", "bench", "--password", "secret",
				"--transfers", "/dev/null", "--passive-first", "10000", "--passive-last", "19999")
		}},
	}
}

// vsftpdForAnybody lets anonymous users read and write below the folder, which
// needs no account.
func vsftpdForAnybody(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	servers := os.Getenv("FTPMARK_SERVERS")
	if servers == "" {
		servers = "../../.cache/servers"
	}
	bin, err := filepath.Abs(filepath.Join(servers, "vsftpd/usr/sbin/vsftpd"))
	if err == nil {
		_, err = os.Stat(bin)
	}
	if err != nil {
		t.Fatalf("%v: run `make servers`", err)
	}
	root := filepath.Join(folder, "root")
	conf := filepath.Join(folder, "vsftpd.conf")
	err = errors.Join(
		os.Mkdir(root, 0o755), os.Mkdir(filepath.Join(folder, "empty"), 0o755),
		os.Mkdir(filepath.Join(root, "pub"), 0o777), os.Chmod(filepath.Join(root, "pub"), 0o777),
		os.WriteFile(conf, fmt.Appendf(nil, `listen=YES
listen_address=%s
background=NO
anonymous_enable=YES
ftp_username=daemon
nopriv_user=daemon
no_anon_password=YES
anon_root=%s
anon_umask=022
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
secure_chroot_dir=%s
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
session_support=NO
connect_from_port_20=NO
connect_timeout=4
`, serverSide, root, filepath.Join(folder, "empty")), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(bin, conf)
}

// url returns where the client finds a folder that it may write to.
func (w farServer) url() string {
	if w.name == "vsftpd" {
		return "ftp://" + serverSide + "/pub"
	}
	return "ftp://bench@" + serverSide + "/"
}

// login gives a command of commandOf the password, and returns it.
func (w farServer) login(c *exec.Cmd) *exec.Cmd {
	c.Env = append(c.Env, "FTPMARK_PASSWORD=secret")
	return c
}

// start starts the server in a namespace and waits until it greets.
func (w farServer) start(t *testing.T, n *ftptest.Namespace) {
	t.Helper()
	// Not the test's own: the servers' users could not enter it.
	folder, err := os.MkdirTemp("", "ftpmark-far-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	c := n.Within(w.command(t, folder))
	var said safeBuffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.Kill()
		_ = c.Process.Kill() // should it not be there yet
		_ = c.Wait()
	})
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		out := n.Run("cat", "/proc/net/tcp")
		if strings.Contains(out, fmt.Sprintf(":%04X 00000000:0000 0A", 21)) {
			return
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("%s does not listen; it said\n%s", w.name, said.String())
		}
	}
}
