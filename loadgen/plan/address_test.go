package plan

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/profiles"
)

func parsed(text string) (ips []netip.Addr) {
	for _, s := range strings.Fields(text) {
		ips = append(ips, netip.MustParseAddr(s))
	}
	return ips
}

func TestInterleaved(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"192.0.2.1":                            "192.0.2.1",
		"192.0.2.1 192.0.2.2":                  "192.0.2.1 192.0.2.2",
		"2001:db8::1 2001:db8::2 192.0.2.1":    "2001:db8::1 192.0.2.1 2001:db8::2",
		"192.0.2.1 192.0.2.2 2001:db8::1":      "192.0.2.1 2001:db8::1 192.0.2.2",
		"2001:db8::1 192.0.2.1":                "2001:db8::1 192.0.2.1",
		"::ffff:192.0.2.1 192.0.2.1 192.0.2.2": "192.0.2.1 192.0.2.2",
		"fe80::1%eth0 fe80::1%eth1":            "fe80::1%eth0 fe80::1%eth1",
	} {
		if got := interleaved(parsed(in)); !slices.Equal(got, parsed(want)) {
			t.Errorf("%q: %v, want %q", in, got, want)
		}
	}
}

func TestOfFamily(t *testing.T) {
	const both = "::1 127.0.0.1 ::2 127.0.0.2"
	for _, c := range []struct{ ips, local, modes, want string }{
		{both, "", "passive,active", both},
		{both, "127.0.0.9", "passive", "127.0.0.1 127.0.0.2"},
		{both, "::1", "epsv,eprt", "::1 ::2"},
		{both, "", "epsv,pasv", "127.0.0.1 127.0.0.2"},
		{both, "", "port", "127.0.0.1 127.0.0.2"},
		{both, "::1", "pasv", ""},
		{"::1", "", "port", ""},
		{"::1", "127.0.0.1", "passive", ""},
	} {
		modes, err := profiles.ParseModes(c.modes)
		if err != nil {
			t.Fatal(err)
		}
		if got := ofFamily(parsed(c.ips), parsed(c.local), modes); !slices.Equal(got, parsed(c.want)) {
			t.Errorf("%s from %q in %s: %v, want %q", c.ips, c.local, c.modes, got, c.want)
		}
	}
}

// resolved makes a plan for a host of these addresses.
func resolved(t *testing.T, ips string, change func(*profiles.Profile)) (*Plan, error) {
	t.Helper()
	f := profiles.Default()
	f.Mode = profiles.Modes{profiles.Passive}
	if change != nil {
		change(&f)
	}
	p := &Plan{Profile: f, Target: profiles.Target{Host: "files.example.net", Port: "2121"}}
	return p, p.resolve(parsed(ips))
}

func TestResolvedAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		ips    string
		change func(*profiles.Profile)
		want   string // all of them, or a part of the error
	}{
		"as found":            {"::1 127.0.0.1", nil, "[::1]:2121 127.0.0.1:2121"},
		"the source's family": {"::1 127.0.0.1", func(p *profiles.Profile) { p.Source = []string{"127.0.0.1"} }, "127.0.0.1:2121"},
		"the active address'": {"::1 127.0.0.1", func(p *profiles.Profile) { p.ActiveAddress = "127.0.0.1" }, "127.0.0.1:2121"},
		"one strict verb":     {"::1 127.0.0.1", func(p *profiles.Profile) { p.Mode = profiles.Modes{profiles.EPSV, profiles.PORT} }, "127.0.0.1:2121"},
		"no IPv4 address":     {"::1", func(p *profiles.Profile) { p.Mode = profiles.Modes{profiles.PASV} }, "--mode pasv does not support IPv6, and the target has only an IPv6 address (::1): use epsv or eprt"},
		"another family":      {"127.0.0.1", func(p *profiles.Profile) { p.Source = []string{"::1"} }, "--source ::1 and the target's 127.0.0.1 are of different address families"},
		"both families":       {"::1 127.0.0.1", func(p *profiles.Profile) { p.Source = []string{"127.0.0.1", "::1"} }, "--source ::1 and the target's 127.0.0.1"},
		"IPv6 and a strict verb": {"::1 127.0.0.1", func(p *profiles.Profile) {
			p.Source, p.Mode = []string{"::1"}, profiles.Modes{profiles.PORT}
		}, "--mode port does not support IPv6"},
	} {
		p, err := resolved(t, c.ips, c.change)
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
			continue
		}
		var got []string
		for _, a := range p.Addresses {
			got = append(got, a.String())
		}
		if strings.Join(got, " ") != c.want || p.Address != p.Addresses[0] {
			t.Errorf("%s: %q, of which %s, want %s", name, got, p.Address, c.want)
		}
		last := p.Addresses[len(p.Addresses)-1]
		if p.Used(last); p.TargetInfo().Address != last.String() {
			t.Errorf("%s: told as %s, want %s", name, p.TargetInfo().Address, last)
		}
	}
}

