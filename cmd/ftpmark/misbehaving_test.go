package main

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// scriptedServer starts a scripted server on IPv4.
func scriptedServer(tb testing.TB, script scripted.Script) *scripted.Server {
	tb.Helper()
	return scripted.Start(tb, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), script)
}

// scriptedURL is a scripted server's URL with a login: without one it would be
// looked for in the home of whoever runs the tests.
func scriptedURL(s *scripted.Server) string {
	return "ftp://user:" + secret + "@" + s.Addr().String()
}

// eventually waits, at most 20 s, for something to be true.
func eventually(happened func() bool) bool {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if happened() {
			return true
		}
	}
	return happened()
}

// heard counts the commands with that verb, over all sessions.
func heard(s *scripted.Server, verb string) (n int) {
	for _, session := range s.Sessions() {
		for _, command := range session.Commands {
			if word, _, _ := strings.Cut(command.Line, " "); word == verb {
				n++
			}
		}
	}
	return n
}

// folders returns how often a command with that verb named each folder.
func folders(s *scripted.Server, verb string) map[string]int {
	named := map[string]int{}
	for _, session := range s.Sessions() {
		for _, command := range session.Commands {
			if word, path, _ := strings.Cut(command.Line, " "); word == verb {
				named[path]++
			}
		}
	}
	return named
}

// replies is a map of scripted replies.
type replies = map[string]scripted.Reply

// TestAliasesFallBack: a server that does not know the verbs of RFC 2428, or
// does not take their argument, is asked once a session, before the window, and
// then spoken to in those of RFC 959.
func TestAliasesFallBack(t *testing.T) {
	t.Parallel()
	for _, code := range []int{500, 501, 502, 522} {
		t.Run(scripted.NewReply(code, "no").Raw[:3], func(t *testing.T) {
			t.Parallel()
			no := scripted.NewReply(code, "what?")
			server := scriptedServer(t, scripted.Script{Replies: replies{"EPSV": no, "EPRT": no}})
			s, _, o := measured(t, secret, scriptedURL(server), "-c", "3", "-n", "12", "--size", "100kB")
			if o.code != exitFine || len(s.Series) != 2 {
				t.Fatalf("exit %d, %d series, stderr\n%s", o.code, len(s.Series), o.stderr)
			}
			for i, want := range []stats.Mode{stats.PASV, stats.PORT} {
				x := &s.Series[i]
				if x.Variant != []string{"passive", "active"}[i] || x.Mode != want || x.OK != 12 {
					t.Errorf("%d ok of %s in mode %s, want 12 in mode %s", x.OK, x.Variant, x.Mode, want)
				}
				checkFlawless(t, x, 100_000, 2)
			}
			// The session that prepares finds out, for all others.
			if epsv, eprt := heard(server, "EPSV"), heard(server, "EPRT"); epsv != 1 || eprt != 1 {
				t.Errorf("the server heard EPSV %d times and EPRT %d times, want 1 and 1", epsv, eprt)
			}
			for _, op := range server.Log() {
				if op.Negotiation != "PASV" && op.Negotiation != "PORT" {
					t.Errorf("a transfer was negotiated by %s", op.Negotiation)
				}
			}
		})
	}
}

