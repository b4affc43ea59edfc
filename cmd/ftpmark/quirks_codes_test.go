package main

import (
	"fmt"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// quirksOfCodes: every operation is taken by the class of its reply.
func quirksOfCodes() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	for _, code := range otherCodes {
		id := fmt.Sprint(code)
		cwd := quirk{id: "R01/" + id, script: answers(replies{"CWD": reply(code)}), path: "pub", args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks}
		if code == 200 {
			cwd.id = "R01"
		}
		add(cwd)

		all := answers(replies{"DELE": reply(code), "RMD": reply(code), "RNTO": reply(code), "MKD": reply(code)})
		some := answers(replies{"DELE": reply(code), "RMD": reply(code), "RNTO": reply(code)})
		if code == 200 {
			add(quirk{id: "R03", script: all, curl: peerWorks, lftp: peerWorks, peer: "dele"})
			add(quirk{id: "R04", script: some, curl: peerWorks, lftp: peerWorks, peer: "rename"})
		}
		for _, op := range []string{"stor", "dele", "rename", "mkd", "rmd"} {
			q := quirk{id: fmt.Sprintf("R03/%s %s", op, id), script: all, args: append(modeFlags("passive"), "--op", op)}
			if op != "stor" {
				q.curl, q.lftp = peerWorks, peerWorks
			}
			if op == "rmd" {
				q.script.Tree = &scripted.Tree{Folders: []string{"empty"}}
			}
			add(q)
		}
		// The completion of a transfer stays strict: 226 or 250, or any 2yz?
		// Real clients take the class; a cut is told by the bytes.
		for _, op := range []string{"retr", "stor", "list"} {
			q := quirk{id: fmt.Sprintf("completion/%s %s", op, id), script: scripted.Script{Completion: reply(code)}, args: append(modeFlags("passive"), "--op", op)}
			if code == 226 || code == 250 {
				add(q)
			}
		}
	}
	for _, code := range []int{300, 331, 350} {
		add(quirk{id: fmt.Sprintf("R03/RNFR %d", code), script: answers(replies{"RNFR": reply(code)}), args: append(modeFlags("passive"), "--op", "rename"), lftp: peerWorks})
	}
	for _, code := range []int{125, 150} {
		for _, op := range []string{"retr", "stor", "appe", "list", "nlst", "mlsd"} {
			add(quirk{id: fmt.Sprintf("preliminary/%s %d", op, code), script: scripted.Script{Preliminary: reply(code)}, args: append(modeFlags("passive"), "--op", op)})
		}
	}
	add(quirk{id: "X10", script: answers(replies{"DELE": reply(200)}), args: []string{"--op", "appe", "-n", "150"}, curl: peerWorks, lftp: peerWorks, peer: "dele"})
	// A refusal is one, whatever the verb: with what was sent and what came.
	for op, verb := range map[string]string{"dele": "DELE", "rename": "RNTO", "mkd": "MKD", "rmd": "RMD"} {
		add(quirk{id: "refused/" + op + " 450", script: answers(replies{verb: reply(450)}), args: append(modeFlags("passive"), "--op", op),
			code: exitFailed, failed: -1, says: []string{"450"}, never: []string{"firewall"}, leaves: op == "dele" || op == "rmd",
			curl: peerFails, lftp: peerFails})
	}
	return rows
}
