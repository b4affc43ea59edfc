package main

import (
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// quirksOfEnds: how transfers end, and which of them succeeded.
func quirksOfEnds() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	path := []string{"--path", "probe.bin"}
	soon := 8 * time.Second // far less than --stall-timeout and --accept-timeout

	// A final reply ends the wait for data that will not come.
	for id, code := range map[string]int{
		"F11": 550, "E02": 426, "F11/425": 425, "F11/450": 450, "F11/451": 451, "F11/452": 452, "F11/500": 500, "F11/551": 551,
	} {
		abandons := onVerb("RETR", scripted.Script{Abandon: scripted.NewReply(code, "It went away.")})
		q := quirk{id: id, script: abandons, args: path, code: exitFailed, failed: 2 * quirkOperations, within: soon,
			says: []string{"RETR", fmt.Sprint(code), "It went away"}, never: []string{"firewall", "NAT", "stall"}}
		if code == 425 {
			q.never = []string{"stall"} // it says that there is no way for the data: perhaps there is none
		}
		if len(id) == 3 {
			q.curl, q.lftp = peerFails, peerFails
		}
		add(q)
		for _, verb := range []string{"LIST", "STOR", "NLST"} {
			op := map[string]string{"LIST": "list", "STOR": "stor", "NLST": "nlst"}[verb]
			v := q
			v.id = fmt.Sprintf("%s %s", id, op)
			v.script = onVerb(verb, scripted.Script{Abandon: scripted.NewReply(code, "It went away.")})
			v.args, v.failed, v.curl, v.lftp = []string{"--op", op}, -1, peerNotTried, peerNotTried
			v.says = []string{verb, fmt.Sprint(code), "It went away"}
			add(v)
		}
	}
	// Some bytes, the end, and a refusal: never a success.
	for _, end := range []scripted.End{scripted.EndFIN, scripted.EndRST} {
		for _, code := range []int{426, 451, 226} {
			add(quirk{id: fmt.Sprintf("E03/cut %d %d", end, code), args: append([]string{"--accept", "no-close-notify,reset-after-complete"}, path...),
				script: onVerb("RETR", scripted.Script{Completion: reply(code), Download: scripted.Download{Stop: end, StopAfter: 1000}}),
				code:   exitFailed, failed: 2 * quirkOperations})
		}
	}

	// The pause lets the client read all before the reset takes it away.
	reset := onVerb("RETR", scripted.Script{
		Delays: scripted.Delays{EOF: 50 * time.Millisecond}, Download: scripted.Download{End: scripted.EndRST}})
	add(quirk{id: "E03", script: reset, code: exitFailed, failed: 2 * quirkOperations,
		says: []string{"reset", "--accept reset-after-complete"}, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "E03/accepted", script: reset, args: []string{"--accept", "reset-after-complete"}, head: []string{"reset-after-complete"}})
	add(quirk{id: "E03/other accepted", script: reset, args: []string{"--accept", "no-close-notify"}, code: exitFailed, failed: 2 * quirkOperations})
	add(quirk{id: "E03/426", script: onVerb("RETR", scripted.Script{Completion: reply(426),
		Delays: scripted.Delays{EOF: 50 * time.Millisecond}, Download: scripted.Download{End: scripted.EndRST}}),
		args: []string{"--accept", "reset-after-complete"}, code: exitFailed, failed: 2 * quirkOperations})
	resetUp := scripted.Script{Upload: scripted.Upload{End: scripted.EndRST}, Delays: scripted.Delays{Completion: 20 * time.Millisecond}}
	add(quirk{id: "E04", script: resetUp, args: []string{"--op", "stor"}, code: exitFailed, failed: -1,
		says: []string{"reset", "--accept reset-after-complete"}, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "E04/accepted", script: resetUp, args: []string{"--op", "stor", "--accept", "reset-after-complete"}, head: []string{"reset-after-complete"}})
	add(quirk{id: "E04/appe", script: resetUp, args: []string{"--op", "appe", "--accept", "reset-after-complete"}, head: []string{"reset-after-complete"}})
	// Cut in the middle it stays a failure, whatever the server says.
	add(quirk{id: "E04/cut", args: append(modeFlags("passive"), "--op", "stor", "--size", "4KiB", "--accept", "reset-after-complete"), code: exitFailed, failed: -1,
		script: scripted.Script{Upload: scripted.Upload{Stop: scripted.EndRST, StopAfter: 1000}}})

	// Twenty uploads of 250 ms would take five seconds.
	half := scripted.Script{Upload: scripted.Upload{End: scripted.EndHold}}
	for id, op := range map[string]string{"E05": "stor", "E05/appe": "appe"} {
		add(quirk{id: id, script: half, args: append(modeFlags("passive"), "--op", op, "-n", "40", "-c", "1"), within: 8 * time.Second,
			says: []string{"the server leaves its half of an upload's data connection open"}, curl: peerWorks, lftp: peerWorks})
	}
	return rows
}

// quirksOfUploads: names that are taken.
func quirksOfUploads() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	script := func(existing scripted.Existing, code int) scripted.Script {
		s := scripted.Script{Upload: scripted.Upload{Existing: existing}}
		if code > 0 {
			s.Upload.ExistingReply = scripted.NewReply(code, "up.bin: Permission denied: it is there.")
		}
		return s
	}
	taken := map[string]scripted.Script{
		"550":            script(scripted.RefuseExisting, 550),
		"553":            script(scripted.RefuseExisting, 553),
		"450":            script(scripted.RefuseExisting, 450),
		"renamed":        script(scripted.RenameUpload, 0),
		"renamed untold": script(scripted.RenameUploadUntold, 0),
	}
	for name, s := range taken {
		for op, more := range map[string][]string{"stor": nil, "stor verified": {"--verify", "size"}, "mix": {"--op", "stor=50,retr=50"}, "dele": {"--op", "dele"}} {
			args := append(modeFlags("passive"), "--op", "stor", "-n", "12")
			add(quirk{id: "taken/" + name + ", " + op, script: s, args: append(args, more...)})
		}
		add(quirk{id: "taken/" + name + ", fresh", script: s, args: append(modeFlags("passive"), "--op", "stor", "--upload-names", "fresh")})
	}
	// Held to one name, it fails and says what the server said.
	add(quirk{id: "taken/reuse", script: taken["550"], args: append(modeFlags("passive"), "--op", "stor", "--upload-names", "reuse"),
		failed: -1, says: []string{"550"}})

	// A drop box takes files and shows nothing.
	box := answers(replies{"SIZE": reply(550), "LIST": reply(550), "NLST": reply(550), "MLSD": reply(550), "RETR": reply(550)})
	add(quirk{id: "drop box", script: box, args: []string{"--op", "stor"}, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "drop box/appe", script: box, args: append(modeFlags("passive"), "--op", "appe")})
	// One that lets nothing be removed: what is left is named.
	keeps := answers(replies{"DELE": reply(550), "RMD": reply(550)})
	add(quirk{id: "no DELE", script: keeps, args: append(modeFlags("passive"), "--op", "stor"), leaves: true, failed: -1})
	return rows
}
