package main

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// wrongWay is what no message about a refusal may say: nothing is between.
var wrongWay = []string{"firewall", "NAT in between", "may write to"}

// spokenIn checks that every transfer was negotiated by that verb.
func spokenIn(verb string) func(*testing.T, *scripted.Server, *summary.Summary) {
	return func(t *testing.T, server *scripted.Server, _ *summary.Summary) {
		t.Helper()
		for _, op := range server.Log() {
			if op.Negotiation != verb {
				t.Errorf("%s was negotiated by %s, want %s", op.Verb, op.Negotiation, verb)
			}
		}
	}
}

// quirksOfPassive: the alias falls back on anything but the reply that was asked
// for; the verb that was asked for by name is measured as it fares.
func quirksOfPassive() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	refusals := map[string]scripted.Reply{
		"N03":             scripted.NewReply(550, "Permission denied."),
		"N04-503":         reply(503),
		"N04-504":         reply(504),
		"N04-451":         reply(451),
		"N04-200":         reply(200),
		"N04/500":         reply(500),
		"N04/501":         reply(501),
		"N04/502":         reply(502),
		"N04/522":         reply(522),
		"N04/425":         reply(425),
		"N04/430":         reply(430),
		"N04/530":         reply(530),
		"N04/202":         reply(202),
		"N04/227":         scripted.NewReply(227, "Entering Passive Mode"),
		"N04/250":         reply(250),
		"N04/multiline":   scripted.NewReply(500, "Sorry,", " not here,", "really"),
		"N04/350":         reply(350),
		"N04/229 no port": scripted.NewReply(229, "Entering Extended Passive Mode"),
		"N04/229 port 0":  scripted.NewReply(229, "Entering Extended Passive Mode (|||0|)"),
		"N04/229 65536":   scripted.NewReply(229, "Entering Extended Passive Mode (|||65536|)"),
		"N04/229 words":   scripted.NewReply(229, "Entering Extended Passive Mode (|||port|)"),
	}
	for id, no := range refusals {
		q := quirk{id: id, script: answers(replies{"EPSV": no}), args: modeFlags("passive"),
			also: spokenIn("PASV"), curl: peerWorks, lftp: peerWorks}
		if strings.HasPrefix(id, "N04/229") && id != "N04/229 port 0" {
			q.curl = peerFails // a 229 must be one
		}
		add(q)
		q.id, q.args = id+" stor", append(modeFlags("passive"), "--op", "stor")
		q.curl, q.lftp = peerNotTried, peerNotTried
		add(q)
	}
	for _, op := range []string{"list", "nlst", "mlsd", "appe", "dele", "rename", "mkd", "rmd", "size", "noop", "login"} {
		add(quirk{id: "N03/" + op, script: answers(replies{"EPSV": reply(550)}), args: append(modeFlags("passive"), "--op", op)})
	}
	// Asked for by name there is no way round: the message says what came.
	for _, no := range []scripted.Reply{
		reply(550), reply(202), reply(200), reply(451), reply(504), scripted.NewReply(229, "Entering Extended Passive Mode"),
	} {
		code := no.Raw[:3]
		add(quirk{id: "N04/strict " + code, script: answers(replies{"EPSV": no}), args: modeFlags("epsv"),
			code: exitFailed, failed: quirkOperations, says: []string{"EPSV", code}, never: wrongWay})
	}

	unknown := scripted.Script{Lacks: []string{"EPSV", "EPRT", "SYST", "FEAT", "OPTS", "MLSD"}, UnknownReply: scripted.NewReply(202, "OK")}
	add(quirk{id: "N01", script: unknown, curl: peerWorks, lftp: peerWorks})
	unknown.UnknownReply = scripted.NewReply(200, "OK")
	add(quirk{id: "N01/200", script: unknown, args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks})

	add(quirk{id: "N07", script: answers(replies{"EPSV": raw("229 Entering Extended Passive Mode (||{port}|)\r\n")}),
		args: modeFlags("passive"), also: spokenIn("PASV"), curl: peerFails, lftp: peerWorks})
	add(quirk{id: "N07/strict", script: answers(replies{"EPSV": raw("229 Entering Extended Passive Mode (||{port}|)\r\n")}),
		args: modeFlags("epsv"), code: exitFailed, failed: quirkOperations, says: []string{"EPSV", "229"}, never: wrongWay})

	clat := answers(replies{"PASV": raw("229 Entering Extended Passive Mode (|||{port}|)\r\n"), "EPSV": reply(502)})
	add(quirk{id: "N17", script: clat, args: modeFlags("pasv"), curl: peerFails, lftp: peerFails})
	add(quirk{id: "N17/alias", script: clat, args: modeFlags("passive")})
	add(quirk{id: "N17/227", script: answers(replies{"PASV": raw("227 Entering Passive Mode (|||{port}|)\r\n")}), args: modeFlags("pasv")})

	closed := scripted.Script{Unreachable: []string{"EPSV"}}
	add(quirk{id: "N18", script: closed, args: modeFlags("passive"), curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "N18/stor", script: closed, args: append(modeFlags("passive"), "--op", "stor")})
	add(quirk{id: "N18/dele", script: closed, args: append(modeFlags("passive"), "--op", "dele")})
	add(quirk{id: "N18/strict", script: closed, args: append(modeFlags("epsv"), "--path", "probe.bin"),
		code: exitFailed, failed: quirkOperations, says: []string{"--mode pasv"}, never: []string{"--mode active"}})
	// Where PASV's port is closed too, there is no better verb to name.
	add(quirk{id: "N18/both", script: scripted.Script{Unreachable: []string{"EPSV", "PASV"}}, args: append(modeFlags("pasv"), "--path", "probe.bin"),
		code: exitFailed, failed: quirkOperations, says: []string{"passive port"}, never: []string{"--mode pasv", "--mode epsv"}})

	elsewhere := scripted.Script{PassiveHost: netip.MustParseAddr("127.0.0.2"), Lacks: []string{"EPSV"}}
	add(quirk{id: "X22", script: elsewhere, args: append(modeFlags("pasv"), "--path", "probe.bin"),
		code: exitFailed, failed: quirkOperations, says: []string{"127.0.0.2"}, never: wrongWay, curl: peerFails, lftp: peerFails})

	// Twisted: what resolves an alias must not leave a port pending.
	twisted := scripted.Script{Lacks: []string{"EPSV", "EPRT"}, PendingPort: scripted.Pending{Holds: 10 * time.Second}}
	for _, op := range []string{"retr", "stor", "list", "dele", "rename", "mkd", "size", "noop"} {
		q := quirk{id: "Twisted/" + op, script: twisted, args: append(modeFlags("passive"), "--op", op), within: 9 * time.Second}
		if op != "size" && op != "noop" {
			q.curl, q.lftp = peerWorks, peerWorks
		}
		add(q)
	}
	// Out of ports: the verb is known.
	for id, words := range map[string]string{
		"vsftpd":  "500 OOPS: vsf_sysutil_bind\r\n",
		"GridFTP": "500 Command failed: globus_xio: System error in bind: Address already in use\r\n",
	} {
		add(quirk{id: "no ports/" + id, script: answers(replies{"EPSV": raw(words)}), args: append(modeFlags("epsv"), "--path", "probe.bin"),
			code: exitFailed, failed: quirkOperations, says: []string{words[4:min(len(words)-2, 60)]}, never: []string{"does not know", "refuses this verb"}})
	}
	return rows
}

