package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// masks take out of a chart what is other in each run: times, ports, addresses,
// the run's folder, and with them how long arrows are and where lines break.
var masks = []struct {
	of *regexp.Regexp
	by string
}{
	{regexp.MustCompile(`(?m)^ *[0-9.]+ │`), "# │"},
	{regexp.MustCompile(`[0-9.]+ (ns|µs|ms|s)\b`), "#"},
	{regexp.MustCompile(`127(\.\d+){3}`), "ADDRESS"},
	{regexp.MustCompile(`\d+(,\d+){5}`), "ADDRESS,PORT"},
	{regexp.MustCompile(`\|\d+\|([ ).]|$)`), "|PORT|$1"},
	{regexp.MustCompile(`(:|port )\d{4,5}\b`), "${1}PORT"},
	// pyftpdlib says which of two things it saw first.
	{regexp.MustCompile(`125 Data connection already open. Transfer starting.|150 File status okay. About to open data connection.`), "125 or 150"},
	{regexp.MustCompile(`ftpmark-[0-9a-f]{12}`), "ftpmark-ID"},
	{regexp.MustCompile(`\(\d+ lines\)`), "(N lines)"},
	{regexp.MustCompile(` ?[─═]*│`), " │"},
	{regexp.MustCompile(`─+`), "─"},
	{regexp.MustCompile(`═+`), "═"},
	{regexp.MustCompile(` +`), " "},
	{regexp.MustCompile(` ?\n`), "\n"},
}

// sentence is what goes on in the next line.
var sentence = regexp.MustCompile(`^(data connection opened|One transfer) `)

// masked makes a chart comparable.
func masked(text string) string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		n := len(out) - 1
		switch {
		case strings.HasPrefix(l, "         │") && n >= 0: // a label goes on, or another phase ends
			parts := strings.Split(l, "│")
			if more := strings.TrimSpace(parts[1]); more != "" {
				at := strings.LastIndexAny(out[n], "─═")
				if at < 0 { // a fault has no arrow
					at = strings.LastIndex(out[n], "│")
				}
				out[n] = strings.TrimRight(out[n][:at], "─═ ") + " " + more + " " + out[n][at:]
			}
			out[n] += parts[2]
		case n >= 0 && sentence.MatchString(out[n]) && l != "":
			out[n] += " " + l
		default:
			out = append(out, l)
		}
	}
	text = strings.Join(out, "\n")
	for _, m := range masks {
		text = m.of.ReplaceAllString(text, m.by)
	}
	return ordered(text)
}

