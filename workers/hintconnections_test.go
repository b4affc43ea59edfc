//go:build linux

package workers

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

func hintReplies(verbsAndReplies ...string) map[string]scripted.Reply {
	m := map[string]scripted.Reply{}
	for i := 0; i < len(verbsAndReplies); i += 2 {
		m[verbsAndReplies[i]] = scripted.Reply{Raw: verbsAndReplies[i+1] + "\r\n"}
	}
	return m
}

// answering is a server that has other answers to some verbs.
func answering(verbsAndReplies ...string) scripted.Script {
	return scripted.Script{Replies: hintReplies(verbsAndReplies...)}
}

const (
	noPorts     = diagnosis.OutOfPassive
	notTaken    = "the server does not support this verb: try another --mode, or the alias passive"
	notAllowed  = "the server does not allow this verb: try another --mode"
	refusedPORT = "the server refuses this verb or the address in it: see --mode and --active-address"
	stranger    = "a connection from 127.0.0.2 was closed, because that is not the server's address: " +
		"if it is the server, accept it with --active-peer any"
	full      = "the server's disk or quota is full"
	idle      = "the server ended the session because it was idle for too long"
	noREST    = "the server refuses REST: it does not support resumed transfers, or they are disabled"
	noResume  = "are resumed uploads disabled on the server? In ProFTPD they are by default: see AllowStoreRestart"
	otherName = "the server refuses this file name: perhaps it does not overwrite files (see --upload-names), or does not allow uploads to that folder"
	resets    = "the server reports that the transfer is complete, then resets its connection: " +
		"if it always does that, --accept reset-after-complete accepts it if every byte was transferred"
)

// negotiationHints are about EPSV, PASV, EPRT and PORT.
func negotiationHints() (cases []hintCase) {
	add := func(mode profiles.Mode, reply, hint string) {
		verb := strings.ToUpper(string(mode))
		cases = append(cases, hintCase{name: verb + " " + reply, script: answering(verb, reply), mode: mode, job: Job{Op: stats.Retr},
			phase: stats.Negotiate, class: stats.ClassReply, code: atoi(reply[:3]), says: []string{verb, reply}, hint: hint})
	}
	for _, code := range []string{"500", "501", "502", "503", "504", "522"} {
		for _, mode := range []profiles.Mode{profiles.EPSV, profiles.PASV} {
			add(mode, code+" Not that.", notTaken)
		}
		for _, mode := range []profiles.Mode{profiles.EPRT, profiles.PORT} {
			hint := refusedPORT
			if code == "502" {
				hint = "the server does not support this verb: try another --mode"
			}
			add(mode, code+" Not that.", hint)
		}
	}
	for _, mode := range strictModes() {
		for _, code := range []string{"530", "550"} { // no firewall
			add(mode, code+" Permission denied.", notAllowed)
		}
		add(mode, "421 Too many of you.", diagnosis.Limited)
		add(mode, "421 Idle time limit exceeded.", idle)
		add(mode, "421 Bye.", diagnosis.LimitedOrGone)
		add(mode, "425 Too many connections. Can't open data channel.", diagnosis.Limited)
		add(mode, "451 Not now.", "")
		add(mode, "500 OOPS: priv_sock_get_cmd", "")
		add(mode, "552 Full.", "") // of what, who knows
	}
	for _, mode := range []profiles.Mode{profiles.EPSV, profiles.PASV} {
		add(mode, "500 OOPS: vsf_sysutil_bind", noPorts)
		add(mode, "500 Command failed: System error in bind: Address already in use", noPorts)
		add(mode, "425 Can't open passive connection: no free port.", noPorts)
		add(mode, "425 Not now.", "")
	}
	for _, mode := range []profiles.Mode{profiles.EPRT, profiles.PORT} {
		add(mode, "425 Can't build data connection: Address already in use", "the server has no free local port for the data connection: use fewer transfers per second")
		add(mode, "425 Can't open data connection.", diagnosis.BlockedHere)
		add(mode, "500 Illegal PORT command: no port.", refusedPORT)
	}
	odd := func(mode profiles.Mode, reply, hint string) {
		add(mode, reply, hint)
		cases[len(cases)-1].class = stats.ClassMalformed
	}
	odd(profiles.EPSV, "229 Somewhere.", "the reply has no port: try another --mode")
	odd(profiles.EPSV, "202 Superfluous.", "the reply has no port: try another --mode")
	odd(profiles.PASV, "227 Somewhere.", "the reply has no port: try another --mode")
	odd(profiles.PASV, "150 Here it comes.", "")
	odd(profiles.EPRT, "202 Superfluous.", "")
	silent := map[string]scripted.Reply{"EPRT": {Silent: true}, "EPSV": {Silent: true}}
	return append(cases,
		hintCase{name: "EPRT is not answered", mode: profiles.EPRT, script: scripted.Script{Replies: silent},
			phase: stats.Negotiate, class: stats.ClassTimeout, says: []string{"EPRT"}, hint: diagnosis.PerhapsHere},
		hintCase{name: "EPRT is not answered but by a connection", mode: profiles.EPRT,
			script: scripted.Script{ActiveConnect: scripted.AtPORT, Delays: scripted.Delays{Negotiate: 20 * time.Second}},
			phase:  stats.Negotiate, class: stats.ClassTimeout, says: []string{"EPRT"},
			hint: "the server opened the data connection but did not reply: this is a server fault"},
		hintCase{name: "EPSV is not answered", mode: profiles.EPSV, script: scripted.Script{Replies: silent},
			phase: stats.Negotiate, class: stats.ClassTimeout, says: []string{"EPSV"}},
		hintCase{name: "EPSV is answered by another protocol", mode: profiles.EPSV, script: answering("EPSV", "HTTP/1.1 400 Bad Request"),
			phase: stats.Negotiate, class: stats.ClassMalformed, says: []string{"EPSV", "HTTP/1.1"}},
		hintCase{name: "a stranger at EPRT, which is refused", mode: profiles.EPRT,
			script: scripted.Script{ActiveFrom: netip.MustParseAddr("127.0.0.2"), ActiveConnect: scripted.AtPORT, Replies: hintReplies("EPRT", "200 Fine."),
				Delays: scripted.Delays{Negotiate: 20 * time.Second}},
			phase: stats.Negotiate, class: stats.ClassTimeout, says: []string{"EPRT", "127.0.0.2"}, hint: stranger},
	)
}