// TestStrictModesDoNotFallBack: any refusal of a verb that was asked for by name, or
// that has no other beside it, is measured as the failure that it is.
func TestStrictModesDoNotFallBack(t *testing.T) {
	t.Parallel()
	ipv4, ipv6 := netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()
	for _, c := range []struct {
		mode        string
		verb, other string // refused, and not to be tried
		code        int
		addr        netip.Addr
	}{
		{"epsv", "EPSV", "PASV", 500, ipv4},
		{"epsv", "EPSV", "PASV", 522, ipv4},
		{"pasv", "PASV", "EPSV", 502, ipv4},
		{"eprt", "EPRT", "PORT", 500, ipv4},
		{"eprt", "EPRT", "PORT", 522, ipv4},
		{"port", "PORT", "EPRT", 502, ipv4},
		// PASV and PORT are no way out over IPv6.
		{"passive", "EPSV", "PASV", 522, ipv6},
		{"active", "EPRT", "PORT", 500, ipv6},
	} {
		code := scripted.NewReply(c.code, "no").Raw[:3]
		t.Run(c.mode+"/"+code+"/"+c.addr.String(), func(t *testing.T) {
			t.Parallel()
			server := scripted.Start(t, stats.NewClock(time.Now()), c.addr, scripted.Script{
				Download: scripted.Download{Size: 1000},
				Replies:  replies{c.verb: scripted.NewReply(c.code, "no, thanks")},
			})
			s, _, o := measured(t, secret, scriptedURL(server), "-c", "2", "-n", "6", "--path", "file", "--mode", c.mode)
			checkAllFailed(t, s, o, 6, summary.ErrorSummary{Phase: stats.Negotiate, Code: c.code, Class: stats.ClassReply})
			if s.Series[0].Mode.String() != strings.ToLower(c.verb) {
				t.Errorf("mode %s, want %s", s.Series[0].Mode, c.verb)
			}
			if n := heard(server, c.other); n != 0 {
				t.Errorf("the server heard %s %d times", c.other, n)
			}
		})
	}
}

// TestServerThatHangsUpOnAnAlias: 421 is no verb's fault.
func TestServerThatHangsUpOnAnAlias(t *testing.T) {
	t.Parallel()
	for mode, verbs := range map[string][2]string{"passive": {"EPSV", "PASV"}, "active": {"EPRT", "PORT"}} {
		// The one keeps the session open after all, the other means it.
		for _, end := range []scripted.End{scripted.ProperEnd, scripted.EndFIN} {
			reply := scripted.NewReply(421, "too many of you")
			reply.End = end
			server := scriptedServer(t, scripted.Script{Replies: replies{verbs[0]: reply}})
			at := "ftp://user:" + secret + "@" + server.Addr().String()
			badInput{"", []string{"run", at, "--mode", mode}, exitFailed, []string{verbs[0], "421 too many of you", "--sessions"}}.run(t)
			if n := heard(server, verbs[1]); n != 0 {
				t.Errorf("the server heard %s %d times", verbs[1], n)
			}
		}
	}
}

// checkAllFailed checks a run of one mode in which each of n operations failed
// in one way: it says so, and leaves no sample that could be taken for a fast
// transfer.
func checkAllFailed(t *testing.T, s *summary.Summary, o outcome, n int64, want summary.ErrorSummary) {
	t.Helper()
	if len(s.Failed) != 1 {
		t.Fatalf("exit %d, stderr %q, failed variants %+v", o.code, o.stderr, s.Failed)
	}
	failed := &s.Failed[0]
	if o.code != exitFailed || !strings.Contains(o.stderr, failed.Error()) || (s.Status == summary.Complete) == failed.GivenUp || failed.Why == "" {
		t.Errorf("exit %d, status %s, stderr %q, %+v", o.code, s.Status, o.stderr, failed)
	}
	if len(s.Series) != 1 || len(s.Errors) != 1 {
		t.Fatalf("series %+v, errors %+v", s.Series, s.Errors)
	}
	x := &s.Series[0]
	if x.Attempts != n || x.Failed != n || x.OK != 0 || x.Unfinished != 0 || x.Bytes != 0 || x.OperationsPerSecond != 0 || x.GoodputBytesPerSecond != 0 {
		t.Errorf("%d attempts, %d failed, %d ok, %d unfinished, %d bytes, %v op/s, %v B/s: want %d failed",
			x.Attempts, x.Failed, x.OK, x.Unfinished, x.Bytes, x.OperationsPerSecond, x.GoodputBytesPerSecond, n)
	}
	if len(x.Latency) > 0 || x.Throughput != nil {
		t.Errorf("failures left latencies of %d phases and the throughput %+v", len(x.Latency), x.Throughput)
	}
	e := s.Errors[0]
	if e.Phase != want.Phase || e.Code != want.Code || e.Class != want.Class || e.Count != n {
		t.Errorf("%d times %s, code %d, class %s (%s), want %d times %s, code %d, class %s",
			e.Count, e.Phase, e.Code, e.Class, e.Example, n, want.Phase, want.Code, want.Class)
	}
	if e.Mode != x.Mode || e.Variant != x.Variant || e.Op != x.Op.String() || e.Example == "" {
		t.Errorf("the error %+v of the series %+v", e, x)
	}
	if !strings.Contains(e.Hint, want.Hint) {
		t.Errorf("the hint %q does not say %q", e.Hint, want.Hint)
	}
}