// ordered puts the steps of each operation into one order: of what happens on
// two connections at once either may be noticed first, the server's connect or
// its reply, the end of the file or the 226. What cannot be otherwise stays: the
// connect is before the transfer command or behind it. The phases that end with
// these steps are put below them.
func ordered(text string) string {
	var out, steps, phases []string
	flush := func() {
		out = append(out, steps...)
		slices.Sort(phases)
		if len(phases) > 0 {
			out = append(out, "phases: "+strings.Join(phases, " "))
		}
		steps, phases = nil, nil
	}
	rank := func(l string) int {
		for i, of := range []string{"server connects", "<─ 1", "<─ 200", "TLS", "first byte", "end of file", "<─ 2"} {
			if strings.Contains(l, of) {
				return i
			}
		}
		return -1
	}
	inside := false
	for _, l := range strings.Split(text, "\n") {
		switch {
		case strings.Contains(l, ", by "):
			inside = true
		case inside && l == "":
			flush()
			inside = false
		case inside:
			at := strings.LastIndex(l, "│") + len("│")
			phases = append(phases, phaseName.FindAllString(l[at:], -1)...)
			l = l[:at]
			n := len(steps)
			for ; rank(l) >= 0 && n > 0 && rank(steps[n-1]) > rank(l); n-- {
			}
			steps = slices.Insert(steps, n, l)
			continue
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

var phaseName = regexp.MustCompile(`\w+ #`)

// TestExplainServers shows every mode on every server, and once with TLS.
func TestExplainServers(t *testing.T) {
	t.Parallel()
	type server struct {
		kind servers.Kind
		tls  servers.TLSMode
		args []string
	}
	var all []server
	for _, kind := range servers.Kinds() {
		all = append(all, server{kind, servers.Off, []string{"--mode", "epsv,pasv,eprt,port"}})
	}
	all = append(all,
		server{servers.Vsftpd, servers.Explicit, []string{"--mode", "passive,active", "--op", "retr"}},
		server{servers.Pyftpdlib, servers.Off, []string{"--mode", "passive,port", "--op", "stor"}})
	for _, c := range all {
		name := string(c.kind)
		if c.tls != servers.Off {
			name += "-tls"
		}
		if slices.Contains(c.args, "stor") {
			name += "-stor"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := servers.Start(t, c.kind, servers.Options{TLS: c.tls})
			args := append([]string{"explain", s.URL()}, c.args...)
			if c.tls != servers.Off {
				args = append(args, "--tls", c.tls.String(), "--tls-ca", s.CACert)
			}
			o := executed(args...)
			if o.code != exitFine || o.stderr != "" {
				t.Fatalf("exit %d, stderr %q, stdout\n%s", o.code, o.stderr, o.stdout)
			}
			tellsNobody(t, s.Pass, o.stdout)
			golden(t, "explain-"+name, masked(o.stdout))
			emptyFolder(t, s.DataDir)
			checkExplained(t, s.Pass, args)
		})
	}
}

// checkExplained holds the JSON form against what must be so on any server.
func checkExplained(t *testing.T, password string, args []string) {
	t.Helper()
	o := executed(append(args, "--format", "json")...)
	tellsNobody(t, password, o.stdout, o.stderr)
	x := explainedIn(t, o.stdout)
	if o.code != exitFine || x.Schema != "ftpmark.explain/v1" || len(x.Conversations) == 0 {
		t.Fatalf("exit %d and\n%s", o.code, o.stdout)
	}
	for _, c := range x.Conversations {
		opener := "client"
		if c.Mode.Active() {
			opener = "server"
		}
		if c.Facts.OpenedBy != opener || c.Facts.RoundTrips != 2 || c.Facts.Connects != 1 {
			t.Errorf("%s: %+v", c.Mode, c.Facts)
		}
		if c.Failure != "" || c.Bytes != 65536 || c.LeftOut != 0 {
			t.Errorf("%s: %q, %d bytes, %d steps left out", c.Mode, c.Failure, c.Bytes, c.LeftOut)
		}
		m := c.Moments
		if !(m[1] > 0 && m[1] <= m[2] && m[2] <= m[4] && m[4] <= m[5] && m[5] <= m[6] && m[3] > m[1] && m[3] <= m[6] && m[6] <= m[7] && m[7] <= m[8]) {
			t.Errorf("%s: moments %v", c.Mode, m)
		}
		for i := range c.Steps[1:] {
			if c.Steps[i].At > c.Steps[i+1].At {
				t.Errorf("%s: step %d is later than the one after it", c.Mode, i)
			}
		}
	}
}

func explainedIn(t *testing.T, text string) (x struct {
	Schema        string
	Conversations []struct {
		stats.Conversation
		Facts stats.ConversationFacts
	}
}) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return x
}

// TestExplainShowsFailuresUpToWhereTheyFailed, with exit 1 and the reason.
func TestExplainShowsFailuresUpToWhereTheyFailed(t *testing.T) {
	t.Parallel()
	file := scripted.Download{Size: 1000}
	for _, c := range []struct {
		name   string
		script scripted.Script
		args   []string
		stdout []string
		stderr string
	}{
		{"refused verb", scripted.Script{Download: file, Replies: replies{"EPSV": scripted.NewReply(500, "never heard of it")}},
			[]string{"--mode", "epsv"}, []string{"─ EPSV ─", "<─ 500 never heard of it ─", "failed in negotiate"}, "never heard of it"},
		{"refused file", scripted.Script{Download: file, Replies: replies{"RETR": scripted.NewReply(550, "not for you")}},
			[]string{"--mode", "pasv"}, []string{"═ client connects to", "<─ 550 not for you ─", "failed in command"}, "not for you"},
		{"never connects", scripted.Script{Download: file, ActiveConnect: scripted.NeverConnect},
			[]string{"--mode", "port", "--accept-timeout", "300ms"}, []string{"client listens on", "─ RETR file ─", "! the server did not open the active data", "failed in data_ready"}, "firewall or NAT"},
		{"cut off", scripted.Script{Download: scripted.Download{Size: 1000, Stop: scripted.EndRST, StopAfter: 100}},
			[]string{"--mode", "epsv"}, []string{"<═ first byte", "! receiving: connection reset by peer", "failed in payload"}, "reset"},
		{"falls silent", scripted.Script{Download: file, Replies: replies{"EPRT": {Silent: true}}},
			[]string{"--mode", "eprt", "--reply-timeout", "300ms"}, []string{"─ EPRT |1|", "! waiting for the reply to EPRT", "failed in negotiate"}, "firewall or NAT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := scriptedServer(t, c.script)
			o := executed(append([]string{"explain", scriptedURL(s), "--path", "file"}, c.args...)...)
			if o.code != exitFailed || !strings.Contains(o.stderr, c.stderr) || strings.Count(o.stderr, "\n") != 1 {
				t.Errorf("exit %d, stderr %q", o.code, o.stderr)
			}
			at := 0
			for _, want := range c.stdout {
				i := strings.Index(o.stdout[at:], want)
				if i < 0 {
					t.Fatalf("no %q from %d on in\n%s", want, at, o.stdout)
				}
				at += i
			}
		})
	}
}

