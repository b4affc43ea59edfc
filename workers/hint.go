package workers

import (
	"crypto/x509"
	"errors"
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// hint says what to do about a failed operation, empty where we do not know.
func hint(t *wire.Trace, f *stats.Failure) string {
	active := t.Mode.Active()
	switch {
	case f.Phase == stats.DataTLS && f.Class == stats.ClassReply:
		return "the server wants the data connection to resume the control connection's TLS session: see --tls-reuse"
	case f.Phase == stats.DataTLS:
		return "see --tls-reuse, --tls-min and --tls-max"
	case t.Protected && f.Class == stats.ClassTLS:
		return "a protected download must end with close_notify, or it may have been cut off on its way"
	case active && f.Phase == stats.Negotiate && f.Class == stats.ClassTimeout && t.Moments[stats.T3] != 0:
		return "the server opened the data connection and then fell silent: the fault is the server's"
	case f.Class == stats.ClassAcceptTimeout,
		active && f.Code == 425 && f.Phase != stats.Finish,
		active && f.Phase == stats.Negotiate && f.Class == stats.ClassTimeout:
		return "the server's connection to this machine did not get through: a firewall or NAT between? try --mode passive"
	case f.Phase == stats.DataReady && !active && (f.Class == stats.ClassTimeout || f.Class == stats.ClassUnreachable || f.Class == stats.ClassRefused):
		return "the server's passive port is closed to this machine: a firewall between? try --mode active"
	case f.Phase == stats.Negotiate && active && unknownVerb(f.Code):
		return "the server refuses this verb or the address in it: see --mode and --active-address"
	case f.Phase == stats.Negotiate && unknownVerb(f.Code):
		return "the server does not know this verb: try another --mode, or the alias passive"
	case f.Phase == stats.Command && t.Restarted.Negative():
		return "the server refuses REST: it does not resume transfers, or is told not to"
	case f.Phase == stats.Command && f.Code == 451 && (t.Op == stats.Appe || t.Restarted.Code == 350):
		return "is the server told not to resume uploads? ProFTPD is by default: see its AllowStoreRestart"
	case f.Class == stats.ClassLocal:
		return "this machine is out of ports or descriptors: fewer sessions, or more --source addresses"
	}
	return codeHint(f.Code)
}

// setUpHint says what to do about a session that could not be opened.
func setUpHint(f *stats.Failure, mode profiles.Mode, cause error) string {
	switch {
	case f.Phase == stats.TLS:
		return tlsHint(f, cause)
	case f.Phase == stats.LoginDone && speaksOfTLS(f.Text) && f.Class == stats.ClassReply:
		return "the server wants TLS: try --tls explicit"
	case f.Phase == stats.Connect && f.Class == stats.ClassRefused:
		return "is the server running on that host and port?"
	case f.Phase == stats.Connect && (f.Class == stats.ClassTimeout || f.Class == stats.ClassUnreachable):
		return "check the host, the port and the firewalls between"
	case f.Phase == stats.Greeting && (f.Class == stats.ClassMalformed || f.Class == stats.ClassTimeout):
		return "is that an FTP server, and one without implicit TLS?"
	case (f.Phase == stats.Greeting || f.Phase == stats.Connect) && (f.Class == stats.ClassReset || f.Class == stats.ClassClosed):
		return "the server hung up before it said a word: is that an FTP server, and does it let this machine in?"
	case f.Phase == stats.LoginDone && (f.Code == 530 || f.Code == 430 || f.Code == 532):
		return "check the user and the password"
	case f.Class == stats.ClassLocal:
		return "this machine is out of ports or descriptors: fewer sessions, or more --source addresses"
	case f.Phase == stats.Setup && unknownVerb(f.Code) && (mode == profiles.Active || mode == profiles.Passive):
		return "the server knows neither verb of --mode " + string(mode)
	}
	return codeHint(f.Code)
}

// tlsHint says what to do about a control connection that could not be secured.
func tlsHint(f *stats.Failure, cause error) string {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(cause, &unknown):
		return "name the authority's certificate with --tls-ca FILE, or do without verification with --tls-insecure"
	case errors.As(cause, &host):
		return "name the host in the certificate with --tls-server-name"
	case errors.As(cause, &invalid):
		return "renew the server's certificate, or do without verification with --tls-insecure"
	case errors.Is(cause, wire.ErrNotTLS):
		return "this is a plaintext port: try --tls explicit, or --tls off"
	case f.Class == stats.ClassReply:
		return "the server does not offer TLS: --tls off measures it in the clear"
	default:
		return "see --tls, --tls-min and --tls-max"
	}
}

// speaksOfTLS reports whether a server's words ask for encryption.
func speaksOfTLS(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "tls") || strings.Contains(words, "ssl") || strings.Contains(words, "encrypt")
}

// codeHint says what a reply code asks for, whatever it answered.
func codeHint(code int) string {
	switch code {
	case 421:
		return "the server limits connections or is shutting down: fewer --sessions, or more --source addresses if the limit is per address"
	case 452, 552:
		return "the server's disk or quota is full"
	}
	return ""
}