// shortWaits are flags that let a run see every bound without waiting long.
func shortWaits() []string {
	return []string{"--connect-timeout", "5s", "--reply-timeout", "1s", "--accept-timeout", "500ms", "--stall-timeout", "600ms", "--drain", "5s"}
}

// longest bounds a run with these waits that cannot get on: a few of them in a
// row, and a noisy machine.
const longest = 20 * time.Second

// misbehaviour is a server that does something wrong in each transfer.
type misbehaviour struct {
	name   string
	mode   string
	stor   bool
	script scripted.Script
	want   summary.ErrorSummary
}

func misbehaviours() (all []misbehaviour) {
	file := scripted.Download{Size: 200_000}
	reply := func(verb string, r scripted.Reply) scripted.Script {
		return scripted.Script{Download: file, Replies: replies{verb: r}}
	}
	raw := func(text string) scripted.Reply { return scripted.Reply{Raw: text} }
	cut := func(end scripted.End) scripted.Download {
		d := file
		d.Stop, d.StopAfter = end, 100_000
		return d
	}
	failure := func(p stats.Phase, code int, c stats.Class, hint string) summary.ErrorSummary {
		return summary.ErrorSummary{Phase: p, Code: code, Class: c, Hint: hint}
	}
	malformed := func(code int) summary.ErrorSummary {
		return failure(stats.Negotiate, code, stats.ClassMalformed, "")
	}

	// What stands in the address of 227 and 229.
	for name, text := range map[string]string{
		"port 0":     "227 Entering (127,0,0,1,0,0)\r\n",
		"port bytes": "227 Entering (127,0,0,1,256,1)\r\n",
		"five":       "227 Entering (127,0,0,1,40)\r\n",
		"no address": "227 Entering\r\n",
	} {
		all = append(all, misbehaviour{"227 with " + name, "pasv", false, reply("PASV", raw(text)), malformed(227)})
	}
	for name, text := range map[string]string{
		"port 0":     "229 Entering (|||0|)\r\n",
		"port 70000": "229 Entering (|||70000|)\r\n",
		"no port":    "229 Entering (||||)\r\n",
		"minus one":  "229 Entering (|||-1|)\r\n",
		"no bracket": "229 Entering |||4000|\r\n",
	} {
		all = append(all, misbehaviour{"229 with " + name, "epsv", false, reply("EPSV", raw(text)), malformed(229)})
	}
	for _, mode := range []string{"epsv", "pasv", "eprt", "port"} {
		active := mode == "eprt" || mode == "port"
		verb, retr := strings.ToUpper(mode), failure(stats.Command, 425, stats.ClassReply, "")
		firewall := ""
		if active {
			firewall = "--mode passive"
			retr = failure(stats.DataReady, 425, stats.ClassReply, firewall)
			all = append(all,
				misbehaviour{"never connects", mode, false, scripted.Script{Download: file, ActiveConnect: scripted.NeverConnect},
					failure(stats.DataReady, 0, stats.ClassAcceptTimeout, firewall)},
				misbehaviour{"only a stranger connects", mode, false,
					scripted.Script{Download: file, ActiveConnect: scripted.NeverConnect, ForeignFirst: true},
					failure(stats.DataReady, 0, stats.ClassAcceptTimeout, "--active-peer any")},
				misbehaviour{"never connects for an upload", mode, true, scripted.Script{ActiveConnect: scripted.NeverConnect},
					failure(stats.DataReady, 0, stats.ClassAcceptTimeout, firewall)})
		}
		all = append(all,
			misbehaviour{"no answer to the negotiation", mode, false, reply(verb, scripted.Reply{Silent: true}),
				failure(stats.Negotiate, 0, stats.ClassTimeout, firewall)},
			misbehaviour{"closes in the answer to the negotiation", mode, false, reply(verb, scripted.Reply{Raw: "2", End: scripted.EndFIN}),
				failure(stats.Negotiate, 0, stats.ClassClosed, "")},
			misbehaviour{"nonsense for the negotiation", mode, false, reply(verb, raw("<html>\r\n")),
				failure(stats.Negotiate, 0, stats.ClassMalformed, "")},
			misbehaviour{"425 to RETR", mode, false, reply("RETR", scripted.NewReply(425, "cannot connect")), retr},
			misbehaviour{"550 to RETR", mode, false, reply("RETR", scripted.NewReply(550, "no such file")),
				failure(stats.Command, 550, stats.ClassReply, "")},
			misbehaviour{"fewer bytes and 226", mode, false, scripted.Script{Download: cut(scripted.EndFIN)},
				failure(stats.Payload, 226, stats.ClassShort, "")},
			misbehaviour{"fewer bytes and 426", mode, false,
				scripted.Script{Download: cut(scripted.EndFIN), Completion: scripted.NewReply(426, "cut")},
				failure(stats.Payload, 426, stats.ClassReply, "")},
			misbehaviour{"reset and 226", mode, false, scripted.Script{Download: cut(scripted.EndRST)},
				failure(stats.Payload, 226, stats.ClassReset, "")},
			misbehaviour{"more bytes", mode, false, scripted.Script{Download: scripted.Download{Size: 200_000, Extra: 1}},
				failure(stats.Payload, 226, stats.ClassLong, "")},
			misbehaviour{"upload reset and 226", mode, true, scripted.Script{Upload: scripted.Upload{End: scripted.EndRST}},
				failure(stats.Finish, 226, stats.ClassReset, "")},
		)
	}
	return append(all,
		misbehaviour{"stalls", "epsv", false, scripted.Script{Download: cut(scripted.EndHold)},
			failure(stats.Payload, 0, stats.ClassStalled, "")},
		misbehaviour{"no answer to RETR", "epsv", false, reply("RETR", scripted.Reply{Silent: true}),
			failure(stats.Command, 0, stats.ClassTimeout, "")},
		misbehaviour{"closes in the answer to RETR", "epsv", false, reply("RETR", scripted.Reply{Raw: "150 Open", End: scripted.EndFIN}),
			failure(stats.Command, 0, stats.ClassClosed, "")},
		misbehaviour{"226 to RETR", "epsv", false, reply("RETR", scripted.NewReply(226, "done already")),
			failure(stats.Command, 226, stats.ClassMalformed, "")},
		misbehaviour{"no completion", "epsv", false, scripted.Script{Download: file, Completion: scripted.Reply{Silent: true}},
			failure(stats.Finish, 0, stats.ClassTimeout, "")},
		misbehaviour{"closes in the completion", "epsv", false,
			scripted.Script{Download: file, Completion: scripted.Reply{Raw: "226 Transf", End: scripted.EndFIN}},
			failure(stats.Finish, 0, stats.ClassClosed, "")},
		misbehaviour{"resets in the completion", "epsv", false,
			scripted.Script{Download: file, Completion: scripted.Reply{Raw: "22", End: scripted.EndRST}},
			failure(stats.Finish, 0, stats.ClassReset, "")},
		misbehaviour{"nonsense for the completion", "epsv", false, scripted.Script{Download: file, Completion: raw("ok\r\n")},
			failure(stats.Finish, 0, stats.ClassMalformed, "")},
		misbehaviour{"a completion without an end", "epsv", false,
			scripted.Script{Download: file, Completion: raw("226-" + strings.Repeat("and so on\r\n", 100_000))},
			failure(stats.Finish, 0, stats.ClassMalformed, "")},
		misbehaviour{"200 for the completion", "epsv", false, scripted.Script{Download: file, Completion: scripted.NewReply(200, "fine")},
			failure(stats.Finish, 200, stats.ClassMalformed, "")},
		misbehaviour{"451 for the completion", "epsv", false, scripted.Script{Download: file, Completion: scripted.NewReply(451, "\x1b[31mdisk\x07")},
			failure(stats.Finish, 451, stats.ClassReply, "")},
		misbehaviour{"disk full", "epsv", true, scripted.Script{Completion: scripted.NewReply(452, "full")},
			failure(stats.Finish, 452, stats.ClassReply, "full")},
		misbehaviour{"hangs up after the transfer", "epsv", false, scripted.Script{Download: file, Completion: scripted.NewReply(421, "enough")},
			failure(stats.Finish, 421, stats.ClassReply, "--sessions")},
		misbehaviour{"closed passive port", "pasv", false, reply("PASV", raw("227 (127,0,0,1,0,1)\r\n")),
			failure(stats.DataReady, 0, stats.ClassRefused, "--mode active")},
	)
}

