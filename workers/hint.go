package workers

import (
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// hint says what to do about a failed operation, empty where we do not know: a
// wrong hint is worse than none. It goes by the phase, the class, the code and the
// words, and by what happened before.
func hint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case f.Class == stats.ClassAborted:
		return ""
	case f.Class == stats.ClassLocal:
		return outOfPorts
	case f.Code == 421:
		return limitHint(f.Text)
	case speaksOfPorts(f.Text):
		return "the server is out of passive ports: a wider range there, or fewer transfers per second"
	}
	switch f.Phase {
	case stats.DataTLS:
		return dataTLSHint(f)
	case stats.Negotiate:
		return negotiateHint(t, f)
	case stats.DataReady:
		return dataReadyHint(t, f)
	case stats.Command:
		return commandHint(t, f)
	case stats.Payload, stats.Finish:
		return endHint(t, f)
	}
	return storageHint(f.Code)
}

const (
	outOfPorts  = "this machine is out of ports or descriptors: fewer sessions, or more --source addresses"
	blockedHere = "the server's connection to this machine did not get through: a firewall or NAT between? try --mode passive"
)

func dataTLSHint(f *stats.Failure) string {
	if f.Class == stats.ClassReply && (f.Code == 522 || f.Code == 425) {
		return "the server wants the data connection to resume the control connection's TLS session: see --tls-reuse"
	}
	return "see --tls-reuse, --tls-min and --tls-max"
}

func negotiateHint(t *wire.Trace, f *stats.Failure) string {
	unknown := wire.Reply{Code: f.Code}.Unknown()
	switch active := t.Mode.Active(); {
	case active && f.Class == stats.ClassTimeout && t.Moments[stats.T3] != 0:
		return "the server opened the data connection and then fell silent: the fault is the server's"
	case active && (f.Class == stats.ClassTimeout || f.Class == stats.ClassReply && f.Code == 425):
		return strangerOr(t, blockedHere)
	case active && unknown:
		return "the server refuses this verb or the address in it: see --mode and --active-address"
	case unknown:
		return "the server does not know this verb: try another --mode, or the alias passive"
	case f.Class == stats.ClassReply && (f.Code == 530 || f.Code == 550):
		return "the server does not allow this verb: try another --mode"
	case f.Class == stats.ClassMalformed && !active:
		return "the answer names no port: try another --mode"
	}
	return ""
}

func dataReadyHint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case f.Class == stats.ClassAcceptTimeout, t.Mode.Active() && f.Code == 425:
		return strangerOr(t, blockedHere)
	case t.Mode.Active() && f.Class == stats.ClassReply:
		return strangerOr(t, storageHint(f.Code))
	case t.Mode.Active():
		return ""
	case f.Class != stats.ClassTimeout && f.Class != stats.ClassUnreachable && f.Class != stats.ClassRefused:
		return ""
	case t.ForeignHost:
		return fmt.Sprintf("the server's reply to PASV names %s, which is not where the session goes and was not used: "+
			"is the server behind a NAT that it does not know of? try --mode epsv or active", t.Foreign)
	case t.Mode == stats.EPSV:
		return "the port that the server names to EPSV is closed to this machine: a firewall between? try --mode pasv, or active"
	}
	return "the server's passive port is closed to this machine: a firewall between? try --mode active"
}

// strangerOr is the hint where somebody else than the server's address connected;
// the other one where nobody did.
func strangerOr(t *wire.Trace, other string) string {
	if t.Strangers == 0 {
		return other
	}
	return fmt.Sprintf("a connection came from %s and was closed, because that is not the server's address: "+
		"if it is the server, take it with --active-peer any", t.Stranger)
}

func commandHint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case t.Restarted.Negative():
		return "the server refuses REST: it does not resume transfers, or is told not to"
	case f.Code == 451 && (t.Op == stats.Appe || t.Restarted.Code == 350):
		return "is the server told not to resume uploads? ProFTPD is by default: see its AllowStoreRestart"
	case t.Strangers > 0 && f.Class == stats.ClassReply:
		return strangerOr(t, "")
	case t.Mode.Active() && f.Class == stats.ClassReply && f.Code == 425 && t.Moments[stats.T3] == 0:
		return blockedHere
	case f.Class == stats.ClassReply && (f.Code == 500 || f.Code == 502 || f.Code == 504) && t.Op != stats.Retr && t.Op != stats.Stor:
		return "the server does not know " + t.Verb
	case f.Class == stats.ClassReply && f.Code == 553 && t.Op.Uploads():
		return "the server does not take this name: it may refuse to overwrite (see --upload-names)"
	}
	return storageHint(f.Code)
}

func endHint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case t.Protected && f.Class == stats.ClassTLS && f.Phase == stats.Payload && !t.Op.Uploads():
		return "a protected download must end with close_notify, or it may have been cut off on its way; " +
			"--accept no-close-notify takes it all the same"
	case f.Class == stats.ClassReset && goodEnd(t.Completed.Code) && (f.Phase == stats.Finish || !t.Op.Uploads()):
		return "the server says that the transfer is complete and resets its connection: " +
			"if it always does, --accept reset-after-complete takes it where every byte has moved"
	case t.Strangers > 0 && f.Class == stats.ClassReply && t.Moments[stats.T3] == 0:
		return strangerOr(t, "")
	}
	return storageHint(f.Code)
}

// storageHint is for the codes that mean the same wherever they come.
func storageHint(code int) string {
	if code == 452 || code == 552 {
		return "the server's disk or quota is full"
	}
	return ""
}

// limitHint is for a server that lets no more in, or is going away.
func limitHint(words string) string {
	words = strings.ToLower(words)
	switch {
	case says(words, "from your", "from this", "this ip", "ip address", "internet address", "per ip", "same host", "your host", "your address"):
		return "the server limits connections per address: fewer --sessions, or more --source addresses"
	case says(words, "this user", "this account", "your account", "same user"):
		return "the server limits sessions per user: fewer --sessions"
	case says(words, "clients", "users", "server is full", "server full"):
		return "the server limits how many sessions there are: fewer --sessions"
	case speaksOfLimit(words):
		return "the server limits connections: fewer --sessions, or more --source addresses if the limit is per address"
	case speaksOfTime(words):
		return "the server ended the session because nothing had happened on it for too long"
	}
	return "the server limits connections or is shutting down: fewer --sessions, or more --source addresses if the limit is per address"
}

// says reports whether the words, in small letters, hold one of the phrases.
func says(words string, phrases ...string) bool {
	for _, p := range phrases {
		if strings.Contains(words, p) {
			return true
		}
	}
	return false
}

func speaksOfTime(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "timeout") || strings.Contains(words, "timed out") || strings.Contains(words, "idle") || strings.Contains(words, "inactiv")
}

// speaksOfPorts reports whether a server's words say that it found no port to
// listen on: vsftpd dies of that with 500, other servers say so.
func speaksOfPorts(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "vsf_sysutil_bind") || strings.Contains(words, "address already in use") ||
		strings.Contains(words, "no port") || strings.Contains(words, "no free port")
}
