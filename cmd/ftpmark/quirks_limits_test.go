package main

import (
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// quirksOfLimits: a place that is not free yet is waited for, and a limit is one,
// whatever its code.
func quirksOfLimits() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	places := func(p scripted.Places) scripted.Script { return scripted.Script{Places: p} }
	const freed = 300 * time.Millisecond
	closed := func(text string) scripted.Reply {
		return scripted.Reply{Raw: text + "\r\n", End: scripted.EndFIN}
	}

	add(quirk{id: "E12", script: places(scripted.Places{Max: 1, Freed: freed}), args: []string{"-c", "1"}, curl: peerWorks, lftp: peerWorks})
	for _, op := range []string{"stor", "list", "dele", "rename", "mkd", "noop"} {
		add(quirk{id: "E12/" + op, script: places(scripted.Places{Max: 1, Freed: freed}), args: append(modeFlags("passive"), "-c", "1", "--op", op)})
	}
	add(quirk{id: "E12/several", script: places(scripted.Places{Max: 3, Freed: freed}), args: []string{"-c", "3"}})
	add(quirk{id: "E12/trials", script: places(scripted.Places{Max: 2, Freed: freed}), args: []string{"--trials", "2", "-n", "6"}, failed: -1})

	proftpd := scripted.Places{Max: 2, AtPASS: true, PerUser: true, Freed: freed}
	add(quirk{id: "E09", script: places(proftpd), args: []string{"-c", "4"}, code: exitFailed, failed: -1,
		says: []string{"2 of 4", "maximum number of clients"}, never: []string{"check the user and the password"}, within: 30 * time.Second, curl: peerWorks, lftp: peerWorks}) // patience is 15 s
	add(quirk{id: "E09/fits", script: places(proftpd)})
	for id, words := range map[string]string{
		"MaxClients":   "530 Sorry, the maximum number of allowed clients (2) already connected.",
		"own words":    "530 Too many users logged in, try again later.",
		"login limit":  "530 Login limit reached.",
		"no more":      "530 No more connections allowed for u.",
		"421 at PASS":  "421 Too many connections for this user.",
		"450 at PASS":  "450 Maximum sessions reached.",
		"multi-line":   "530-Sorry\r\n530 the maximum number of clients is reached.",
		"stays":        "530 Sorry, the maximum number of clients (2) for this user are already connected.",
		"limit by 421": "421 There are too many connected users, please try later.",
	} {
		p := scripted.Places{Max: 2, AtPASS: true, Freed: freed, Reply: closed(words)}
		switch id {
		case "stays":
			p.Reply.End = scripted.ProperEnd
		case "limit by 421":
			p.AtPASS = false
		}
		add(quirk{id: "E09/" + id, script: places(p), args: append(modeFlags("passive"), "-c", "4"), code: exitFailed, failed: -1,
			says: []string{"2 of 4"}, never: []string{"check the user and the password"}, within: 30 * time.Second})
		add(quirk{id: "E09/fits, " + id, script: places(p), args: modeFlags("passive")})
	}
	// A wrong password is no limit: one refusal, no waiting.
	add(quirk{id: "E09/password", script: answers(replies{"PASS": scripted.NewReply(530, "Login incorrect.")}), args: modeFlags("passive"),
		code: exitFailed, failed: -1, says: []string{"check the user and the password", "Login incorrect"}, within: 3 * time.Second})
	return rows
}