// TestExplainMasksThePassword wherever a server repeats it.
func TestExplainMasksThePassword(t *testing.T) {
	t.Parallel()
	s := scriptedServer(t, scripted.Script{Download: scripted.Download{Size: 10}, Replies: replies{
		"PASS": scripted.NewReply(230, "welcome with "+secret, "or "+strings.Repeat(" ", 190)+secret, "and "+secret+secret),
		"RETR": scripted.NewReply(550, "no file for "+secret),
	}})
	for _, format := range []string{"text", "json"} {
		o := executed("explain", scriptedURL(s), "--path", "file", "--mode", "epsv", "--format", format)
		if o.code != exitFailed || !strings.Contains(o.stdout, "no file for ***") || !strings.Contains(o.stdout, "PASS ***") {
			t.Errorf("exit %d and\n%s", o.code, o.stdout)
		}
		tellsNobody(t, secret, o.stdout, o.stderr)
	}
}

// TestExplainOperations: those without a data connection, and those that need
// something to be there.
func TestExplainOperations(t *testing.T) {
	t.Parallel()
	s := servers.Start(t, servers.ProFTPD, servers.Options{})
	for op, want := range map[string]string{
		"appe": "─ APPE ", "list": "─ LIST ", "mlsd": "─ MLSD ", "nlst": "─ NLST ", "dele": "─ DELE ", "rename": "─ RNTO ",
		"mkd": "─ MKD ", "rmd": "─ RMD ", "size": "<─ 213 65536 ─", "noop": "─ NOOP ─", "login": "─ PASS ***",
	} {
		o := executed("explain", s.URL(), "--op", op, "--mode", "passive")
		if o.code != exitFine || !strings.Contains(o.stdout, want) || o.stderr != "" {
			t.Errorf("%s: exit %d, stderr %q, stdout\n%s", op, o.code, o.stderr, o.stdout)
		}
		emptyFolder(t, s.DataDir)
	}
}

func TestExplainUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--op", "retr=1,stor=1"}, exitUsage, "want one operation"},
		{[]string{"--mode", "sideways"}, exitUsage, "--mode"},
		{[]string{"--sessions", "4"}, exitUsage, "unknown flag"},
		{[]string{"--format", "csv"}, exitUsage, "text or json"},
		{[]string{"ftp://[::1]/", "--mode", "port"}, exitUsage, "IPv6"},
		{[]string{"ftp://127.0.0.1:1/"}, exitFailed, "refused"},
	} {
		o := executed(append([]string{"explain"}, c.args...)...)
		if o.code != c.code || o.stdout != "" || !strings.Contains(o.stderr, c.want) || strings.Count(o.stderr, "\n") != 1 {
			t.Errorf("%q: exit %d, stdout %q, stderr %q", c.args, o.code, o.stdout, o.stderr)
		}
	}
}

