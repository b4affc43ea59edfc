package plan

import (
	"errors"
	"fmt"
	"net/netip"
	"os"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers"
)

// Plan is a run with every decision taken.
type Plan struct {
	Profile     profiles.Profile
	Target      profiles.Target
	Credentials profiles.Credentials
	// Addresses are the target's that can be used, in the order in which they
	// are tried: that of RFC 8305 §4.
	Addresses []netip.AddrPort
	// Address is the one of them that every session uses: the first, until
	// [Plan.Used] says otherwise.
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
	Tool      resultfile.ToolInfo
	Clock     stats.Clock

	// TLS is what the profile says of it, read and checked.
	TLS workers.TLS
	// Reached says that a session has come to Address.
	Reached bool
}

// UsageError is a plan that makes no sense: found before anything is touched.
type UsageError struct{ Reason string }

// Error returns the reason, one line.
func (e *UsageError) Error() string { return e.Reason }

// UsageErrorf makes one.
func UsageErrorf(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// TargetInfo says for the report what the plan measures, as far as that is known
// without asking the server: where, and under which rules that are not the usual
// ones.
func (p *Plan) TargetInfo() resultfile.TargetInfo {
	t := resultfile.TargetInfo{URL: p.Target.URL(), Embedded: p.Embedded, Features: []string{}}
	if p.Address.IsValid() {
		t.Address = p.Address.String()
	}
	for _, e := range p.Profile.Accept {
		if e != profiles.NoCloseNotify || p.Profile.TLS.On() {
			t.Accept = append(t.Accept, string(e))
		}
	}
	if p.Profile.ActivePeer == profiles.PeerAny && p.active() {
		t.ActivePeer = profiles.PeerAny
	}
	return t
}

// bare strips what package net says around a system error.
func bare(err error) error {
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		return sys.Err
	}
	return err
}