// TestMisbehavingServers: whatever a server does wrong in a transfer is counted
// as a failure of the right phase, within its deadline, and never as a success.
func TestMisbehavingServers(t *testing.T) {
	t.Parallel()
	for _, c := range misbehaviours() {
		t.Run(c.name+"/"+c.mode, func(t *testing.T) {
			t.Parallel()
			script := c.script
			if c.stor {
				// The run begins by trying whether it may write.
				script.Choose = properUpTo(1)
			}
			server := scriptedServer(t, script)
			args := append([]string{scriptedURL(server), "-c", "2", "-n", "2", "--mode", c.mode}, shortWaits()...)
			if c.stor {
				args = append(args, "--op", "stor", "--size", "200kB")
			} else {
				args = append(args, "--path", "file")
			}
			begun := time.Now()
			s, _, o := measured(t, secret, args...)
			if took := time.Since(begun); took > longest {
				t.Errorf("took %v", took)
			}
			checkAllFailed(t, s, o, 2, c.want)
			if strings.ContainsAny(o.stdout+o.stderr, "\x1b\x07") {
				t.Errorf("control characters of the server's came through: %q", o.stdout)
			}
		})
	}
}

// properUpTo has the first n sessions find a correct server.
func properUpTo(n int) func(scripted.Turn) *scripted.Script {
	var proper scripted.Script
	return func(turn scripted.Turn) *scripted.Script {
		if turn.Session <= n {
			return &proper
		}
		return nil
	}
}

