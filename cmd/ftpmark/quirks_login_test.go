package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// otherCodes are 2yz replies of all kinds.
var otherCodes = []int{200, 202, 211, 213, 220, 226, 230, 250, 257, 299}

// quirksOfLogin: a log-in is read by the class of its replies, and does without
// what is optional.
func quirksOfLogin() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	for _, code := range otherCodes {
		id := fmt.Sprint(code)
		if code == 220 {
			add(quirk{id: "R06", script: answers(replies{"PASS": reply(code)}), curl: peerWorks, lftp: peerWorks})
		} else {
			add(quirk{id: "R06/" + id, script: answers(replies{"PASS": reply(code)}), args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks})
		}
		also := func(t *testing.T, server *scripted.Server, _ *summary.Summary) {
			if n := heard(server, "PASS"); n > 0 {
				t.Errorf("a password was sent %d times, which was not asked for", n)
			}
		}
		if code == 200 {
			add(quirk{id: "R07", script: answers(replies{"USER": reply(code)}), also: also, curl: peerWorks, lftp: peerWorks})
		} else {
			add(quirk{id: "R07/" + id, script: answers(replies{"USER": reply(code)}), args: modeFlags("passive"), also: also, curl: peerWorks, lftp: peerWorks})
		}
		if code == 250 {
			add(quirk{id: "R11", script: answers(replies{"TYPE": reply(code)}), curl: peerWorks, lftp: peerWorks})
		} else {
			add(quirk{id: "R11/" + id, script: answers(replies{"TYPE": reply(code)}), args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks})
		}
		// lftp reads any code of 2, curl 220 alone.
		q := quirk{id: "greeting/" + id, script: answers(replies{scripted.Greeting: reply(code)}), args: modeFlags("passive"), lftp: peerWorks}
		add(q)
	}
	add(quirk{id: "R07/300", script: answers(replies{"USER": reply(300)}), args: modeFlags("passive"), lftp: peerWorks})
	for _, code := range []int{430, 530, 500, 503} {
		add(quirk{id: fmt.Sprintf("refused/PASS %d", code), script: answers(replies{"PASS": reply(code)}), args: modeFlags("passive"),
			code: exitFailed, failed: -1, says: []string{"PASS", fmt.Sprint(code)}, curl: peerFails, lftp: peerFails})
	}
	add(quirk{id: "refused/TYPE 504", script: answers(replies{"TYPE": reply(504)}), args: modeFlags("passive"),
		code: exitFailed, failed: -1, says: []string{"TYPE", "504"}})
	// Nothing depends on these.
	for _, verb := range []string{"SYST", "FEAT", "OPTS"} {
		for _, code := range []int{200, 202, 215, 421, 451, 500, 502, 530, 550} {
			if code == 421 {
				continue // the session is over
			}
			add(quirk{id: fmt.Sprintf("optional/%s %d", verb, code), script: answers(replies{verb: reply(code)}), args: modeFlags("passive"), curl: peerWorks})
		}
	}
	add(quirk{id: "R28", script: answers(replies{"FEAT": {Silent: true}}), says: []string{"FEAT"}, within: 30 * time.Second, curl: peerWorks, lftp: peerFails})
	add(quirk{id: "R28/stor", script: answers(replies{"FEAT": {Silent: true}}), args: []string{"--op", "stor"}, says: []string{"FEAT"}, within: 30 * time.Second})
	add(quirk{id: "R29", script: answers(replies{"FEAT": {Raw: "221 Goodbye.\r\n", End: scripted.EndFIN}}), says: []string{"FEAT"}, curl: peerWorks, lftp: peerFails})
	add(quirk{id: "R29/reset", script: answers(replies{"FEAT": {Silent: true, End: scripted.EndRST}}), says: []string{"FEAT"}, curl: peerWorks, lftp: peerFails})
	add(quirk{id: "R29/closed", script: answers(replies{"FEAT": {Silent: true, End: scripted.EndFIN}}), says: []string{"FEAT"}, curl: peerWorks, lftp: peerFails})
	add(quirk{id: "R29/421", script: answers(replies{"FEAT": {Raw: "421 What?\r\n", End: scripted.EndFIN}}), says: []string{"FEAT"}, curl: peerWorks, lftp: peerFails})
	for _, verb := range []string{"SYST", "OPTS"} {
		add(quirk{id: "R28/" + verb, script: answers(replies{verb: {Silent: true}}), within: 30 * time.Second})
	}

	add(quirk{id: "X20", args: []string{"-n", "2", "-c", "1"}, also: func(t *testing.T, server *scripted.Server, _ *summary.Summary) {
		// One that prepares and cleans up, and in each mode one that is measured
		// and one that finds out and is written down.
		if n := heard(server, "USER"); n > 6 {
			t.Errorf("%d log-ins for two operations in each of two modes, want at most 6", n)
		}
	}})
	return rows
}
