//go:build linux

package workers

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

const (
	wantsTLS   = "the server requires TLS: try --tls explicit"
	notFTP     = "is that an FTP server, without implicit TLS?"
	hungUp     = "the server closed the connection before its greeting: is that an FTP server, and does it allow connections from this machine?"
	wantsACCT  = "the server requires an account (ACCT) in addition to the password, which ftpmark does not support"
	noTLS      = "the server does not offer TLS: --tls off measures it without TLS"
	tlsOptions = "see --tls, --tls-min and --tls-max"
)

// setUpHints are about sessions that cannot be opened in the clear.
func setUpHints(t *testing.T) (cases []hintCase) {
	said := func(phase stats.Phase, verb, reply, hint string) {
		cases = append(cases, hintCase{name: verb + ": " + reply, script: answering(verb, reply), mode: profiles.Passive,
			phase: phase, class: stats.ClassReply, code: atoi(reply[:3]), says: []string{reply}, hint: hint})
		if verb != scripted.Greeting {
			cases[len(cases)-1].says = []string{reply, verb}
		}
	}
	for _, c := range []struct{ reply, hint string }{
		{"421 Too many connections (3), sorry.", diagnosis.Limited},
		{"421 There are too many connections from your internet address.", diagnosis.LimitedPerIP},
		{"421 Service not available.", diagnosis.LimitedOrGone},
		{"500 OOPS: vsftpd: refusing to run with writable root inside chroot()", ""},
		{"530 Access denied.", ""},
		{"530 Sorry, the maximum number of clients (3) are already connected.", diagnosis.LimitedInAll},
	} {
		said(stats.Greeting, scripted.Greeting, c.reply, c.hint)
	}
	for _, verb := range []string{"USER", "PASS"} {
		for _, c := range []struct{ reply, hint string }{
			{"530 Login incorrect.", diagnosis.WrongPassword},
			{"430 Invalid user name or password.", diagnosis.WrongPassword},
			{"530 Too many failed login attempts.", diagnosis.WrongPassword},
			{"530 Sorry, the maximum number of clients (3) for this user are already connected.", diagnosis.LimitedUser},
			{"421 Too many users.", diagnosis.LimitedInAll},
			{"421 Login timeout (30 seconds): closing control connection.", idle},
			{"421 Bye.", diagnosis.LimitedOrGone},
			{"530 User cannot log in, home directory inaccessible.", ""},
			{"500 OOPS: cannot change directory:/home/x", ""},
			{"530 Non-anonymous sessions must use encryption.", wantsTLS},
			{"522 TLS is required.", wantsTLS},
			{"331 And again?", ""},
			{"332 Account?", wantsACCT},
			{"532 Account?", wantsACCT},
			{"451 Not now.", ""},
			{"530 User atlsen is unknown.", diagnosis.WrongPassword}, // no word of TLS
		} {
			if c.reply[:3] == "331" && verb == "USER" {
				continue // that is how it should be
			}
			said(stats.LoginDone, verb, c.reply, c.hint)
		}
	}
	said(stats.Setup, "TYPE", "500 What?", "")
	said(stats.Setup, "TYPE", "530 Not logged in.", "")
	for _, mode := range []profiles.Mode{profiles.Passive, profiles.Active} {
		verbs := map[profiles.Mode][]string{profiles.Passive: {"EPSV", "PASV"}, profiles.Active: {"EPRT", "PORT"}}[mode]
		first, second := verbs[0], verbs[1]
		cases = append(cases,
			hintCase{name: first + " and " + second + " are refused", script: answering(first, "502 No.", second, "550 Nor that."), mode: mode,
				phase: stats.Setup, class: stats.ClassReply, code: 550, says: []string{second, "550 Nor that."},
				hint: "the server supports neither verb of --mode " + string(mode) + ": try another --mode"},
			hintCase{name: first + " finds no port", script: answering(first, "500 OOPS: vsf_sysutil_bind"), mode: mode,
				phase: stats.Setup, class: stats.ClassReply, code: 500, says: []string{first, "vsf_sysutil_bind"}, hint: diagnosis.OutOfPassive},
			hintCase{name: first + " is answered by a limit", script: answering(first, "421 Too many of you."), mode: mode,
				phase: stats.Setup, class: stats.ClassReply, code: 421, says: []string{first, "421 Too many of you."}, hint: diagnosis.Limited})
	}
	illegal := []string{"EPRT", "500 Illegal EPRT command.", "PORT", "500 Illegal PORT command."}
	cases = append(cases, hintCase{name: "EPRT and PORT are illegal", script: answering(illegal...), mode: profiles.Active,
		phase: stats.Setup, class: stats.ClassReply, code: 500, says: []string{"Illegal PORT"},
		hint: "the server refuses both EPRT and PORT, or the address in them: try --mode passive, or see --active-address"})
	closed := func(end scripted.End) scripted.Script {
		return scripted.Script{Replies: map[string]scripted.Reply{scripted.Greeting: {Silent: true, End: end}}}
	}
	resetting := closed(scripted.EndRST)
	resetting.Delays.Greeting = 100 * time.Millisecond // at once it can be the connect that fails
	return append(cases,
		hintCase{name: "nobody listens", phase: stats.Connect, class: stats.ClassRefused, says: []string{"connecting to 127.0.0.1:", "refused"},
			config: func(t *testing.T, c *Config) { c.Wire.Target = closedPort() }, hint: "is the server running on that host and port?"},
		hintCase{name: "nobody answers", phase: stats.Connect, class: stats.ClassTimeout, says: []string{"connecting to 127.0.0.1:"},
			config: func(t *testing.T, c *Config) { c.Wire.Target = fullBacklog(t) }, hint: "check the host, the port and firewalls in between"},
		hintCase{name: "silence", script: closed(scripted.ProperEnd), phase: stats.Greeting, class: stats.ClassTimeout, says: []string{"greeting"}, hint: notFTP},
		hintCase{name: "another protocol", script: answering(scripted.Greeting, "SSH-2.0-OpenSSH_9.2"),
			phase: stats.Greeting, class: stats.ClassMalformed, says: []string{"greeting", "SSH-2.0"}, hint: notFTP},
		hintCase{name: "closed without a word", script: closed(scripted.EndFIN), phase: stats.Greeting, class: stats.ClassClosed, says: []string{"greeting"}, hint: hungUp},
		hintCase{name: "reset without a word", script: resetting, phase: stats.Greeting, class: stats.ClassReset, says: []string{"greeting"}, hint: hungUp},
		hintCase{name: "USER is not answered", script: scripted.Script{Replies: map[string]scripted.Reply{"USER": {Silent: true}}},
			phase: stats.LoginDone, class: stats.ClassTimeout, says: []string{"USER"}},
		hintCase{name: "hung up on PASS", script: scripted.Script{Replies: map[string]scripted.Reply{"PASS": {Silent: true, End: scripted.EndFIN}}},
			phase: stats.LoginDone, class: stats.ClassClosed, says: []string{"PASS"}},
	)
}

// closedPort is an address at which nobody listens: a port that the system gave and that
// was closed again may be somebody else's listener by the time it is used.
func closedPort() netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:1") }

// fullBacklog is an address at which a connect gets no answer.
func fullBacklog(t *testing.T) netip.AddrPort {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := errors.Join(syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	at := netip.AddrPortFrom(loopback(), uint16(name.(*syscall.SockaddrInet4).Port))
	for range 10 {
		c, err := net.DialTimeout("tcp", at.String(), 500*time.Millisecond)
		if err != nil {
			return at
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	t.Fatal("ten connects were answered")
	return at
}
