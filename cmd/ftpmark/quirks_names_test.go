package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// quirksOfNames: names with a slash, and names that look like options.
func quirksOfNames() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	all := []string{"retr", "stor", "appe", "list", "nlst", "mlsd", "dele", "rename", "mkd", "rmd", "size"}

	plain := func() scripted.Script {
		return scripted.Script{Tree: &scripted.Tree{PlainNames: true, Folders: []string{"empty"}}}
	}
	add(quirk{id: "F06", script: plain(), curl: peerWorks, lftp: peerWorks})
	for _, op := range all {
		q := quirk{id: "F06/" + op, script: plain(), args: append(modeFlags("passive"), "--op", op)}
		if op == "list" || op == "stor" {
			q.curl, q.lftp = peerWorks, peerWorks
		}
		add(q)
		q.id, q.path, q.curl, q.lftp = "F06/pub "+op, "pub", peerNotTried, peerNotTried
		add(q)
	}
	add(quirk{id: "F06/path", script: plain(), args: append(modeFlags("passive"), "--path", "pub/inner.bin"), curl: peerWorks, lftp: peerWorks})
	home := plain()
	home.Tree.Home = "pub"
	add(quirk{id: "F06/home", script: home, args: append(modeFlags("passive"), "--op", "stor=50,retr=50")})

	// The root has a long listing, the folder of the run a short one.
	many := map[string]int64{}
	for i := range 500 {
		many[fmt.Sprintf("file-%03d.bin", i)] = 1
	}
	short := func(t *testing.T, server *scripted.Server, s *summary.Summary) {
		t.Helper()
		for _, op := range server.Log() {
			listing := op.Verb == "LIST" || op.Verb == "NLST" || op.Verb == "MLSD"
			if listing && strings.HasPrefix(op.Path, "-") {
				t.Errorf("%s %s may be read as options", op.Verb, op.Path)
			}
			if long := int64(500 * len("file-000.bin")); listing && op.Bytes >= long {
				t.Errorf("%s %q sent %d bytes: it is the root that was listed", op.Verb, op.Path, op.Bytes)
			}
		}
		if s == nil {
			return
		}
		for i := range s.Series {
			if x := &s.Series[i]; (x.Op == stats.List || x.Op == stats.Nlst || x.Op == stats.Mlsd) && x.Bytes == 0 {
				t.Errorf("%s of nothing", x.Op)
			}
		}
	}
	for _, folder := range []string{"-dash", "-a", "-la -R", "--help"} {
		script := scripted.Script{Tree: &scripted.Tree{Files: many, Folders: []string{folder}}}
		script.Tree.Files = map[string]int64{folder + "/inner.bin": 1}
		for name, size := range many {
			script.Tree.Files[name] = size
		}
		for _, op := range []string{"list", "nlst", "mlsd", "retr", "stor", "dele", "mkd", "size"} {
			q := quirk{id: "F15/" + folder + " " + op, script: script, path: strings.ReplaceAll(folder, " ", "%20"),
				args: append(modeFlags("passive"), "--op", op), also: short}
			if folder == "-dash" && op == "list" {
				q.id, q.args, q.curl, q.lftp = "F15", []string{"--op", op}, peerWorks, peerWorks
			}
			add(q)
		}
	}
	return rows
}
