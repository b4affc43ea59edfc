package servers

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Kind names an FTP server that [Start] can start.
type Kind string

// The servers. Each is Debian 12's package of that name.
const (
	Vsftpd    Kind = "vsftpd"
	ProFTPD   Kind = "proftpd"
	PureFTPd  Kind = "pureftpd"
	Pyftpdlib Kind = "pyftpdlib"
)

// Kinds returns the four servers that the project's claims are about, always in the same
// order. Less known ones are in [OtherKinds].
func Kinds() []Kind { return []Kind{Vsftpd, ProFTPD, PureFTPd, Pyftpdlib} }

// TLSMode says how a server offers TLS (RFC 4217).
type TLSMode int

const (
	// Off: no TLS at all.
	Off TLSMode = iota
	// Explicit: AUTH TLS on the ordinary port; plain sessions are let in as well.
	Explicit
	// Implicit: TLS from the first byte. Pure-FTPd has none.
	Implicit
)

// String returns the word that a profile's tls setting uses.
func (m TLSMode) String() string {
	switch m {
	case Off:
		return "off"
	case Explicit:
		return "explicit"
	case Implicit:
		return "implicit"
	}
	return fmt.Sprintf("TLSMode(%d)", int(m))
}

// Options say how a server is to be started. The zero value is a plain IPv4 server
// without limits.
type Options struct {
	// Addr is the address to listen on, a loopback one. Zero picks an own 127.x.y.z
	// for this server, so that its ports, the passive ones included, are its own too.
	// All servers on ::1 share theirs.
	Addr netip.Addr

	// TLS offers TLS, with a certificate that [Server.TLSConfig] trusts.
	TLS TLSMode
	// RequireReuse refuses a data connection that does not resume the TLS session of
	// its control connection. vsftpd and ProFTPD only.
	RequireReuse bool
	// TLSVersions are the TLS versions offered: "1.2", "1.3", or "1.2,1.3", which is
	// also what "" means.
	TLSVersions string

	// PassivePorts is the first and the last passive port. Zero: 10000 to 19999.
	PassivePorts [2]uint16

	// MaxClients is how many sessions are let in at a time, over all; 0: no limit
	// (Debian's Pure-FTPd stops at 5,000 all the same). Past it vsftpd, Pure-FTPd and
	// pyftpdlib greet with 421, ProFTPD refuses the login with 530. pyftpdlib counts
	// sockets, data connections too.
	MaxClients int
	// MaxPerIP is how many sessions one client address may have; 0: no limit.
	MaxPerIP int

	// Extra is added to the configuration, one setting an element, in the server's own
	// words: lines of vsftpd.conf or proftpd.conf, command line arguments of
	// Pure-FTPd, NAME=VALUE (VALUE in Python) for attributes of pyftpdlib's handler.
	// {data} in it stands for the data directory.
	Extra []string
}

// withDefaults returns o with its zero values filled in, or what is wrong with it.
func (o Options) withDefaults(kind Kind) (Options, error) {
	if all := slices.Concat(Kinds(), OtherKinds()); !slices.Contains(all, kind) {
		return o, fmt.Errorf("there is no server kind %q, only %q", kind, all)
	}
	if kind.other() {
		if err := o.checkOther(kind); err != nil {
			return o, err
		}
	}
	if o.Addr.IsValid() && !o.Addr.IsLoopback() {
		return o, fmt.Errorf("%s is not a loopback address", o.Addr)
	}
	if o.PassivePorts == [2]uint16{} {
		o.PassivePorts = [2]uint16{10000, 19999}
	}
	if o.PassivePorts[0] == 0 || o.PassivePorts[0] > o.PassivePorts[1] {
		return o, fmt.Errorf("passive ports %d to %d are no range", o.PassivePorts[0], o.PassivePorts[1])
	}
	if o.MaxClients < 0 || o.MaxPerIP < 0 {
		return o, fmt.Errorf("a limit below 0 (MaxClients %d, MaxPerIP %d)", o.MaxClients, o.MaxPerIP)
	}
	if kind == PureFTPd && o.TLS == Implicit {
		return o, fmt.Errorf("Pure-FTPd has no implicit TLS")
	}
	if o.RequireReuse && kind != Vsftpd && kind != ProFTPD {
		return o, fmt.Errorf("%s cannot require TLS session reuse", kind)
	}
	switch strings.ReplaceAll(o.TLSVersions, " ", "") {
	case "", "1.2,1.3":
		o.TLSVersions = "1.2,1.3"
	case "1.2", "1.3":
	default:
		return o, fmt.Errorf("TLS versions %q: want 1.2, 1.3 or 1.2,1.3", o.TLSVersions)
	}
	return o, nil
}

// lowestTLS and highestTLS are the ends of o.TLSVersions.
func (o Options) lowestTLS() string  { return o.TLSVersions[:3] }
func (o Options) highestTLS() string { return o.TLSVersions[len(o.TLSVersions)-3:] }
