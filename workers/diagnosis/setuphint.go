package diagnosis

import (
	"crypto/x509"
	"errors"
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

const WrongPassword = "check the user and the password"

// OfSetUp says what to do about a session that could not be opened in a mode, plain
// without TLS.
func OfSetUp(f *stats.Failure, mode profiles.Mode, plain bool, cause error) string {
	switch {
	case f.Class == stats.ClassAborted:
		return ""
	case ofMode(cause) && SpeaksOfPorts(f.Text):
		return OutOfPassive
	case f.Class == stats.ClassLocal:
		return OutOfPorts
	case f.Phase == stats.LoginDone && speaksOfAttempts(f.Text) && f.Class == stats.ClassReply:
		return WrongPassword
	case Limit(f), f.Code == 421:
		return OfLimit(f.Text)
	case strings.Contains(f.Text, "tls: certificate required"): // with TLS 1.3 it comes in place of the next reply
		return "the server requires a client certificate: see --tls-cert and --tls-key"
	case f.Phase == stats.TLS:
		return tlsHint(f, cause)
	case f.Phase == stats.LoginDone && f.Class == stats.ClassReply && speaksOfTLS(f.Text):
		if plain {
			return "the server requires TLS: try --tls explicit"
		}
		return ""
	case f.Phase == stats.Connect && f.Class == stats.ClassRefused:
		return "is the server running on that host and port?"
	case f.Phase == stats.Connect && (f.Class == stats.ClassTimeout || f.Class == stats.ClassUnreachable):
		return "check the host, the port and firewalls in between"
	case f.Phase == stats.Greeting && plain && (f.Class == stats.ClassMalformed || f.Class == stats.ClassTimeout):
		return "is that an FTP server, without implicit TLS?"
	case f.Phase == stats.Greeting && (f.Class == stats.ClassMalformed || f.Class == stats.ClassTimeout):
		return "is that an FTP server?"
	case (f.Phase == stats.Greeting || f.Phase == stats.Connect) && (f.Class == stats.ClassReset || f.Class == stats.ClassClosed):
		return "the server closed the connection before its greeting: is that an FTP server, and does it allow connections from this machine?"
	case f.Phase == stats.LoginDone && (f.Code == 332 || f.Code == 532):
		return "the server requires an account (ACCT) in addition to the password, which ftpmark does not support"
	case f.Phase == stats.LoginDone && (f.Code == 530 || f.Code == 430) && !strings.Contains(strings.ToLower(f.Text), "directory"):
		return WrongPassword // and not an account without a folder of its own
	case f.Phase == stats.Setup && f.Class == stats.ClassReply && (mode == profiles.Active || mode == profiles.Passive) && ofMode(cause):
		if mode == profiles.Active && speaksOfWhere(f.Text) {
			return "the server refuses both EPRT and PORT, or the address in them: try --mode passive, or see --active-address"
		}
		return "the server supports neither verb of --mode " + string(mode) + ": try another --mode"
	}
	return ""
}

// ofMode reports whether what was refused is a verb of a mode.
func ofMode(cause error) bool {
	var r *wire.Refusal
	if !errors.As(cause, &r) {
		return false
	}
	switch r.Command {
	case "EPSV", "PASV", "EPRT", "PORT":
		return true
	}
	return false
}

// tlsHint says what to do about a control connection that could not be secured.
func tlsHint(f *stats.Failure, cause error) string {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(cause, &unknown):
		return "give the CA's certificate with --tls-ca FILE, or turn off verification with --tls-insecure"
	case errors.As(cause, &host) && withoutNames(host.Certificate):
		return "the certificate has only a common name, but verification needs a subject alternative name: " +
			"reissue it with one, or turn off verification with --tls-insecure"
	case errors.As(cause, &host):
		return "give the host name of the certificate with --tls-server-name"
	case errors.As(cause, &invalid) && invalid.Reason == x509.Expired:
		return "renew the server's certificate, or set this machine's clock, or turn off verification with --tls-insecure"
	case errors.As(cause, &invalid):
		return "reissue the server's certificate, or turn off verification with --tls-insecure"
	case errors.Is(cause, wire.ErrNotTLS) && strings.Contains(f.Text, "answered AUTH"):
		return "the server accepts AUTH but then does not use TLS: --tls off measures it without TLS"
	case errors.Is(cause, wire.ErrNotTLS):
		return "this is a plaintext port: try --tls explicit, or --tls off"
	case f.Class == stats.ClassReply && f.Code/100 == 4:
		return "" // not now
	case f.Class == stats.ClassReply:
		return "the server does not offer TLS: --tls off measures it without TLS"
	case strings.Contains(f.Text, "'s TLS handshake"):
		return "see --tls, --tls-min and --tls-max"
	}
	return ""
}

// withoutNames reports whether a certificate names no host in the place for it.
func withoutNames(c *x509.Certificate) bool {
	return c != nil && len(c.DNSNames) == 0 && len(c.IPAddresses) == 0
}