// TestResultsHoldConversations: of comparisons and of runs of several modes, one
// of each variant, though the server lets only one session in at a time.
func TestResultsHoldConversations(t *testing.T) {
	t.Parallel()
	s := servers.Start(t, servers.Pyftpdlib, servers.Options{MaxClients: 1})
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"run", "--op", "stor", "-n", "2", "--mode", "epsv,port"}, 2},
		{[]string{"run", "-n", "2", "--mode", "epsv"}, 0},
		{[]string{"compare", "-n", "2", "--pairs", "6", "--cooldown", "0s"}, 2},
	} {
		file := filepath.Join(t.TempDir(), "r.jsonl")
		o := executed(append(c.args, s.URL(), "-c", "1", "--size", "64KiB", "-q", "-o", file)...)
		if o.code != exitFine {
			t.Fatalf("%q: exit %d, %s", c.args, o.code, o.stderr)
		}
		r, err := resultfile.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Conversations) != c.want || !r.Complete() {
			t.Errorf("%q: %d conversations, missing %q", c.args, len(r.Conversations), r.Missing)
		}
		for i, x := range r.Conversations {
			if x.Variant != r.Header.Planned[i] || x.Failure != "" || x.Bytes != 65536 || x.Facts().Connects != 1 {
				t.Errorf("%q: conversation %d is of %s, %q, %d bytes", c.args, i, x.Variant, x.Failure, x.Bytes)
			}
		}
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tellsNobody(t, s.Pass, string(kept))
		emptyFolder(t, s.DataDir)
	}
}

// TestConversationsStopNoRun: one that fails by chance is recorded once more, and what was
// to be measured is.
func TestConversationsStopNoRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, mode string
		odd        scripted.Script
	}{
		{"refused", "epsv", scripted.Script{Replies: replies{"EPSV": scripted.NewReply(421, "go away")}}},
		{"silent", "epsv", scripted.Script{Replies: replies{"EPSV": {Silent: true}}}},
		{"no session", "epsv", scripted.Script{Replies: replies{scripted.Greeting: scripted.NewReply(530, "not you")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			odd := func(session int) bool { return session == 2 } // behind the one that prepares
			s := scriptedServer(t, scripted.Script{Download: scripted.Download{Size: 10},
				Choose: func(turn scripted.Turn) *scripted.Script {
					if odd(turn.Session) {
						return &c.odd
					}
					return nil
				}})
			file := filepath.Join(t.TempDir(), "r.jsonl")
			o := executed("run", scriptedURL(s), "--path", "file", "-c", "1", "-n", "2", "--mode", c.mode+",pasv", "--reply-timeout", "3s", "-q", "-o", file)
			if o.code != exitFine {
				t.Fatalf("exit %d, %s", o.code, o.stderr)
			}
			r, err := resultfile.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Conversations) != 2 || r.Conversations[0].Failure != "" || r.Conversations[1].Variant != "pasv" {
				t.Errorf("%d conversations, the first ends with %q", len(r.Conversations), r.Conversations[0].Failure)
			}
			for _, x := range r.Trials {
				for _, series := range x.Series {
					if series.OK != 2 || series.Failed != 0 {
						t.Errorf("%s: %d ok, %d failed", x.Variant, series.OK, series.Failed)
					}
				}
			}
		})
	}
}

// TestExplainIsInterrupted: the first Ctrl-C ends it, and its files are removed.
func TestExplainIsInterrupted(t *testing.T) {
	t.Parallel()
	s := scriptedServer(t, scripted.Script{Download: scripted.Download{Size: 1000}, ActiveConnect: scripted.NeverConnect})
	p := startFtpmark(t, "explain", scriptedURL(s), "--path", "file", "--mode", "port")
	if !eventually(func() bool { return heard(s, "RETR") > 0 }) {
		t.Fatal("no transfer began")
	}
	begun := time.Now()
	p.Send(os.Interrupt)
	if code := p.Await(); code != exitInterrupted || time.Since(begun) > 10*time.Second {
		t.Errorf("exit %d after %s, %s", code, time.Since(begun), p.Stderr())
	}
}

// TestDryRunSaysWhatIsRecorded: where there is more than one variant.
func TestDryRunSaysWhatIsRecorded(t *testing.T) {
	t.Parallel()
	const line = "\n#   beforehand        one operation of each variant is recorded"
	for _, c := range []struct {
		args []string
		want bool
	}{
		{[]string{"run"}, true},
		{[]string{"run", "--mode", "epsv"}, false},
		{[]string{"run", "--op", "noop"}, false},
		{[]string{"compare"}, true},
		{[]string{"capacity"}, false},
	} {
		o := executed(append(c.args, "--dry-run")...)
		if o.code != exitFine || strings.Contains(o.stdout, line) != c.want {
			t.Errorf("%q: exit %d, %s, and\n%s", c.args, o.code, o.stderr, o.stdout)
		}
	}
}