// TestStrangeServersThatWork: what is odd but harmless is no failure.
func TestStrangeServersThatWork(t *testing.T) {
	t.Parallel()
	file := scripted.Download{Size: 200_000}
	for _, c := range []struct {
		name   string
		mode   string
		script scripted.Script
		banner string
		note   string
	}{
		{"227 with a wild address", "pasv",
			scripted.Script{Download: file, Replies: replies{"PASV": {Raw: "227 Entering Passive Mode (203,0,113,9,{p1},{p2})\r\n"}}},
			"ready", "named another host in 6 transfers"},
		{"227 without brackets", "pasv",
			scripted.Script{Download: file, Replies: replies{"PASV": {Raw: "227 =127,0,0,1,{p1},{p2}\r\n"}}}, "ready", ""},
		{"greeting of many lines", "epsv",
			scripted.Script{Download: file, Banner: []string{"Welcome", " 220 is not yet the end", "221 neither", "220-nor this", "Bye"}},
			"Welcome", ""},
		{"greeting that asks for patience", "epsv",
			scripted.Script{Download: file, Replies: replies{scripted.Greeting: {Raw: "120 In a minute\r\n220 Now\r\n"}}}, "Now", ""},
		{"greeting in small pieces", "epsv",
			scripted.Script{Download: file, Replies: replies{scripted.Greeting: {Raw: "220-a\r\n220 b\r\n", Dribble: time.Millisecond}}}, "a b", ""},
		{"a stranger comes first", "port",
			scripted.Script{Download: file, ForeignFirst: true}, "ready", "6 connections to active listeners came from another address"},
		{"226 before the end of the data", "eprt",
			scripted.Script{Download: file, CompletionBeforeEOF: true, Delays: scripted.Delays{EOF: 10 * time.Millisecond}}, "ready", ""},
		{"replies in one segment", "port", scripted.Script{Download: file, OneSegment: scripted.RepliesFirst}, "ready", ""},
		{"control characters in the greeting", "epsv",
			scripted.Script{Download: file, Replies: replies{scripted.Greeting: {Raw: "220 \x1b[2Jhello\x07\x9b\r\n"}}}, "hello", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := scriptedServer(t, c.script)
			s, file, o := measured(t, secret, scriptedURL(server), "-c", "2", "-n", "6", "--path", "file", "--mode", c.mode)
			if o.code != exitFine || len(s.Series) != 1 || s.Series[0].OK != 6 {
				t.Fatalf("exit %d, series %+v, errors %+v, stderr\n%s", o.code, s.Series, s.Errors, o.stderr)
			}
			checkFlawless(t, &s.Series[0], 200_000, 2)
			if !strings.Contains(s.Target.Banner, c.banner) {
				t.Errorf("the banner is %q, want %q", s.Target.Banner, c.banner)
			}
			if c.note != "" && !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, c.note) }) {
				t.Errorf("no note says %q: %q", c.note, s.Notes)
			}
			if c.note == "" && len(s.Notes) > 0 {
				t.Errorf("notes %q", s.Notes)
			}
			text := executed("report", file)
			if text.code != exitFine || strings.ContainsAny(text.stdout+o.stdout, "\x1b\x07\u009b") {
				t.Errorf("exit %d, report\n%q", text.code, text.stdout)
			}
			if c.note != "" && !strings.Contains(strings.Join(strings.Fields(text.stdout), " "), c.note) {
				t.Errorf("the report does not say %q:\n%s", c.note, text.stdout)
			}
		})
	}
}

