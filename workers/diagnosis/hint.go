package diagnosis

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// OfOperation says what to do about a failed operation, empty where we do not know: a
// wrong hint is worse than none. It goes by the phase, the class, the code and the
// words, and by what happened before. want is how many
// bytes were to move, -1 for any number.
func OfOperation(t *wire.Trace, f *stats.Failure, want int64) string {
	switch {
	case f.Class == stats.ClassAborted, f.Class == stats.ClassCorrupt: // whatever the server said of it
		return ""
	case f.Class == stats.ClassLocal && strings.Contains(f.Text, "active ports is free: address already in use"):
		return "use a wider range of --active-ports, or fewer transfers per second"
	case f.Class == stats.ClassLocal:
		return OutOfPorts
	case f.Code == 421:
		return OfLimit(f.Text)
	case f.Phase == stats.Negotiate || f.Phase == stats.DataReady:
		if h := outOfHint(t, f); h != "" {
			return h
		}
	}
	switch f.Phase {
	case stats.DataTLS:
		return dataTLSHint(t, f)
	case stats.Negotiate:
		return negotiateHint(t, f)
	case stats.DataReady:
		return dataReadyHint(t, f)
	case stats.Command:
		return commandHint(t, f)
	case stats.Payload, stats.Finish:
		return endHint(t, f, want)
	}
	return storageHint(f.Code)
}

// Hints that are given in several places.
const (
	OutOfPorts    = "this machine is out of ports or descriptors: use fewer sessions, or more --source addresses"
	BlockedHere   = "the server could not connect to this machine: is a firewall or NAT in between? try --mode passive"
	PerhapsHere   = "some servers connect before they reply: is a firewall or NAT in between? try --mode passive"
	Limited       = "the server limits connections: use fewer --sessions, or more --source addresses if the limit is per address"
	LimitedPerIP  = "the server limits connections per address: use fewer --sessions, or more --source addresses"
	LimitedUser   = "the server limits sessions per user: use fewer --sessions"
	LimitedInAll  = "the server limits the total number of sessions: use fewer --sessions"
	OutOfPassive  = "the server is out of passive ports: use a wider range on the server, or fewer transfers per second"
	LimitedOrGone = "the server limits connections or is shutting down: use fewer --sessions, or more --source addresses if the limit is per address"
	Unseen        = "perhaps files in this folder are hidden: --verify bytes does not send SIZE"
)

// outOfHint is for a server that cannot have another data connection.
func outOfHint(t *wire.Trace, f *stats.Failure) string {
	switch words := strings.ToLower(f.Text); {
	case f.Class != stats.ClassReply:
	case !t.Mode.Active() && SpeaksOfPorts(words):
		return OutOfPassive
	case t.Mode.Active() && f.Code == 425 && strings.Contains(words, "address already in use"):
		return "the server has no free local port for the data connection: use fewer transfers per second"
	case f.Code == 425 && (strings.Contains(words, "too many") || strings.Contains(words, "maximum")):
		return Limited
	}
	return ""
}

func dataTLSHint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case errors.Is(faultOf(t), wire.ErrNotTLS):
		return "the server accepted PROT P but does not encrypt its data connection: try another --mode, or --prot C"
	case f.Class == stats.ClassReply && (f.Code == 522 || f.Code == 425) && t.HandshakeFailed == nil && !t.Resumed:
		return "the server requires the data connection to resume the control connection's TLS session: see --tls-reuse"
	case f.Class == stats.ClassTLS || f.Class == stats.ClassReply && t.HandshakeFailed != nil:
		return "see --tls-reuse, --tls-min and --tls-max"
	}
	return ""
}

// faultOf is what went wrong on the wires, if anything.
func faultOf(t *wire.Trace) error {
	switch {
	case t.Fault != nil:
		return t.Fault
	case t.HandshakeFailed != nil:
		return t.HandshakeFailed
	}
	return nil
}

