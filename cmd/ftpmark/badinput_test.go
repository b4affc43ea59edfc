package main

import (
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// secret is a password that no message may hold.
const secret = "hunter2-tr0ub4dor"

// badInput is a command line that cannot work.
type badInput struct {
	name string
	args []string
	code int
	// says are words of the one line on stderr: the thing that is wrong and
	// what to do.
	says []string
}

// run runs it in a process of its own and checks what came of it.
func (c badInput) run(t *testing.T) {
	t.Helper()
	c.check(t, startFtpmark(t, c.args...))
}

func (c badInput) check(t *testing.T, p *ftpmarkProcess) {
	t.Helper()
	code := p.Await()
	if code != c.code {
		t.Errorf("exit %d, want %d", code, c.code)
	}
	out, said := p.Stdout(), p.Stderr()
	if out != "" {
		t.Errorf("on stdout:\n%s", out)
	}
	if line, ok := strings.CutSuffix(said, "\n"); !ok || !strings.HasPrefix(said, "ftpmark: ") || strings.ContainsFunc(line, unicode.IsControl) {
		t.Errorf("not one line on stderr: %q", said)
	}
	for _, words := range c.says {
		if !strings.Contains(said, words) {
			t.Errorf("%q does not say %q", said, words)
		}
	}
	tellsNobody(t, secret, out, said)
	emptyFolder(t, p.Folder)
}

// closedPort is a loopback address at which nobody listens: a port that the system gave
// and that was closed again may be somebody else's listener by the time it is used.
const closedPort = "127.0.0.1:1"

// TestBadInput: what cannot work is refused with one line that names the thing
// and says what to do, before anything is begun.
func TestBadInput(t *testing.T) {
	t.Parallel()
	// Nobody answers there: what is refused in time never connects, and what
	// is not has another message.
	target := "ftp://user:" + secret + "@" + closedPort + "/"
	elsewhere := func(rest string) string { return "ftp://user:" + secret + "@" + rest }
	existing := filepath.Join(t.TempDir(), "existing.jsonl")
	if err := os.WriteFile(existing, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() }) // after the parallel subtests

	usage := func(name string, says []string, args ...string) badInput {
		return badInput{name, append([]string{"run"}, args...), exitUsage, says}
	}
	failed := func(name string, says []string, args ...string) badInput {
		return badInput{name, append([]string{"run"}, args...), exitFailed, says}
	}
	for _, c := range []badInput{
		failed("unreachable", []string{closedPort, "connection refused", "is the server running"}, target),
		failed("unreachable without a scheme", []string{closedPort, "connection refused"}, "user:"+secret+"@"+closedPort),
		failed("no such host", []string{`"no-such-host.invalid"`, "check its name"}, elsewhere("no-such-host.invalid/")),

		usage("not a URL", []string{"target", "want ftp://", "%20", "%40"}, elsewhere("[::1/")),
		usage("IPv6 without brackets", []string{"target", "write ftp://user@[::1]/"}, elsewhere("::1/")),
		usage("IPv6 with a zone, without brackets", []string{"target", "write ftp://user@[fe80::1%25eth0]/"}, elsewhere("fe80::1%eth0/")),
		usage("bad escape", []string{"target", "want ftp://"}, "ftp://user:%zz"+secret+"@"+closedPort),
		usage("no host", []string{"host", "want ftp://"}, elsewhere("/dir")),
		usage("scheme http", []string{`"http"`, "want ftp://"}, "http://user:"+secret+"@"+closedPort),
		usage("port 0", []string{`port "0"`, "1 to 65535"}, elsewhere("127.0.0.1:0/")),
		usage("port 65536", []string{`port "65536"`, "1 to 65535"}, elsewhere("127.0.0.1:65536/")),
		usage("port is a word", []string{"want ftp://"}, elsewhere("127.0.0.1:ftp-ish/")),
		usage("query", []string{"query", "%3F"}, elsewhere("127.0.0.1/file?x=y")),
		usage("line break in the path", []string{"line break"}, elsewhere("127.0.0.1/a%0D%0ADELE%20b")),
		usage("line break in the password", []string{"line break"}, "ftp://user:"+secret+"%0D%0ANOOP@"+closedPort),
		usage("two targets", []string{"unexpected argument", "user:***@", "one TARGET", "--help"}, target, target),
		{"run is forgotten", []string{target}, exitUsage, []string{"unknown command", "user:***@", "did you mean run TARGET?", "--help"}},
		{"misspelt run", []string{"rnu"}, exitUsage, []string{`unknown command "rnu"`, "did you mean run?", "--help"}},
		{"report of no file", []string{"report"}, exitUsage, []string{"want a FILE", "--help"}},
		{"serve with an argument", []string{"serve", "here"}, exitUsage, []string{`unexpected argument "here"`}},
		{"serve where another is", []string{"serve", "--listen", taken.Addr().String()}, exitFailed, []string{taken.Addr().String(), "in use", "--listen 127.0.0.1:0"}},
		{"report of a URL", []string{"report", target}, exitUsage, []string{"user:***@", "no such file"}},
		{"report of nothing", []string{"report", "none.jsonl"}, exitUsage, []string{"none.jsonl", "no such file"}},
		{"report of something else", []string{"report", existing}, exitUsage, []string{"existing.jsonl", "line 1"}},

		usage("size with an unknown unit", []string{"--size 1mb", "MiB", "MB"}, target, "--size", "1mb"),
		usage("size with half a unit", []string{"--size 1M:", "1MiB", "1MB"}, target, "--size", "1M"),
		usage("size without a number", []string{"--size", `"big"`, "KiB"}, target, "--size", "big"),
		usage("negative size", []string{"--size", `"-1"`}, target, "--size", "-1"),
		usage("size out of range", []string{"--size", "range"}, target, "--size", "99999999TiB"),
		usage("unknown mode in a list", []string{"--mode", `"slow"`, "passive", "eprt"}, target, "--mode", "epsv,slow"),
		usage("unknown mode", []string{"--mode", `"fast"`, "passive", "eprt"}, target, "--mode", "fast"),
		usage("empty mode", []string{"--mode", "passive"}, target, "--mode", ""),
		usage("mode twice", []string{"--mode EPSV", "epsv", "twice"}, target, "--mode", "epsv", "--mode", "EPSV"),
		usage("pasv over IPv6", []string{"--mode pasv", "::1", "use epsv"}, elsewhere("[::1]:1/"), "--mode", "pasv"),
		usage("port over IPv6", []string{"--mode port", "::1", "eprt"}, elsewhere("[::1]:1/"), "--mode", "epsv, port"),
		usage("unknown operation", []string{"--op format", "retr, stor"}, target, "--op", "format"),
		usage("path with stor", []string{"--path x", "--op stor", "only read"}, target, "--path", "x", "--op", "stor"),
		usage("path with size", []string{"--path", "--size"}, target, "--path", "x", "--size", "1KiB"),
		usage("path without a target", []string{"--path", "TARGET"}, "--path", "x"),
		usage("no sessions", []string{"--sessions 0", "from 1 to"}, target, "-c", "0"),
		usage("fewer than no sessions", []string{"--sessions -3", "from 1 to"}, target, "-c", "-3"),
		usage("more sessions than there are numbers", []string{"--sessions", "from 1 to 1000000"}, target, "-c", "9223372036854775807"),
		usage("more sessions than descriptors", []string{"--sessions", "descriptors", "at most"}, target, "-c", "1000000"),
		usage("no operations", []string{"--operations 0", "from 1 to"}, target, "-n", "0"),
		usage("operations with an exponent", []string{"--operations 1e3", "whole number"}, target, "-n", "1e3"),
		usage("sessions that are none", []string{"--sessions many", "whole number"}, target, "-c", "many"),
		usage("no time", []string{"--duration"}, target, "-d", "0"),
		usage("time without a unit", []string{"--duration", `"10"`, "unit", "10s"}, target, "-d", "10"),
		usage("negative warm-up", []string{"--warmup -1s", "from 0s"}, target, "--warmup", "-1s"),
		usage("no time for replies", []string{"--reply-timeout", "more than 0"}, target, "--reply-timeout", "0"),
		usage("unknown format", []string{`"xml"`, "json"}, target, "--format", "xml"),
		usage("unknown mover", []string{"--mover", "portable"}, target, "--mover", "slow"),
		usage("unknown flag", []string{"--colour", "--help"}, target, "--colour"),
		usage("no such password file", []string{"--password-file", "none.txt"}, "ftp://"+closedPort, "--password-file", "none.txt"),

		usage("result on stdout", []string{"--output -", "stdout", "name a file"}, target, "-o", "-"),
		usage("result in no folder", []string{"none/x.jsonl", "--output"}, target, "-o", "none/x.jsonl"),
		usage("result is a folder", []string{"..", "--output"}, target, "-o", ".."),
		usage("result exists", []string{"existing.jsonl", "exists", "--output"}, target, "-o", existing),

		usage("source is no address", []string{"--source", `"eth0"`, "IP address"}, target, "--source", "eth0"),
		usage("source of somebody else", []string{"--source 192.0.2.77", "address of this machine"}, target, "--source", "127.0.0.1,192.0.2.77"),
		usage("source of the other family", []string{"--source ::1", "127.0.0.1", "famil"}, target, "--source", "::1"),
		usage("active address is none", []string{"--active-address", "IP address"}, target, "--active-address", "me"),
		usage("active address of somebody else", []string{"--active-address 192.0.2.77", "address of this machine"}, target, "--active-address", "192.0.2.77"),
		usage("active address of the other family", []string{"--active-address ::1", "famil"}, target, "--active-address", "::1"),
		usage("active ports are none", []string{"--active-ports some", "LO-HI"}, target, "--active-ports", "some"),
		usage("active ports reversed", []string{"--active-ports", "LO <= HI"}, target, "--active-ports", "5000-4000"),
		usage("active ports out of range", []string{"--active-ports", "65535"}, target, "--active-ports", "1-65536"),
		usage("active ports from 0", []string{"--active-ports", "LO-HI"}, target, "--active-ports", "0-10"),
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
	t.Cleanup(func() {
		if b, err := os.ReadFile(existing); err != nil || string(b) != "mine\n" {
			t.Errorf("the existing file is now %q, %v", b, err)
		}
	})
}

// TestDescriptorLimit: a need above the hard limit is refused before the run,
// with the number that would do.
func TestDescriptorLimit(t *testing.T) {
	t.Parallel()
	limited := func(limit string, args ...string) *ftpmarkProcess {
		c := commandOf(t, args...)
		sh, err := exec.LookPath("sh")
		if err != nil {
			t.Fatal(err)
		}
		c.Args = append([]string{"sh", "-c", "ulimit -n " + limit + ` && exec "$@"`, "sh", c.Path}, args...)
		c.Path = sh
		return startCommand(t, c)
	}
	target := "ftp://user:" + secret + "@" + closedPort
	// 64 descriptors are kept back; a session has up to two in passive mode
	// and three in active mode.
	for _, c := range []struct {
		mode, sessions, most string
	}{{"passive", "69", "at most 68 sessions"}, {"port", "46", "at most 45 sessions"}} {
		refused := badInput{"", nil, exitUsage, []string{"--sessions " + c.sessions, "200", c.most, "ulimit"}}
		refused.check(t, limited("200", "run", target, "--mode", c.mode, "-c", c.sessions))
	}
	fits := badInput{"", nil, exitFailed, []string{"connection refused"}}
	fits.check(t, limited("200", "run", target, "--mode", "passive", "-c", "68"))
	fits.check(t, limited("200", "run", target, "--mode", "port", "-c", "45"))
}

// TestServersRefuse: what a real server refuses ends the run at once with the
// server's own words, and nothing stays behind there.
func TestServersRefuse(t *testing.T) {
	t.Parallel()
	for _, kind := range servers.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, kind, servers.Options{})
			// Sessions of a server that root started are not root's.
			closed := filepath.Join(server.DataDir, "closed")
			if err := os.Mkdir(closed, 0o555); err != nil {
				t.Fatal(err)
			}
			known := strings.TrimSuffix(server.URL(), "/")
			for _, c := range []badInput{
				{"wrong password", []string{"ftp://" + server.User + ":" + secret + "@" + server.Addr.String()}, exitFailed,
					[]string{"login", "530", "check the user and the password"}},
				{"unknown user", []string{"ftp://nobody:" + secret + "@" + server.Addr.String()}, exitFailed,
					[]string{"530", "check the user and the password"}},
				{"no user", []string{"ftp://" + server.Addr.String()}, exitFailed, []string{"530", "anonymous", "--user"}},
				{"no password", []string{"ftp://" + server.User + "@" + server.Addr.String()}, exitFailed,
					[]string{"530", "no password was given", "--password-file", "FTPMARK_PASSWORD", ".netrc"}},
				{"missing directory", []string{known + "/none/where"}, exitFailed, []string{`directory "none/where"`, "550", "use an existing directory"}},
				{"unwritable directory", []string{known + "/closed"}, exitFailed, []string{"closed/ftpmark-", "55", "may write to", "--path"}},
				{"unwritable directory with stor", []string{known + "/closed", "--op", "stor"}, exitFailed, []string{"closed/ftpmark-", "55"}},
				{"missing file", []string{known, "--path", "none.bin"}, exitFailed, []string{`"none.bin"`, "--path", "550", "use an existing file"}},
				{"missing file in a directory", []string{known + "/closed", "--path", "none.bin"}, exitFailed, []string{`"closed/none.bin"`, "--path", "550"}},
			} {
				c.args = append([]string{"run"}, c.args...)
				t.Run(c.name, func(t *testing.T) {
					t.Parallel() // a wrong password may be answered only after seconds
					c.run(t)
				})
			}
			t.Cleanup(func() { // when all of them are done, before the server stops
				emptyFolder(t, closed)
				if err := os.Remove(closed); err != nil {
					t.Error(err)
				}
				emptyFolder(t, server.DataDir)
				log, err := server.Transfers()
				for _, x := range log {
					// A file of which the server does not tell the size is asked for.
					if x.Upload || x.Bytes > 0 || path.Base(x.Path) != "none.bin" {
						t.Errorf("the server logged %+v", x)
					}
				}
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestRefusedUploadLeavesNoFolder: here the folder can be made, and only then
// is the upload refused.
func TestRefusedUploadLeavesNoFolder(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{"cmds_denied=STOR"}})
	for _, op := range []string{"retr", "stor"} {
		badInput{"", []string{"run", server.URL(), "--op", op}, exitFailed, []string{"writing ftpmark-", "550 Permission denied"}}.run(t)
	}
	emptyFolder(t, server.DataDir)
}

// TestPasswordIsNowhere: whichever way the password came, no output and no
// result file holds it; nor does the process table, as long as the run takes.
func TestPasswordIsNowhere(t *testing.T) {
	t.Parallel()
	inFile := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(inFile, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script := scripted.Script{Delays: scripted.Delays{Login: 100 * time.Millisecond}}
	for _, c := range []struct {
		name string
		args []string
		env  []string
	}{
		{name: "URL", args: []string{"user:" + secret + "@"}},
		{name: "file", args: []string{"user@", "--password-file", inFile}},
		{name: "environment", args: []string{"user@"}, env: []string{"FTPMARK_PASSWORD=" + secret}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := scriptedServer(t, script)
			args := append([]string{"run", "ftp://" + c.args[0] + server.Addr().String(), "-n", "4", "-c", "1"}, c.args[1:]...)
			cmd := commandOf(t, args...)
			cmd.Env = append(cmd.Env, c.env...)
			p := startCommand(t, cmd)
			if !eventually(func() bool { return len(server.Sessions()) > 0 }) {
				t.Errorf("no session; it said\n%s", p.Stderr())
			}
			if shown, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.Process.Pid), "cmdline")); err == nil {
				tellsNobody(t, secret, string(shown))
			}
			if code := p.Await(); code != exitFine {
				t.Errorf("exit %d, stderr\n%s", code, p.Stderr())
			}
			sent := false
			for _, session := range server.Sessions() {
				for _, command := range session.Commands {
					sent = sent || command.Line == "PASS "+secret
				}
			}
			if !sent {
				t.Error("the server was not sent the password")
			}
			texts := []string{p.Stdout(), p.Stderr()}
			for _, name := range resultFiles(t, p.Folder) {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				texts = append(texts, string(b))
			}
			if len(texts) != 3 {
				t.Errorf("%d result files, want one", len(texts)-2)
			}
			tellsNobody(t, secret, texts...)
		})
	}
}

