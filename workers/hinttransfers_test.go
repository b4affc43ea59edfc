//go:build linux

package workers

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// transferHints are about the transfer command and what follows it.
func transferHints() (cases []hintCase) {
	add := func(op stats.Op, verb, reply, hint string) {
		cases = append(cases, hintCase{name: verb + " " + reply, script: answering(verb, reply), mode: profiles.EPSV, job: Job{Op: op},
			phase: stats.Command, class: stats.ClassReply, code: atoi(reply[:3]), says: []string{verb, reply}, hint: hint})
	}
	for _, op := range []stats.Op{stats.Retr, stats.Stor, stats.Appe, stats.List, stats.Mlsd, stats.Nlst} {
		verb := strings.ToUpper(op.String())
		for _, code := range []string{"500", "502"} {
			hint := "the server does not support " + verb
			if op == stats.Retr || op == stats.Stor {
				hint = "" // every server does
			}
			add(op, verb, code+" What?", hint)
		}
		add(op, verb, "500 OOPS: child died", "")
		add(op, verb, "504 Not for this.", "")
		add(op, verb, "550 no ports.txt: No such file.", "") // of a file of that name
		add(op, verb, "530 No.", "")
		add(op, verb, "421 Timeout (300 seconds).", idle)
		add(op, verb, "452 No space.", full)
		add(op, verb, "552 Quota.", full)
		hint := ""
		if op.Uploads() {
			hint = otherName
		}
		add(op, verb, "553 Not that name.", hint)
		add(op, verb, "451 Disk error.", "")
	}
	add(stats.Appe, "APPE", "451 file: Append/Restart not permitted, try again", noResume)
	resumed := func(op stats.Op, script scripted.Script, code int, hint string, says ...string) {
		cases = append(cases, hintCase{name: fmt.Sprintf("%s resumed: %d %s", op, code, says[1]), script: script, mode: profiles.EPRT, job: Job{Op: op, From: 10},
			phase: stats.Command, class: stats.ClassReply, code: code, says: says, hint: hint})
	}
	for _, op := range []stats.Op{stats.Retr, stats.Stor} {
		for _, code := range []int{501, 502, 554} {
			reply := fmt.Sprint(code, " No.")
			resumed(op, answering("REST", reply), code, noREST, "REST", reply)
		}
		resumed(op, answering("REST", "421 Bye."), 421, diagnosis.LimitedOrGone, "REST", "421 Bye.")
	}
	resumed(stats.Stor, answering("STOR", "451 file: Append/Restart not permitted, try again"), 451, noResume, "STOR", "451 file: Append")
	resumed(stats.Stor, answering("STOR", "451 Disk error."), 451, "", "STOR", "451 Disk error.")
	resumed(stats.Retr, answering("RETR", "451 Restart not possible."), 451, "", "RETR", "451 Restart not possible.")

	// A stranger explains a refusal only where the server itself has not come.
	foreign := answering("RETR", "451 Not you.")
	foreign.ActiveFrom, foreign.ActiveConnect = netip.MustParseAddr("127.0.0.2"), scripted.AtPORT
	// Nobody is named who has not been accepted when the refusal is there.
	foreign.Delays.Verbs = map[string]time.Duration{"RETR": 200 * time.Millisecond}
	cases = append(cases, hintCase{name: "a stranger and then 451", script: foreign, mode: profiles.EPRT,
		phase: stats.Command, class: stats.ClassReply, code: 451, says: []string{"RETR", "451 Not you."}, hint: stranger})
	foreign.Replies = hintReplies("RETR", "550 No such file.")
	cases = append(cases, hintCase{name: "a stranger and then 550", script: foreign, mode: profiles.EPRT,
		phase: stats.Command, class: stats.ClassReply, code: 550, says: []string{"RETR", "550 No such file."}})
	both := answering("RETR", "450 Busy.")
	both.Delays = foreign.Delays
	both.ForeignFirst, both.ActiveConnect = true, scripted.AtPORT
	cases = append(cases, hintCase{name: "a stranger, the server, and then 450", script: both, mode: profiles.EPRT,
		phase: stats.Command, class: stats.ClassReply, code: 450, says: []string{"RETR", "450 Busy."}},
		hintCase{name: "RETR is not answered", script: scripted.Script{Replies: map[string]scripted.Reply{"RETR": {Silent: true}}}, mode: profiles.EPSV,
			phase: stats.Command, class: stats.ClassTimeout, says: []string{"RETR"}})
	return append(cases, endHints()...)
}