// TestFailuresAmongSuccesses: where some transfers fail the others count, and
// the exit code is that of a run that went well.
func TestFailuresAmongSuccesses(t *testing.T) {
	t.Parallel()
	const size = 200_000
	short := scripted.Script{Download: scripted.Download{Size: size, Stop: scripted.EndFIN, StopAfter: size / 4}}
	server := scriptedServer(t, scripted.Script{
		Download: scripted.Download{Size: size},
		Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Verb == "RETR" && turn.Transfer%2 == 1 {
				return &short
			}
			return nil
		},
	})
	s, _, o := measured(t, secret, scriptedURL(server), "-c", "1", "-n", "10", "--path", "file", "--mode", "epsv")
	if o.code != exitFine || len(s.Series) != 1 || len(s.Errors) != 1 {
		t.Fatalf("exit %d, series %+v, errors %+v", o.code, s.Series, s.Errors)
	}
	x := &s.Series[0]
	if x.Attempts != 10 || x.OK != 5 || x.Failed != 5 || x.Bytes != 5*size || x.WastedBytes != 5*size/4 || x.Latency[stats.Service].Count != 5 {
		t.Errorf("series %+v", x)
	}
	if e := s.Errors[0]; e.Phase != stats.Payload || e.Class != stats.ClassShort || e.Code != 226 || e.Count != 5 {
		t.Errorf("error %+v", e)
	}
	// The session was in step after each failure: there was one, and one that
	// prepared.
	if n := len(server.Sessions()); n != 2 {
		t.Errorf("%d sessions, want 2", n)
	}
}

