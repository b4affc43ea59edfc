package target

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
)

// Config says where the server listens and whom it lets in. The zero value is
// a server on a free port of 127.0.0.1 that accepts any user.
type Config struct {
	// Listen is host:port, "127.0.0.1:0" if empty. The host is an IP literal
	// or localhost (which is 127.0.0.1); port 0 takes a free one.
	Listen string
	// User and Password are the one login that is accepted. If User is empty
	// any user name and any password are, which a loopback address alone
	// allows: see [ExposedError].
	User, Password string
	// PassivePorts are the first and the last port of passive data
	// connections; zero leaves the choice to the system. Each listener serves
	// one transfer, so there are never more passive transfers waiting for
	// their connection than ports.
	PassivePorts [2]uint16
	// Seed decides, with a file's name, the content of downloads: that which
	// ftpmark uploads with the same seed.
	Seed uint64
	// Security is whether the server speaks TLS; empty is off. KeyPair is then
	// its certificate.
	Security Security
	KeyPair  KeyPair
	// Log receives the server's log; nil discards it.
	Log *slog.Logger
}

// ExposedError reports an address that other machines can reach without a
// password: anyone could fill the server's memory or borrow its bandwidth.
type ExposedError struct {
	// Listen is the address that was asked for.
	Listen string
}

func (e *ExposedError) Error() string {
	return fmt.Sprintf("refusing to listen on %s without a password, because other machines can reach it: "+
		"set a user and a password, or listen on 127.0.0.1 or [::1]", e.Listen)
}

// address checks the configuration and returns where to listen.
func (c Config) address() (netip.AddrPort, error) {
	listen := c.Listen
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	addr, err := parseListen(listen)
	if err != nil {
		return netip.AddrPort{}, err
	}
	switch lo, hi := c.PassivePorts[0], c.PassivePorts[1]; {
	case (lo == 0) != (hi == 0) || lo > hi:
		return netip.AddrPort{}, fmt.Errorf("passive ports %d-%d: want a first port of at least 1 and a last one not below it", lo, hi)
	case c.User == "" && c.Password != "":
		return netip.AddrPort{}, errors.New("a password without a user would be ignored: set both or neither")
	case c.Password == "" && !addr.Addr().IsLoopback():
		return netip.AddrPort{}, &ExposedError{Listen: listen}
	}
	return addr, nil
}

func parseListen(listen string) (netip.AddrPort, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("listen address %q: want host:port, such as 127.0.0.1:0 or [::1]:2121", listen)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	// Names are not resolved: what a name means can change between the check
	// that it is loopback and the bind.
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("listen address %q: the host must be an IP address or localhost", listen)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("listen address %q: the port must be a number from 0 to 65535", listen)
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(number)), nil
}
