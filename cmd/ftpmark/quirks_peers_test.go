package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// peerFares is how another client fares with a quirk.
type peerFares int

const (
	peerNotTried peerFares = iota
	peerWorks
	peerFails
)

// peerTime bounds what another client may take.
const peerTime = 9 * time.Second

// peers runs curl and lftp beside, each on a server of its own.
func (q *quirk) peers(t *testing.T) {
	t.Helper()
	q.try(t, "curl", q.curl, q.curlArguments)
	q.try(t, "lftp", q.lftp, q.lftpArguments)
}

// peerTrial is another client at work.
type peerTrial struct {
	at    netip.AddrPort
	trust string // a certificate's file
	in    string // a file of quirkSize bytes to upload
	out   string // where a download goes
	file  string // the remote file to read, without its first slash
	op    string
}

// try runs one client, whose command line arguments makes. Where it is not
// installed, as without `make servers`, that is said in the log. Under -short it is
// not tried: that would test the other client.
func (q *quirk) try(t *testing.T, name string, want peerFares, arguments func(*peerTrial) []string) {
	t.Helper()
	if want == peerNotTried || testing.Short() {
		return
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Logf("%s is not installed: run `make servers`", name)
		return
	}
	server, trust := q.server(t)
	folder := t.TempDir()
	p := &peerTrial{
		at: server.Addr(), trust: trust, file: q.peerFile(), op: q.peerOp(),
		in: filepath.Join(folder, "in.bin"), out: filepath.Join(folder, "out.bin"),
	}
	if err := os.WriteFile(p.in, scripted.Content(0, quirkSize), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), peerTime)
	defer cancel()
	args := arguments(p)
	c := exec.CommandContext(ctx, path, args...)
	c.Dir = folder
	c.Env = []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	c.WaitDelay = time.Second
	begun := time.Now()
	said, err := c.CombinedOutput()
	took := time.Since(begun)
	if err == nil {
		err = p.done(server)
	}
	got := peerWorks
	words := "lives with it"
	if err != nil {
		got, words = peerFails, fmt.Sprintf("fails (%v)", err)
	}
	t.Logf("%s %s in %v", name, words, took.Round(time.Millisecond))
	if got != want {
		t.Errorf("%s %s, which is not what this test says: %q\n%s\n%s", name, words, args, said, conversation(server))
	}
}

// peerFile is what other clients read or remove.
func (q *quirk) peerFile() string {
	if q.script.Tree != nil && q.script.Tree.PlainNames || q.path != "" {
		return "pub/inner.bin"
	}
	return "probe.bin"
}

// peerOp is what other clients do: the row's own operation.
func (q *quirk) peerOp() string {
	op := "retr"
	for i, a := range q.args {
		if a == "--op" {
			op = q.args[i+1]
		}
	}
	if q.peer != "" {
		op = q.peer
	}
	return op
}

// mode is the row's only mode, or else passive.
func (q *quirk) mode() string {
	mode := "passive"
	for i, a := range q.args {
		if a == "--mode" {
			mode = q.args[i+1]
		}
	}
	return mode
}

// done says whether what was to be done was.
func (p *peerTrial) done(server *scripted.Server) error {
	paths := server.Paths()
	has := func(name string) bool { return slices.Contains(paths, name) }
	ok := true
	switch p.op {
	case "retr":
		got, err := os.ReadFile(p.out)
		if err != nil {
			return err
		}
		ok = bytes.Equal(got, scripted.Content(0, quirkSize))
	case "stor", "appe":
		ok = has("/up.bin")
	case "list":
		got, err := os.ReadFile(p.out)
		if err != nil {
			return err
		}
		ok = bytes.Contains(got, []byte("inner.bin")) && !bytes.Contains(got, []byte("probe.bin"))
	case "dele":
		ok = !has("/" + p.file)
	case "rename":
		ok = !has("/"+p.file) && has("/new.bin")
	case "mkd":
		ok = has("/new/")
	case "rmd":
		ok = !has("/empty/")
	default:
		return fmt.Errorf("no such operation for other clients: %s", p.op)
	}
	if !ok {
		return fmt.Errorf("%s was not done", p.op)
	}
	return nil
}