// TestServersThatCannotBeUsed: what is wrong before the first transfer ends the
// run at once, with one line, and what was made is taken away again.
func TestServersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	raw := func(verb, text string, end scripted.End) replies {
		return replies{verb: {Raw: text, End: end}}
	}
	refuse := func(code int, text string, verbs ...string) replies {
		r := replies{}
		for _, v := range verbs {
			r[v] = scripted.NewReply(code, text)
		}
		return r
	}
	const greeting = scripted.Greeting
	for _, c := range []struct {
		name    string
		replies replies
		args    []string
		says    []string
		made    bool // the folder was
	}{
		{"greeting is nonsense", raw(greeting, "HTTP/1.1 400 Bad Request\r\n\r\n", scripted.EndFIN), nil, []string{"greeting", "not an FTP reply", "is that an FTP server"}, false},
		{"greeting is binary", raw(greeting, "\x16\x03\x01\x02\x00", scripted.ProperEnd), nil, []string{"greeting", "not an FTP reply", "TLS"}, false},
		{"greeting never comes", replies{greeting: {Silent: true}}, nil, []string{"greeting", "timeout", "is that an FTP server"}, false},
		{"greeting is cut off", raw(greeting, "220-Wel", scripted.EndFIN), nil, []string{"greeting", "EOF"}, false},
		{"greeting is reset", raw(greeting, "220", scripted.EndRST), nil, []string{"reset by peer"}, false},
		{"greeting has no end", raw(greeting, "220-"+strings.Repeat("poem\r\n", 200_000), scripted.ProperEnd), nil, []string{"greeting", "not an FTP reply"}, false},
		{"greeting says 421", refuse(421, "too many users", greeting), nil, []string{"greeting", "421 too many users", "--sessions"}, false},
		{"USER is cut off", raw("USER", "331 Passw", scripted.EndFIN), nil, []string{"login", "EOF"}, false},
		{"USER is not answered", replies{"USER": {Silent: true}}, nil, []string{"login", "timeout"}, false},
		{"PASS gets nonsense", raw("PASS", "welcome!\r\n", scripted.ProperEnd), nil, []string{"login", "not an FTP reply"}, false},
		{"account is wanted", refuse(532, "Need account", "PASS"), nil, []string{"login", "PASS", "532 Need account"}, false},
		{"TYPE is refused", refuse(504, "ASCII only", "TYPE"), nil, []string{"setup", "TYPE", "504 ASCII only"}, false},
		{"directory is missing", refuse(550, "no such directory", "CWD"), []string{"/far/away"}, []string{`directory "far/away"`, "550 no such directory"}, false},
		{"folder is refused", refuse(553, "read only", "MKD"), nil, []string{"ftpmark-", "553 read only"}, false},
		{"folder is not answered", replies{"MKD": {Silent: true}}, nil, []string{"MKD", "timeout"}, true},
		{"upload is refused", refuse(553, "not here", "STOR"), nil, []string{"writing ftpmark-", "553 not here"}, true},
		{"upload is refused with stor", refuse(553, "not here", "STOR"), []string{"", "--op", "stor"}, []string{"writing ftpmark-", "553 not here"}, true},
		{"disk is full", refuse(552, "quota", "STOR"), nil, []string{"writing ftpmark-", "552 quota", "quota is full"}, true},
		{"no passive verb is known", refuse(502, "never heard of it", "EPSV", "PASV"), []string{"", "--mode", "passive"}, []string{"EPSV", "502 never heard of it", "neither verb of --mode passive"}, true},
		{"no active verb is known", refuse(500, "what?", "EPRT", "PORT"), []string{"", "--mode", "active"}, []string{"EPRT", "500 what?", "neither verb of --mode active"}, true},
		{"file is missing", refuse(550, "no such file", "SIZE", "RETR"), []string{"", "--path", "dir/file"}, []string{`"dir/file"`, "--path", "550 no such file"}, false},
		{"control characters in a refusal", refuse(553, "\x1b[31mno\x07 way\x9b", "MKD"), nil, []string{"553", "no", "way"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := scriptedServer(t, scripted.Script{Replies: c.replies})
			path, flags := "", c.args
			if len(flags) > 0 {
				path, flags = flags[0], flags[1:]
			}
			begun := time.Now()
			args := append([]string{"run", scriptedURL(server) + path, "-c", "2", "-n", "4", "--size", "20kB"}, shortWaits()...)
			if slices.Contains(flags, "--path") {
				args = slices.DeleteFunc(args, func(a string) bool { return a == "--size" || a == "20kB" })
			}
			badInput{c.name, append(args, flags...), exitFailed, c.says}.run(t)
			if took := time.Since(begun); took > longest {
				t.Errorf("took %v", took)
			}
			made, removed := folders(server, "MKD"), folders(server, "RMD")
			if !c.made {
				made = nil
			}
			if !maps.Equal(made, removed) {
				t.Errorf("folders that were made, and those that were removed:\n%v\n%v", made, removed)
			}
		})
	}
}
