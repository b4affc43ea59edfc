package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// greeted is a script with that greeting.
func greeted(text string) scripted.Script { return answers(replies{scripted.Greeting: raw(text)}) }

// quirksOfReading: what real clients skip is skipped, and no reply is taken for
// another.
func quirksOfReading() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	other := "553-\r\n553- Directory excluded (precheck).\r\n150 Opening BINARY mode data connection.\r\n"
	add(quirk{id: "R17", script: scripted.Script{Preliminary: raw(other)}, says: []string{"ends multi-line replies with another code"}, curl: peerWorks, lftp: peerWorks})
	for _, op := range []string{"stor", "list", "appe"} {
		add(quirk{id: "R17/" + op, script: scripted.Script{Preliminary: raw(other)}, args: append(modeFlags("passive"), "--op", op), curl: peerWorks, lftp: peerWorks})
	}
	add(quirk{id: "R17/EPSV", script: answers(replies{"EPSV": raw("500-no\r\n425 such verb\r\n")}), args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "R17/completion", script: scripted.Script{Completion: raw("226-\r\n550 is a number\r\n226 done\r\n")}})
	add(quirk{id: "R17/completion stor", script: scripted.Script{Completion: raw("226-\r\n550 is a number\r\n226 done\r\n")}, args: []string{"--op", "stor"}})
	add(quirk{id: "R17/greeting", script: greeted("220-hello\r\n 220 years\r\n550 files\r\n220 ready\r\n")})
	// A failure that a line of another code ends is one.
	add(quirk{id: "R17/refused", script: onVerb("RETR", scripted.Script{Completion: raw("226-almost\r\n451 but not quite\r\n")}),
		args: append(modeFlags("passive"), "--path", "probe.bin"), code: exitFailed, failed: quirkOperations, says: []string{"451"}})

	add(quirk{id: "R20", script: scripted.Script{ReplyTail: "\r\n"}, curl: peerWorks, lftp: peerWorks})
	for _, op := range []string{"stor", "list", "dele", "rename", "mkd"} {
		add(quirk{id: "R20/" + op, script: scripted.Script{ReplyTail: "\r\n"}, args: append(modeFlags("passive"), "--op", op)})
	}
	add(quirk{id: "R20/blanks", script: scripted.Script{ReplyTail: " \r\n\r\n\n"}, args: modeFlags("passive")})
	add(quirk{id: "R21", script: answers(replies{"PASS": raw("230 Welcome.\r\n230 Logged in.\r\n")}), curl: peerFails, lftp: peerWorks})
	add(quirk{id: "R21/USER", script: answers(replies{"USER": raw("331 Hello.\r\n331 Password, please.\r\n")}), args: modeFlags("passive")})
	add(quirk{id: "R22", script: greeted("220 Welcome.\r\n220 Ready.\r\n"), curl: peerFails, lftp: peerWorks})
	add(quirk{id: "R22/three", script: greeted("220 Welcome.\r\n220 It is\r\n220 Ready.\r\n"), args: modeFlags("passive")})
	add(quirk{id: "R22/120", script: greeted("120 Ready in a moment.\r\n220 Ready.\r\n"), args: modeFlags("passive"), curl: peerFails})
	add(quirk{id: "R23", script: greeted("Welcome to the server\r\n*** no strangers ***\r\n\r\n220 ready\r\n"), curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "R23/numbers", script: greeted("24 users\r\n1234 files\r\n12a\r\n220 ready\r\n"), args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "R23/within", script: answers(replies{"CWD": raw("message of the day\r\n250 Done.\r\n")}), path: "pub", args: modeFlags("passive")})
	add(quirk{id: "R23/SIZE", script: answers(replies{"SIZE": raw("a moment\r\n213 {size}\r\n")}), args: append(modeFlags("passive"), "--path", "probe.bin")})
	add(quirk{id: "R23/EPSV", script: answers(replies{"EPSV": raw("a moment\r\n229 (|||{port}|)\r\n")}), args: modeFlags("epsv")})
	add(quirk{id: "R23/never", script: greeted(strings.Repeat("hello\r\n", 100)), args: modeFlags("passive"),
		code: exitFailed, failed: -1, says: []string{"FTP"}})
	add(quirk{id: "HTTP", script: greeted("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), args: modeFlags("passive"),
		code: exitFailed, failed: -1, says: []string{"FTP"}, curl: peerFails, lftp: peerFails})
	add(quirk{id: "R24", script: greeted("\xff\xfb\x01220 ready\r\n"), curl: peerFails, lftp: peerWorks})
	add(quirk{id: "R24/several", script: greeted("\xff\xfb\x01\xff\xfd\x03\xff\xf1220 ready\r\n"), args: modeFlags("passive")})
	add(quirk{id: "R24/in a reply", script: answers(replies{"PASS": raw("\xff\xfc\x01230 in\r\n")}), args: modeFlags("passive")})
	line := strings.Repeat("0123456789", 7) + "\r\n"
	for n, curl := range map[int]peerFares{200: peerWorks, 600: peerFails} { // curl stops at 300 KiB
		add(quirk{id: fmt.Sprintf("greeting/%d KiB", n), script: greeted("220-hello\r\n" + strings.Repeat(line, n<<10/len(line)) + "220 ready\r\n"),
			args: modeFlags("passive"), curl: curl, lftp: peerWorks})
		add(quirk{id: fmt.Sprintf("greeting/%d KiB of 220-", n), script: greeted(strings.Repeat("220-"+line, n<<10/len(line)) + "220 ready\r\n"),
			args: modeFlags("passive"), curl: curl, lftp: peerWorks})
	}
	add(quirk{id: "LF", script: greeted("220-hello\n220 ready\n"), args: modeFlags("passive"), curl: peerWorks, lftp: peerFails})
	add(quirk{id: "no words", script: scripted.Script{Completion: raw("226\r\n"), Preliminary: raw("150\r\n"), Replies: replies{"PASS": raw("230\r\n"), "CWD": raw("250\r\n")}},
		path: "pub", args: modeFlags("passive"), curl: peerFails, lftp: peerWorks})
	for id, text := range map[string]string{
		"blanks":      "227 Entering Passive Mode ( {h}, {p1}, {p2} ).\r\n",
		"no brackets": "227 Entering Passive Mode {h},{p1},{p2}\r\n",
		"equals":      "227 Entering Passive Mode ={h},{p1},{p2}\r\n",
		"words":       "227 {h},{p1},{p2} it is, for 60 seconds\r\n",
	} {
		add(quirk{id: "227/" + id, script: answers(replies{"PASV": raw(text)}), args: modeFlags("pasv"), lftp: peerNotTried})
	}
	for id, text := range map[string]string{
		"other delimiter": "229 Entering Extended Passive Mode (!!!{port}!)\r\n",
		"no words":        "229 (|||{port}|)\r\n",
		"more words":      "229 Entering (extended) passive mode (|||{port}|), for 60 seconds (or so)\r\n",
	} {
		add(quirk{id: "229/" + id, script: answers(replies{"EPSV": raw(text)}), args: modeFlags("epsv")})
	}
	return rows
}