// connectionHints are about data connections that cannot be had.
func connectionHints() []hintCase {
	elsewhere := netip.MustParseAddr("127.0.0.2")
	never := scripted.Script{ActiveConnect: scripted.NeverConnect}
	abandoned := func(reply string) scripted.Script {
		return scripted.Script{Abandon: scripted.Reply{Raw: reply + "\r\n"}}
	}
	busy := "425 Bind: Address already in use."
	return []hintCase{
		{name: "EPSV's port is closed", mode: profiles.EPSV, script: scripted.Script{Unreachable: []string{"EPSV"}},
			phase: stats.DataReady, class: stats.ClassRefused, says: []string{"passive", "refused"},
			hint: "a firewall rejects connections to the server's passive ports, or the server does not listen there; open them, or try --mode pasv or active"},
		{name: "PASV's port is closed", mode: profiles.PASV, script: scripted.Script{Unreachable: []string{"PASV"}},
			phase: stats.DataReady, class: stats.ClassRefused, says: []string{"passive", "refused"},
			hint: "a firewall rejects connections to the server's passive ports, or the server does not listen there; open them, or try --mode active"},
		{name: "X22: PASV names a host that alone listens", mode: profiles.PASV, script: scripted.Script{PassiveHost: elsewhere},
			phase: stats.DataReady, class: stats.ClassRefused, says: []string{"passive", "refused"},
			hint: "the server's reply to PASV names 127.0.0.2, which is not the address of the session, so ftpmark did not use it: " +
				"is the server behind a NAT? try --mode epsv or active"},
		{name: "X22: PASV names a host that does not listen, and is obeyed", mode: profiles.PASV, script: scripted.Script{PassiveHost: netip.MustParseAddr("127.0.0.3"), Unreachable: []string{"PASV"}},
			config: func(_ *testing.T, c *Config) { c.Wire.ObeyPASV = true },
			phase:  stats.DataReady, class: stats.ClassRefused, says: []string{"passive", "refused"},
			hint: "the server's reply to PASV names 127.0.0.3, which is not the address of the session and cannot be reached from here: " +
				"is the server behind a NAT? try --mode epsv, or --pasv-address control"},
		{name: "nobody connects", mode: profiles.EPRT, script: never,
			phase: stats.DataReady, class: stats.ClassAcceptTimeout, says: []string{"did not open the active data connection"}, hint: diagnosis.BlockedHere},
		{name: "N20: only a stranger connects", mode: profiles.EPRT, script: scripted.Script{ActiveConnect: scripted.NeverConnect, ForeignFirst: true},
			phase: stats.DataReady, class: stats.ClassAcceptTimeout, says: []string{"did not open the active data connection", "127.0.0.2"}, hint: stranger},
		{name: "RETR 425, nobody had connected", mode: profiles.PORT, script: answering("RETR", "425 Can't open it."),
			phase: stats.DataReady, class: stats.ClassReply, code: 425, says: []string{"RETR", "425 Can't open it."}, hint: diagnosis.BlockedHere},
		{name: "RETR 425 Too many connections", mode: profiles.EPRT, script: answering("RETR", "425 Too many connections."),
			phase: stats.DataReady, class: stats.ClassReply, code: 425, says: []string{"RETR", "425 Too many connections."}, hint: diagnosis.Limited},
		{name: "RETR 425 Address already in use", mode: profiles.EPRT, script: answering("RETR", busy),
			phase: stats.DataReady, class: stats.ClassReply, code: 425, says: []string{"RETR", busy},
			hint: "the server has no free local port for the data connection: use fewer transfers per second"},
		{name: "a passive RETR 425", mode: profiles.EPSV, script: answering("RETR", "425 Can't open it."),
			phase: stats.Command, class: stats.ClassReply, code: 425, says: []string{"RETR", "425 Can't open it."}},
		{name: "150 and then 425", mode: profiles.EPRT, script: abandoned("425 Cannot connect."),
			phase: stats.DataReady, class: stats.ClassReply, code: 425, says: []string{"RETR", "425 Cannot connect."}, hint: diagnosis.BlockedHere},
		{name: "150 and then 426", mode: profiles.EPRT, script: abandoned("426 Cut."),
			phase: stats.DataReady, class: stats.ClassReply, code: 426, says: []string{"RETR", "426 Cut."}},
		{name: "150 and then 550", mode: profiles.PORT, script: abandoned("550 Gone."),
			phase: stats.DataReady, class: stats.ClassReply, code: 550, says: []string{"RETR", "550 Gone."}},
		{name: "150 and then 452", mode: profiles.EPRT, script: abandoned("452 No space."), job: Job{Op: stats.Stor},
			phase: stats.DataReady, class: stats.ClassReply, code: 452, says: []string{"STOR", "452 No space."}, hint: full},
		{name: "N20: the server comes from another address", mode: profiles.EPRT, script: scripted.Script{ActiveFrom: elsewhere}, job: Job{Op: stats.Retr, Want: 100},
			phase: stats.DataReady, class: stats.ClassAcceptTimeout, code: 226, says: []string{"127.0.0.2"}, hint: stranger},
		{name: "the only active port is taken", mode: profiles.EPRT, config: func(t *testing.T, c *Config) {
			taken, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = taken.Close() })
			port := taken.Addr().(*net.TCPAddr).AddrPort().Port()
			if c.Wire.ActivePorts, err = wire.NewPorts(port, port); err != nil {
				t.Fatal(err)
			}
		}, phase: stats.Negotiate, class: stats.ClassLocal, says: []string{"none of the 1 active ports is free: address already in use"},
			hint: "use a wider range of --active-ports, or fewer transfers per second"},
	}
}

func atoi(code string) (n int) {
	_, _ = fmt.Sscan(code, &n)
	return n
}