// TestServerThatRepeatsThePassword: some say what they did not understand.
func TestServerThatRepeatsThePassword(t *testing.T) {
	t.Parallel()
	server := scriptedServer(t, scripted.Script{Replies: map[string]scripted.Reply{
		"PASS": scripted.NewReply(500, "'PASS "+secret+"' not understood"),
	}})
	badInput{"", []string{"run", "ftp://user:" + secret + "@" + server.Addr().String()}, exitFailed, []string{"login", "500", "not understood"}}.run(t)
}

// TestLoginNeedsNothingElse: a server may refuse what is not needed.
func TestLoginNeedsNothingElse(t *testing.T) {
	t.Parallel()
	no := scripted.NewReply(502, "no")
	server := scriptedServer(t, scripted.Script{Replies: map[string]scripted.Reply{"FEAT": no, "SYST": no, "SIZE": no, "OPTS": no}})
	s, _, o := measured(t, secret, scriptedURL(server), "-c", "2", "-n", "6", "--size", "10kB")
	if o.code != exitFine || len(s.Series) != 2 || s.Series[0].OK != 6 || s.Series[1].OK != 6 {
		t.Errorf("exit %d, series %+v, stderr\n%s", o.code, s.Series, o.stderr)
	}
	if s.Target.Syst != "" || len(s.Target.Features) != 0 {
		t.Errorf("target %+v", s.Target)
	}
	for i := range s.Series {
		if s.Series[i].Latency[stats.Service] == nil {
			t.Errorf("%s has no service time", s.Series[i].Variant)
		}
	}
}