// quirksOfSizes: a size that cannot be had is unknown; one that can is used.
func quirksOfSizes() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	path := []string{"--path", "probe.bin"}
	unverified := func(t *testing.T, _ *scripted.Server, s *summary.Summary) {
		t.Helper()
		if s == nil {
			return
		}
		for i := range s.Series {
			if x := &s.Series[i]; x.SizeUnverified != x.OK {
				t.Errorf("%s: %d of %d operations are said to be unverified, want all", x.Variant, x.SizeUnverified, x.OK)
			}
		}
	}
	verified := func(t *testing.T, _ *scripted.Server, s *summary.Summary) {
		t.Helper()
		if s == nil {
			return
		}
		for i := range s.Series {
			if x := &s.Series[i]; x.SizeUnverified != 0 {
				t.Errorf("%s: %d operations are said to be unverified, want none", x.Variant, x.SizeUnverified)
			}
		}
	}
	size := func(text string) scripted.Script { return answers(replies{"SIZE": raw(text)}) }
	add(quirk{id: "F01", script: size("213 file.bin {size}\r\n"), args: path, also: verified, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "F01/behind", script: size("213 {size} bytes\r\n"), args: path, also: verified, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "F01/blanks", script: size("213   {size}  \r\n"), args: path, also: verified, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "F01/multiline", script: size("213-Size of file.bin\r\n213 {size}\r\n"), args: path, also: verified})
	add(quirk{id: "F03", script: size("213 -1594967296\r\n"), args: path, also: unverified, curl: peerFails, lftp: peerWorks})
	add(quirk{id: "F03/words", script: size("213 unknown\r\n"), args: path, also: unverified, lftp: peerWorks})
	add(quirk{id: "F03/empty", script: size("213\r\n"), args: path, also: unverified, lftp: peerWorks})
	add(quirk{id: "F03/huge", script: size("213 99999999999999999999\r\n"), args: path, also: unverified, lftp: peerNotTried})
	for code, id := range map[int]string{
		550: "F04", 451: "X14", 450: "F04/450", 500: "F04/500", 501: "F04/501", 502: "F04/502", 503: "F04/503", 504: "F04/504",
		553: "F04/553", 202: "F04/202", 200: "F04/200", 350: "F04/350",
	} {
		q := quirk{id: id, script: size(fmt.Sprintf("%d so be it\r\n", code)), args: path, also: unverified, lftp: peerWorks}
		if code == 550 {
			q.curl = peerFails
		}
		add(q)
	}
	// The file is not there: RETR says so, and nothing succeeds.
	add(quirk{id: "F04/no file", script: scripted.Script{}, args: []string{"--path", "nothing.bin"}, code: exitFailed, failed: -1, says: []string{"550"}, never: []string{"firewall"}})
	// A size that is wrong is one that is not what came.
	add(quirk{id: "size/more", script: size("213 5000\r\n"), args: append(modeFlags("passive"), path...), code: exitFailed, failed: quirkOperations, says: []string{"5000"}, lftp: peerNotTried})

	// Behind an upload.
	verify := []string{"--op", "stor", "--verify", "size"}
	after := func(code int) scripted.Script { return size(fmt.Sprintf("%d so be it\r\n", code)) }
	add(quirk{id: "F20", script: after(550), args: append(modeFlags("passive"), verify...), code: exitFailed, failed: -1,
		says: []string{"SIZE", "550"}, never: []string{"may write to"}, curl: peerWorks, lftp: peerWorks})
	for code, id := range map[int]string{504: "F21", 202: "F21/202", 500: "F21/500", 501: "F21/501", 502: "F21/502"} {
		add(quirk{id: id, script: after(code), args: append(modeFlags("passive"), verify...), also: unverified, curl: peerWorks, lftp: peerWorks})
	}
	add(quirk{id: "F21/words", script: size("213 file.bin {size}\r\n"), args: append(modeFlags("passive"), verify...), also: verified})
	add(quirk{id: "F21/less", script: size("213 100\r\n"), args: append(modeFlags("passive"), verify...), code: exitFailed, failed: -1, says: []string{"100"}})
	return rows
}