func (q *quirk) curlArguments(p *peerTrial) []string {
	host, scheme := p.at.String(), "ftp"
	args := []string{"-q", "-sS", "--noproxy", "*", "--max-time", "6", "-u", "u:" + quirkPassword, "-o", p.out}
	if q.tls != nil {
		args = append(args, "--cacert", p.trust)
		if q.tls.settings.Implicit {
			scheme = "ftps"
		} else {
			args = append(args, "--ssl-reqd")
		}
		host = fmt.Sprintf("localhost:%d", p.at.Port())
		args = append(args, "--resolve", host+":"+p.at.Addr().String())
	}
	switch q.mode() {
	case "pasv":
		args = append(args, "--disable-epsv")
	case "active", "eprt":
		args = append(args, "--ftp-port", "-")
	case "port":
		args = append(args, "--ftp-port", "-", "--disable-eprt")
	}
	root := scheme + "://" + host + "/"
	switch p.op {
	case "retr":
		return append(args, root+p.file)
	case "stor":
		return append(args, "-T", p.in, root+"up.bin")
	case "appe":
		return append(args, "-T", p.in, "--append", root+"up.bin")
	case "list":
		return append(args, root+q.listed()+"/")
	case "dele":
		return append(args, "-Q", "DELE "+p.file, root)
	case "rename":
		return append(args, "-Q", "RNFR "+p.file, "-Q", "RNTO new.bin", root)
	case "mkd":
		return append(args, "-Q", "MKD new", root)
	}
	return append(args, "-Q", "RMD empty", root)
}

func (q *quirk) lftpArguments(p *peerTrial) []string {
	scheme, host := "ftp", p.at.Addr().String()
	settings := []string{
		fmt.Sprintf("net:timeout %d", cmp.Or(q.lftpTimeout, 4)), "net:max-retries 1", "net:persist-retries 0", "net:reconnect-interval-base 1",
		"cmd:fail-exit yes", "xfer:clobber yes", "xfer:log no", "ftp:ssl-allow no",
	}
	if q.tls != nil {
		settings = append(settings, "ssl:ca-file "+p.trust, "ftp:ssl-allow yes", "ftp:ssl-force yes", "ftp:ssl-protect-data yes")
		if q.tls.settings.Implicit {
			scheme = "ftps"
		}
		host = "localhost"
	}
	switch q.mode() {
	case "active", "eprt", "port":
		settings = append(settings, "ftp:passive-mode off")
	}
	var b strings.Builder
	for _, s := range settings {
		b.WriteString("set " + s + "; ")
	}
	fmt.Fprintf(&b, "open -u u,%s -p %d %s://%s; ", quirkPassword, p.at.Port(), scheme, host)
	switch p.op {
	case "retr":
		if folder, file, ok := strings.Cut(p.file, "/"); ok {
			fmt.Fprintf(&b, "cd ./%s; get %s -o %s", folder, file, p.out)
		} else {
			fmt.Fprintf(&b, "get %s -o %s", p.file, p.out)
		}
	case "stor", "appe":
		fmt.Fprintf(&b, "put %s -o up.bin", p.in)
	case "list":
		fmt.Fprintf(&b, "cd ./%s; ls > %s", q.listed(), p.out)
	case "dele":
		fmt.Fprintf(&b, "rm %s", p.file)
	case "rename":
		fmt.Fprintf(&b, "mv %s new.bin", p.file)
	case "mkd":
		b.WriteString("mkdir new")
	case "rmd":
		b.WriteString("rmdir empty")
	}
	return []string{"--norc", "-c", b.String() + "; exit"}
}

// listed is the folder that other clients list.
func (q *quirk) listed() string {
	if q.path != "" {
		return q.path
	}
	return "pub"
}

// conversation is all that a server heard and said.
func conversation(server *scripted.Server) string {
	var b strings.Builder
	for _, s := range server.Sessions() {
		for _, c := range s.Commands {
			fmt.Fprintf(&b, "%d > %s\n%d < %s\n", s.ID, c.Line, s.ID, strings.TrimSpace(c.Reply))
		}
	}
	return b.String()
}