// quirksOfActive: the same for EPRT and PORT, and who connects.
func quirksOfActive() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	for id, code := range map[string]int{
		"N06-550": 550, "N06-504": 504, "N06-530": 530, "N06/451": 451, "N06/425": 425, "N06/500": 500, "N06/501": 501,
		"N06/502": 502, "N06/503": 503, "N06/522": 522, "N06/350": 350,
	} {
		q := quirk{id: id, script: answers(replies{"EPRT": reply(code)}), args: modeFlags("active"),
			also: spokenIn("PORT"), curl: peerWorks, lftp: peerWorks}
		if code == 350 {
			// lftp never asks by EPRT.
			q.curl = peerWorks
		}
		add(q)
		q.id, q.args = id+" stor", append(modeFlags("active"), "--op", "stor")
		q.curl, q.lftp = peerNotTried, peerNotTried
		add(q)
		never := []string{"firewall"}
		if code == 425 {
			never = nil // what servers say that connect at once and do not get through
		}
		add(quirk{id: id + " strict", script: answers(replies{"EPRT": reply(code)}), args: append(modeFlags("eprt"), "--path", "probe.bin"),
			code: exitFailed, failed: quirkOperations, says: []string{"EPRT", fmt.Sprint(code)}, never: never})
	}
	for _, op := range []string{"list", "dele", "rename", "appe"} {
		add(quirk{id: "N06/" + op, script: answers(replies{"EPRT": reply(550)}), args: append(modeFlags("active"), "--op", op)})
	}
	// 202 is RFC 959's "command not implemented": nobody will connect.
	lacks := scripted.Script{Lacks: []string{"EPRT"}, UnknownReply: reply(202)}
	add(quirk{id: "N06/202", script: lacks, args: modeFlags("active"), also: spokenIn("PORT"), lftp: peerWorks})
	for mode, verb := range map[string]string{"eprt": "EPRT", "port": "PORT"} {
		for _, code := range []int{200, 220, 226, 250} {
			add(quirk{id: fmt.Sprintf("N06/%s %d", verb, code), script: answers(replies{verb: reply(code)}), args: modeFlags(mode),
				curl: peerWorks, lftp: peerWorks})
		}
	}
	add(quirk{id: "N06/both 550", script: answers(replies{"EPRT": reply(550), "PORT": reply(550)}),
		args: append(modeFlags("active"), "--path", "probe.bin"), code: exitFailed, failed: -1, says: []string{"550"}, never: []string{"firewall"}})

	for _, at := range []scripted.Connect{scripted.AtPORT, scripted.BeforePreliminary, scripted.AfterPreliminary} {
		stranger := scripted.Script{ActiveFrom: netip.MustParseAddr("127.0.0.2"), ActiveConnect: at}
		for _, op := range []string{"retr", "stor", "list"} {
			id := fmt.Sprintf("N20/%d %s", at, op)
			args := append(modeFlags("active"), "--op", op, "--accept-timeout", "1s")
			// A server that has connected at PORT goes on; we have nothing of it.
			add(quirk{id: id, script: stranger, args: args, code: exitFailed, failed: quirkOperations, within: 25 * time.Second,
				says: []string{"127.0.0.2", "--active-peer any"}, never: wrongWay, curl: peerWorks, lftp: peerWorks})
			add(quirk{id: id + " any", script: stranger, args: append(args, "--active-peer", "any"), says: []string{"active-peer"}})
		}
	}
	// A stranger beside the server is as before: closed, and told.
	add(quirk{id: "N20/beside", script: scripted.Script{ForeignFirst: true}, args: modeFlags("active"),
		says: []string{"came from another address"}})
	return rows
}