// endHints are about payload and what follows it.
func endHints() (cases []hintCase) {
	ended := func(name string, op stats.Op, script scripted.Script, phase stats.Phase, class stats.Class, code int, hint string, says ...string) {
		for _, mode := range []profiles.Mode{profiles.EPSV, profiles.EPRT} {
			cases = append(cases, hintCase{name: fmt.Sprintf("%s %s %s", op, name, mode), script: script, mode: mode, job: Job{Op: op},
				phase: phase, class: class, code: code, hint: hint, says: says})
		}
	}
	done := func(reply string) scripted.Script {
		return scripted.Script{Completion: scripted.Reply{Raw: reply + "\r\n"}}
	}
	for _, c := range []struct{ reply, hint string }{
		{"426 Cut.", ""}, {"451 Disk error.", ""}, {"452 No space.", full}, {"552 Quota.", full}, {"550 Gone.", ""},
		{"421 Bye.", diagnosis.LimitedOrGone}, {"553 Not that name.", ""}, {"425 Why?", ""},
	} {
		for _, op := range []stats.Op{stats.Retr, stats.Stor} {
			ended("ends with "+c.reply, op, done(c.reply), stats.Finish, stats.ClassReply, atoi(c.reply[:3]), c.hint, strings.ToUpper(op.String()), c.reply)
		}
	}
	cut := func(end scripted.End, after int64, reply string) scripted.Script {
		return scripted.Script{Download: scripted.Download{Size: 1000, Stop: end, StopAfter: after}, Completion: scripted.Reply{Raw: reply + "\r\n"}}
	}
	ended("cut", stats.Retr, cut(scripted.EndFIN, 500, "226 Done."), stats.Payload, stats.ClassShort, 226, "", "500 bytes", "226")
	ended("cut and told", stats.Retr, cut(scripted.EndFIN, 500, "426 Cut."), stats.Payload, stats.ClassReply, 426, "", "500 bytes", "426 Cut.")
	// Half of it and a reset is what --accept would not take.
	ended("reset in its midst", stats.Retr, cut(scripted.EndRST, 500, "226 Done."), stats.Payload, stats.ClassReset, 226, "", "226")
	ended("reset in its midst and told", stats.Retr, cut(scripted.EndRST, 500, "426 Cut."), stats.Payload, stats.ClassReset, 426, "", "426 Cut.")
	list := scripted.Script{Download: scripted.Download{Listings: listings(1000), End: scripted.EndRST}}
	ended("reset", stats.List, list, stats.Payload, stats.ClassReset, 226, "", "226")
	slow := scripted.Script{Download: scripted.Download{Size: 1000, End: scripted.EndRST}, Delays: scripted.Delays{EOF: 100 * time.Millisecond}}
	ended("whole and reset", stats.Retr, slow, stats.Payload, stats.ClassReset, 226, resets, "226")
	ended("whole and reset", stats.Stor, scripted.Script{Upload: scripted.Upload{End: scripted.EndRST}}, stats.Finish, stats.ClassReset, 226, resets, "226")
	ended("whole, reset and refused", stats.Stor, scripted.Script{Upload: scripted.Upload{End: scripted.EndRST}, Completion: scripted.NewReply(426, "Cut.")},
		stats.Finish, stats.ClassReset, 426, "", "426 Cut.")
	ended("stalled", stats.Retr, cut(scripted.EndHold, 500, ""), stats.Payload, stats.ClassStalled, 0, "", "stalled")
	return cases
}

// serviceHints are about operations without a data connection, and SIZE behind an
// upload.
func serviceHints() (cases []hintCase) {
	add := func(op stats.Op, verb, reply, hint string) {
		cases = append(cases, hintCase{name: verb + " " + reply, script: answering(verb, reply), job: Job{Op: op, To: "other", Want: -1},
			phase: stats.Service, class: stats.ClassReply, code: atoi(reply[:3]), says: []string{verb, reply}, hint: hint})
	}
	for verb, op := range map[string]stats.Op{"MKD": stats.Mkd, "RMD": stats.Rmd, "DELE": stats.Dele, "RNFR": stats.Rename, "RNTO": stats.Rename, "SIZE": stats.Size, "NOOP": stats.Noop} {
		for _, reply := range []string{"500 What?", "500 OOPS: vsf_sysutil_bind", "502 What?", "450 Busy.", "550 No ports here.", "553 No.", "530 No.", "425 Address already in use"} {
			add(op, verb, reply, "")
		}
		add(op, verb, "421 Idle for too long.", idle)
		add(op, verb, "421 Bye.", diagnosis.LimitedOrGone)
	}
	add(stats.Mkd, "MKD", "552 Quota.", full)
	add(stats.Mkd, "MKD", "452 No space.", full)
	for _, c := range []struct{ reply, hint string }{
		{"550 No such file.", diagnosis.Unseen}, {"553 No.", diagnosis.Unseen}, {"421 Bye.", diagnosis.LimitedOrGone}, {"421 Timeout.", idle},
	} {
		cases = append(cases, hintCase{name: "an upload and then SIZE " + c.reply, script: answering("SIZE", c.reply), mode: profiles.EPSV,
			job: Job{Op: stats.Stor, VerifySize: true, Total: 1000}, phase: stats.Finish, class: stats.ClassReply, code: atoi(c.reply[:3]),
			says: []string{"SIZE", c.reply}, hint: c.hint})
	}
	return append(cases,
		hintCase{name: "an upload and then another SIZE", script: answering("SIZE", "213 999"), mode: profiles.EPSV,
			job: Job{Op: stats.Stor, VerifySize: true, Total: 1000}, phase: stats.Finish, class: stats.ClassShort, code: 213, says: []string{"999 bytes", "1000"}},
		hintCase{name: "an upload and then an odd SIZE", script: answering("SIZE", "213 much"), mode: profiles.EPSV,
			job: Job{Op: stats.Stor, VerifySize: true, Total: 1000}, phase: stats.Finish, class: stats.ClassMalformed, code: 213, says: []string{"SIZE", "213 much"}},
		hintCase{name: "other content and 421", script: scripted.Script{Completion: scripted.NewReply(421, "Bye.")}, mode: profiles.EPSV, job: Job{Op: stats.Retr, Expect: new(mover.Expect)},
			phase: stats.Payload, class: stats.ClassCorrupt, code: 421, says: []string{"at byte 0", "421 Bye."}})
}
