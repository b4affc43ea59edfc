package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// Plan is a run with every decision taken.
type Plan struct {
	Profile     profiles.Profile
	Target      profiles.Target
	Credentials profiles.Credentials
	// Address is the one address of the target that every session uses.
	Address netip.AddrPort
	// Sources are the local addresses that sessions are spread over, may be
	// empty.
	Sources []netip.Addr
	// ActiveAddress is advertised in active mode, the zero value for the
	// control connection's.
	ActiveAddress netip.Addr
	// Embedded says that the target is ours, in a process of its own.
	Embedded bool
	// Authority is the embedded target's certificate in PEM, under TLS.
	Authority string
	Tool      stats.ToolInfo
	Clock     stats.Clock

	tls wire.TLS
}

// UsageError is a plan that makes no sense: found before anything is touched.
type UsageError struct{ Reason string }

// Error returns the reason, one line.
func (e *UsageError) Error() string { return e.Reason }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// Resolve fills in the addresses of a plan from its profile and target.
func (p *Plan) Resolve(ctx context.Context) error {
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", p.Target.Host)
	if err != nil || len(ips) == 0 {
		return fmt.Errorf("cannot find the host %q: check its name, and this machine's resolver (%w)", p.Target.Host, err)
	}
	if err := p.secure(); err != nil {
		return err
	}
	port, err := strconv.ParseUint(p.Target.Port, 10, 16)
	if err != nil {
		return usage("target: bad port %q", p.Target.Port)
	}
	if p.Sources, err = addresses("--source", p.Profile.Source); err != nil {
		return err
	}
	ip := pick(ips, p.Sources)
	p.Address = netip.AddrPortFrom(ip, uint16(port))
	if p.Profile.ActiveAddress != "" {
		one, err := addresses("--active-address", []string{p.Profile.ActiveAddress})
		if err != nil {
			return err
		}
		p.ActiveAddress = one[0]
	}
	for _, a := range p.Sources {
		if err := usable("--source", a, ip); err != nil {
			return err
		}
	}
	if p.ActiveAddress.IsValid() {
		if err := usable("--active-address", p.ActiveAddress, ip); err != nil {
			return err
		}
	}
	for _, m := range p.Profile.Mode {
		if m.IPv4Only() && ip.Is6() {
			return usage("--mode %s cannot carry an IPv6 address, and the target is %s: use epsv or eprt", m, ip)
		}
	}
	return nil
}

// pick chooses the target's address: of the sources' family if there are any,
// else IPv4 before IPv6, as the verbs of RFC 959 need it.
func pick(ips []netip.Addr, sources []netip.Addr) netip.Addr {
	best := ips[0].Unmap()
	for _, ip := range ips {
		ip = ip.Unmap()
		if len(sources) > 0 && ip.Is6() == sources[0].Is6() {
			return ip
		}
		if best.Is6() && ip.Is4() {
			best = ip
		}
	}
	return best
}

func addresses(flag string, texts []string) (as []netip.Addr, err error) {
	for _, t := range texts {
		a, err := netip.ParseAddr(t)
		if err != nil {
			return nil, usage("%s %q: want an IP address of this machine", flag, t)
		}
		as = append(as, a.Unmap())
	}
	return as, nil
}

// usable checks that a local address can be used against the target's.
func usable(flag string, a, target netip.Addr) error {
	if a.Is6() != target.Is6() {
		return usage("%s %s and the target's %s are of different address families: want two of one family", flag, a, target)
	}
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
	if err != nil {
		return usage("%s %s cannot be bound: want an IP address of this machine (%v)", flag, a, bare(err))
	}
	return l.Close()
}

// bare strips what package net says around a system error.
func bare(err error) error {
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		return sys.Err
	}
	return err
}
