package plan

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/profiles"
)

// ResolveAll fills in the addresses of plans from their profiles and targets.
// Each name is asked for once, and plans that have a target in common have its
// addresses in common too, as far as their settings allow: or a name with
// several would set one variant against another server than the next.
func ResolveAll(ctx context.Context, plans []*Plan) error {
	found := map[string][]netip.Addr{}
	for _, p := range plans {
		host := p.Target.Host
		if found[host] == nil {
			ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
			if err != nil || len(ips) == 0 {
				return fmt.Errorf("cannot resolve host %q: check its name, and this machine's resolver (%w)", host, err)
			}
			found[host] = ips
		}
		if err := p.resolve(found[host]); err != nil {
			return err
		}
	}
	shareAddresses(plans)
	return nil
}

// Resolve fills in the addresses of one plan.
func (p *Plan) Resolve(ctx context.Context) error { return ResolveAll(ctx, []*Plan{p}) }

// resolve chooses among the addresses of the target's host, and checks that
// this machine's fit.
func (p *Plan) resolve(ips []netip.Addr) error {
	if err := p.secure(); err != nil {
		return err
	}
	port, err := strconv.ParseUint(p.Target.Port, 10, 16)
	if err != nil {
		return UsageErrorf("target: bad port %q", p.Target.Port)
	}
	if p.Sources, err = addresses("--source", p.Profile.Source); err != nil {
		return err
	}
	if p.Profile.ActiveAddress != "" {
		one, err := addresses("--active-address", []string{p.Profile.ActiveAddress})
		if err != nil {
			return err
		}
		p.ActiveAddress = one[0]
	}
	local := slices.Clone(p.Sources)
	if p.ActiveAddress.IsValid() {
		local = append(local, p.ActiveAddress)
	}
	all := interleaved(ips)
	fit := ofFamily(all, local, p.Profile.Mode)
	if len(fit) == 0 {
		fit = all // what follows says why not
	}
	p.Addresses = p.Addresses[:0:0]
	for _, ip := range fit {
		p.Addresses = append(p.Addresses, netip.AddrPortFrom(ip, uint16(port)))
	}
	p.Address = p.Addresses[0]
	return p.fits(fit[0])
}

// fits checks that this machine's addresses and the modes can be used with the
// target's address.
func (p *Plan) fits(ip netip.Addr) error {
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
			return UsageErrorf("--mode %s does not support IPv6, and the target has only an IPv6 address (%s): use epsv or eprt", m, ip)
		}
	}
	return nil
}

// Used says which of the addresses the plan's sessions go to: the one that
// answered. It is not safe for use while sessions are opened.
func (p *Plan) Used(a netip.AddrPort) { p.Address, p.Reached = a, true }

// interleaved puts a host's addresses in the order of RFC 8305 §4: as the
// resolver has them (RFC 6724), but with the families in turn, so that one
// family that is cut off costs one try. Each is there once.
func interleaved(ips []netip.Addr) []netip.Addr {
	var families [2][]netip.Addr // the first one's and the other
	for _, ip := range ips {
		ip = ip.Unmap()
		of := 0
		if ip.Is6() != ips[0].Unmap().Is6() {
			of = 1
		}
		if !slices.Contains(families[of], ip) {
			families[of] = append(families[of], ip)
		}
	}
	var all []netip.Addr
	for i := range max(len(families[0]), len(families[1])) {
		for _, family := range families {
			if i < len(family) {
				all = append(all, family[i])
			}
		}
	}
	return all
}

// ofFamily returns the addresses that can be used together with this machine's
// own ones, whose first decides, and in all of the modes: PASV and PORT carry
// IPv4 addresses alone.
func ofFamily(ips, local []netip.Addr, modes profiles.Modes) []netip.Addr {
	onlyIPv4 := slices.ContainsFunc(modes, profiles.Mode.IPv4Only)
	return slices.DeleteFunc(slices.Clone(ips), func(ip netip.Addr) bool {
		return onlyIPv4 && ip.Is6() || len(local) > 0 && ip.Is6() != local[0].Is6()
	})
}

// shareAddresses leaves to the plans of one target the addresses that all of
// them can use, if there are any.
func shareAddresses(plans []*Plan) {
	type server struct{ host, port string }
	common := map[server][]netip.AddrPort{}
	for _, p := range plans {
		at := server{p.Target.Host, p.Target.Port}
		if before, seen := common[at]; seen {
			common[at] = slices.DeleteFunc(slices.Clone(before), func(a netip.AddrPort) bool { return !slices.Contains(p.Addresses, a) })
		} else {
			common[at] = p.Addresses
		}
	}
	for _, p := range plans {
		if all := common[server{p.Target.Host, p.Target.Port}]; len(all) > 0 {
			p.Addresses = slices.Clone(all)
			p.Address = all[0]
		}
	}
}

func addresses(flag string, texts []string) (as []netip.Addr, err error) {
	for _, t := range texts {
		a, err := netip.ParseAddr(t)
		if err != nil {
			return nil, UsageErrorf("%s %q: want an IP address of this machine", flag, t)
		}
		as = append(as, a.Unmap())
	}
	return as, nil
}

// usable checks that a local address can be used against the target's.
func usable(flag string, a, target netip.Addr) error {
	if a.Is6() != target.Is6() {
		return UsageErrorf("%s %s and the target's %s are of different address families: want both IPv4 or both IPv6", flag, a, target)
	}
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
	if err != nil {
		return UsageErrorf("%s %s cannot be bound: want an IP address of this machine (%v)", flag, a, bare(err))
	}
	return l.Close()
}