func negotiateHint(t *wire.Trace, f *stats.Failure) string {
	unknown := f.Class == stats.ClassReply && wire.Reply{Code: f.Code}.Unknown() && !speaksOfDeath(f.Text)
	switch active := t.Mode.Active(); {
	case active && f.Class == stats.ClassTimeout && t.Moments[stats.T3] != 0:
		return "the server opened the data connection but did not reply: this is a server fault"
	case active && f.Class == stats.ClassTimeout:
		return strangerOr(t, PerhapsHere)
	case active && f.Class == stats.ClassReply && f.Code == 425:
		return strangerOr(t, BlockedHere)
	case active && unknown && f.Code == 502: // "not implemented" says nothing of the address
		return "the server does not support this verb: try another --mode"
	case active && unknown:
		return "the server refuses this verb or the address in it: see --mode and --active-address"
	case unknown:
		return "the server does not support this verb: try another --mode, or the alias passive"
	case f.Class == stats.ClassReply && (f.Code == 530 || f.Code == 550):
		return "the server does not allow this verb: try another --mode"
	case f.Class == stats.ClassMalformed && !active && f.Code/100 == 2:
		return "the reply has no port: try another --mode"
	}
	return ""
}

func dataReadyHint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case f.Class == stats.ClassAcceptTimeout, t.Mode.Active() && f.Code == 425:
		return strangerOr(t, BlockedHere)
	case t.Mode.Active() && f.Class == stats.ClassReply:
		return strangerOr(t, storageHint(f.Code))
	case t.Mode.Active():
		return ""
	case f.Class != stats.ClassTimeout && f.Class != stats.ClassUnreachable && f.Class != stats.ClassRefused:
		return ""
	case t.ForeignHost && t.ForeignObeyed:
		return fmt.Sprintf("the server's reply to PASV names %s, which is not the address of the session and cannot be reached from here: "+
			"is the server behind a NAT? try --mode epsv, or --pasv-address control", t.Foreign)
	case t.ForeignHost:
		return fmt.Sprintf("the server's reply to PASV names %s, which is not the address of the session, so ftpmark did not use it: "+
			"is the server behind a NAT? try --mode epsv or active", t.Foreign)
	case t.Mode == stats.EPSV:
		return closedPorts(f) + "; open them, or try --mode pasv or active"
	}
	return closedPorts(f) + "; open them, or try --mode active"
}

// strangerOr is the hint where somebody else than the server's address connected;
// the other one where nobody did.
func strangerOr(t *wire.Trace, other string) string {
	if t.Strangers == 0 {
		return other
	}
	return fmt.Sprintf("a connection from %s was closed, because that is not the server's address: "+
		"if it is the server, accept it with --active-peer any", t.Stranger)
}

func commandHint(t *wire.Trace, f *stats.Failure) string {
	switch {
	case f.Class != stats.ClassReply:
		return ""
	case t.Restarted.Negative():
		return "the server refuses REST: it does not support resumed transfers, or they are disabled"
	case f.Code == 451 && t.Op.Uploads() && speaksOfResuming(f.Text):
		return "are resumed uploads disabled on the server? In ProFTPD they are by default: see AllowStoreRestart"
	case f.Code/100 == 4 && t.Moments[stats.T3] == 0 && t.Strangers > 0:
		return strangerOr(t, "")
	case (f.Code == 500 || f.Code == 502) && t.Op != stats.Retr && t.Op != stats.Stor && !speaksOfDeath(f.Text):
		return "the server does not support " + t.Verb
	case f.Code == 553 && t.Op.Uploads():
		return "the server refuses this file name: perhaps it does not overwrite files (see --upload-names), or does not allow uploads to that folder"
	}
	return storageHint(f.Code)
}

func endHint(t *wire.Trace, f *stats.Failure, want int64) string {
	switch {
	case f.Class == stats.ClassTLS && strings.Contains(f.Text, "without TLS close_notify") && t.Completed.Completes() && (want < 0 || t.Bytes == want):
		return "a protected download must end with close_notify, or it may have been truncated on its way; " +
			"--accept no-close-notify accepts it anyway"
	case t.Fault != nil && t.ResetAfterComplete(want):
		return "the server reports that the transfer is complete, then resets its connection: " +
			"if it always does that, --accept reset-after-complete accepts it if every byte was transferred"
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

// OfLimit is for a server that lets no more in, or is going away.
func OfLimit(words string) string {
	switch {
	case speaksOfTime(words): // of a time limit, perhaps
		return "the server ended the session because it was idle for too long"
	case SpeaksOfAddress(words):
		return LimitedPerIP
	case says(words, "this user", "this account", "your account", "same user"):
		return LimitedUser
	case says(words, "clients", "users", "server is full", "server full"):
		return LimitedInAll
	case SpeaksOfLimit(words):
		return Limited
	}
	return LimitedOrGone
}
