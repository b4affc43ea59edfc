//go:build linux

package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// The two sides of the firewall, addresses that exist in the test's own network
// namespaces only.
const (
	clientSide = "10.77.0.1"
	serverSide = "10.77.0.2"
)

// namespacePrefix begins the names of the tests' network namespaces; the id of
// the process that made them follows.
const namespacePrefix = "ftpmark-test-"

// firewalled are two network namespaces with a link between, and a packet filter
// on the client's that lets no connection in.
type firewalled struct {
	t              *testing.T
	client, server string
}

// newFirewalled makes the namespaces, and has them removed.
func newFirewalled(t *testing.T) *firewalled {
	t.Helper()
	for _, tool := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%v: run `make servers`", err)
		}
	}
	sweepNamespaces()
	base := namespacePrefix + strconv.Itoa(os.Getpid()) + "-" + strings.ToLower(rand.Text()[:6])
	n := &firewalled{t: t, client: base + "-c", server: base + "-s"}
	t.Cleanup(func() {
		for _, name := range []string{n.client, n.server} {
			_ = exec.Command("ip", "netns", "delete", name).Run()
		}
	})
	n.command("ip", "netns", "add", n.client)
	n.command("ip", "netns", "add", n.server)
	n.command("ip", "-n", n.client, "link", "add", "toserver", "type", "veth", "peer", "name", "toclient", "netns", n.server)
	for _, side := range [][3]string{{n.client, "toserver", clientSide}, {n.server, "toclient", serverSide}} {
		n.command("ip", "-n", side[0], "address", "add", side[2]+"/30", "dev", side[1])
		n.command("ip", "-n", side[0], "link", "set", side[1], "up")
		n.command("ip", "-n", side[0], "link", "set", "lo", "up")
	}
	n.command("ip", "netns", "exec", n.client, "nft", `
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

// command runs a command to its end.
func (n *firewalled) command(args ...string) string {
	n.t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		n.t.Fatalf("%q: %v (this needs root)\n%s", args, err, out)
	}
	return string(out)
}

// within makes a command run in a namespace.
func within(namespace string, c *exec.Cmd) *exec.Cmd {
	ip, err := exec.LookPath("ip")
	if err != nil {
		return c
	}
	c.Args = append([]string{ip, "netns", "exec", namespace, c.Path}, c.Args[1:]...)
	c.Path = ip // which becomes the command itself
	return c
}

// dropped returns how many packets the filter has turned away.
func (n *firewalled) dropped() int {
	n.t.Helper()
	out := n.command("ip", "netns", "exec", n.client, "nft", "list", "chain", "inet", "firewall", "input")
	_, rest, ok := strings.Cut(out, "counter packets ")
	number, _, _ := strings.Cut(rest, " ")
	packets, err := strconv.Atoi(number)
	if !ok || err != nil {
		n.t.Fatalf("no count in %s", out)
	}
	return packets
}

// sweepNamespaces removes what killed tests have left. Those of living ones
// stay.
func sweepNamespaces() {
	found, _ := filepath.Glob("/run/netns/" + namespacePrefix + "*")
	for _, path := range found {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), namespacePrefix), "-")
		pid, err := strconv.Atoi(owner)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			emptyNamespace(filepath.Base(path))
			_ = exec.Command("ip", "netns", "delete", filepath.Base(path)).Run()
		}
	}
}

// emptyNamespace ends the processes in a namespace: vsftpd's sessions are in no
// group that could be signalled.
func emptyNamespace(name string) {
	out, _ := exec.Command("ip", "netns", "pids", name).Output()
	for _, field := range strings.Fields(string(out)) {
		if pid, err := strconv.Atoi(field); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// wallServer is a server for the other side of the firewall. Its command has
// the user "bench" with the password "secret", or anybody.
type wallServer struct {
	name    string
	command func(t *testing.T, folder string) *exec.Cmd
	// atPort says that it connects at EPRT: then it is the answer to that
	// which does not come.
	atPort bool
}

func wallServers() []wallServer {
	return []wallServer{
		{name: "ftpmark serve", command: func(t *testing.T, _ string) *exec.Cmd {
			c := commandOf(t, "serve", "--listen", serverSide+":21", "--user", "bench")
			c.Env = append(c.Env, "FTPMARK_PASSWORD=secret")
			return c
		}},
		{name: "vsftpd", command: vsftpdForAnybody},
		{name: "pyftpdlib", atPort: true, command: func(_ *testing.T, folder string) *exec.Cmd {
			return exec.Command("/usr/bin/python3", "-B", "-W", "ignore", "../../workers/ftptest/pyftpdlib_server.py",
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

// start starts the server beyond the firewall and waits until it greets.
func (w wallServer) start(t *testing.T, n *firewalled) {
	t.Helper()
	// Not the test's own: the servers' users could not enter it.
	folder, err := os.MkdirTemp("", "ftpmark-wall-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	c := within(n.server, w.command(t, folder))
	var said safeBuffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		emptyNamespace(n.server)
		_ = c.Process.Kill() // should it not be there yet
		_ = c.Wait()
	})
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		out := n.command("ip", "netns", "exec", n.server, "cat", "/proc/net/tcp")
		if strings.Contains(out, fmt.Sprintf(":%04X 00000000:0000 0A", 21)) {
			return
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("%s does not listen; it said\n%s", w.name, said.String())
		}
	}
}

// TestFirewallBlocksActiveMode is the commonest trouble with FTP: the client is
// behind a firewall or NAT that lets no connection in.
func TestFirewallBlocksActiveMode(t *testing.T) {
	t.Parallel()
	for _, w := range wallServers() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			n := newFirewalled(t)
			w.start(t, n)
			url := "ftp://bench@" + net.JoinHostPort(serverSide, "21") + "/"
			if w.name == "vsftpd" {
				url = "ftp://" + net.JoinHostPort(serverSide, "21") + "/pub"
			}
			args := []string{"run", url, "-c", "2", "-d", "3s", "--warmup", "0", "--size", "10kB", "--accept-timeout", "1s", "--reply-timeout", "2s", "-o", "it.jsonl", "--format", "json"}
			c := within(n.client, commandOf(t, args...))
			c.Env = append(c.Env, "FTPMARK_PASSWORD=secret")
			f := startMarked(t, c)
			if code := f.Await(); code != exitFine {
				t.Errorf("exit %d; it said\n%s", code, f.Stderr())
			}
			text, s := reported(t, f.onlyResult())
			if s.Status != stats.Complete || len(s.Series) != 2 {
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
func (w wallServer) checkErrors(t *testing.T, s *stats.Summary, text string) {
	t.Helper()
	phase, class := stats.DataReady, stats.ClassAcceptTimeout
	if w.atPort {
		phase, class = stats.Negotiate, stats.ClassTimeout
	}
	if !slices.ContainsFunc(s.Errors, func(e stats.ErrorSummary) bool {
		return e.Variant == "active" && e.Op == "retr" && e.Phase == phase && e.Class == class && e.Count == s.Series[1].Failed &&
			strings.Contains(e.Hint, "a firewall or NAT between? try --mode passive")
	}) || len(s.Errors) != 1 {
		t.Errorf("errors %+v, want the one kind: %s in %s", s.Errors, class, phase)
	}
	flat := strings.Join(strings.Fields(text), " ")
	for _, words := range []string{
		"no retr succeeded as active", "a firewall or NAT between? try --mode passive",
	} {
		if !strings.Contains(flat, words) {
			t.Errorf("the report lacks %q:\n%s", words, text)
		}
	}
	if !w.atPort && !strings.Contains(flat, "the server did not open the active data connection in time") {
		t.Errorf("the report does not say what happened:\n%s", text)
	}
}

// TestNamespacesOfKilledTestsAreSwept makes what a killed test leaves.
func TestNamespacesOfKilledTestsAreSwept(t *testing.T) {
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	stale := fmt.Sprintf("%s%d-%s-c", namespacePrefix, dead.Process.Pid, strings.ToLower(rand.Text()[:6]))
	alive := fmt.Sprintf("%s%d-%s-c", namespacePrefix, os.Getpid(), strings.ToLower(rand.Text()[:6]))
	for _, name := range []string{stale, alive} {
		if out, err := exec.Command("ip", "netns", "add", name).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		defer exec.Command("ip", "netns", "delete", name).Run()
	}
	sweepNamespaces()
	if _, err := os.Stat("/run/netns/" + stale); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the dead test's namespace is still there (%v)", err)
	}
	if _, err := os.Stat("/run/netns/" + alive); err != nil {
		t.Errorf("the living test's namespace is gone: %v", err)
	}
}