// TestVariantsShareAddresses, as one that could use another family than the next
// would be measured over another network.
func TestVariantsShareAddresses(t *testing.T) {
	const ips = "::1 127.0.0.1"
	mode := func(m profiles.Mode) func(*profiles.Profile) {
		return func(p *profiles.Profile) { p.Mode = profiles.Modes{m} }
	}
	epsv, err := resolved(t, ips, mode(profiles.EPSV))
	if err != nil {
		t.Fatal(err)
	}
	pasv, err := resolved(t, ips, mode(profiles.PASV))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := resolved(t, ips, nil)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere.Target.Port = "21"
	shareAddresses([]*Plan{epsv, pasv, elsewhere})
	for _, p := range []*Plan{epsv, pasv} {
		if p.Address.String() != "127.0.0.1:2121" || len(p.Addresses) != 1 {
			t.Errorf("%s: %s of %v", p.Profile.Mode, p.Address, p.Addresses)
		}
	}
	if elsewhere.Address.String() != "[::1]:2121" || len(elsewhere.Addresses) != 2 {
		t.Errorf("another server: %s of %v", elsewhere.Address, elsewhere.Addresses)
	}
	// What one plan was told to do stays, though the other cannot.
	apart, err := resolved(t, ips, func(p *profiles.Profile) { p.Source = []string{"::1"} })
	if err != nil {
		t.Fatal(err)
	}
	shareAddresses([]*Plan{apart, pasv})
	if apart.Address.String() != "[::1]:2121" || pasv.Address.String() != "127.0.0.1:2121" {
		t.Errorf("%s and %s", apart.Address, pasv.Address)
	}
}

func TestTargetInfoSaysTheRules(t *testing.T) {
	lax := func(p *profiles.Profile) {
		p.Accept, p.ActivePeer = profiles.AllEndings(), profiles.PeerAny
	}
	for _, c := range []struct {
		mode           profiles.Mode
		tls            string
		accept, active string
	}{
		{profiles.Active, "", "reset-after-complete", "any"},
		{profiles.Passive, "explicit", "no-close-notify reset-after-complete", ""},
	} {
		p, err := resolved(t, "127.0.0.1", func(p *profiles.Profile) { lax(p); p.Mode, p.TLS.Mode = profiles.Modes{c.mode}, c.tls })
		if err != nil {
			t.Fatal(err)
		}
		if x := p.TargetInfo(); strings.Join(x.Accept, " ") != c.accept || x.ActivePeer != c.active {
			t.Errorf("%s, TLS %q: %+v", c.mode, c.tls, x)
		}
	}
	usual, err := resolved(t, "127.0.0.1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if x := usual.TargetInfo(); x.Accept != nil || x.ActivePeer != "" {
		t.Errorf("%+v", x)
	}
}
