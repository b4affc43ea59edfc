package profiles

import (
	"fmt"
	"strings"
	"time"
)

// Profile says everything that a run does to its target, with every default
// filled in; it is what the result file keeps. It never holds a password.
type Profile struct {
	Version int `json:"version"`
	// Target is the URL without its password; empty for the embedded target.
	Target string `json:"target,omitempty"`
	// Op is the operation: retr or stor.
	Op string `json:"op"`
	// Size is the size of the files that are made; 0 with Path.
	Size Size `json:"size"`
	// Path is an existing file to read instead; nothing is then written.
	Path string `json:"path,omitempty"`
	// Modes are the variants, in the order in which they run.
	Modes []Mode `json:"modes"`
	// Sessions is how many are logged in at once.
	Sessions int `json:"sessions"`
	// Duration is the length of each variant's measured window, 0 for none.
	Duration Duration `json:"duration"`
	// Operations ends each variant's window after so many, 0 for no bound.
	Operations int64 `json:"operations,omitempty"`
	// Warmup runs before each window and is not measured.
	Warmup Duration `json:"warmup"`
	// Drain bounds the wait for operations in flight when a window closes.
	Drain Duration `json:"drain"`
	// Seed decides the payload and every random choice.
	Seed uint64 `json:"seed"`

	ConnectTimeout Duration `json:"connect_timeout"`
	ReplyTimeout   Duration `json:"reply_timeout"`
	AcceptTimeout  Duration `json:"accept_timeout"`
	StallTimeout   Duration `json:"stall_timeout"`

	// Sources are the local addresses that sessions are spread over.
	Sources []string `json:"sources,omitempty"`
	// ActiveAddress is what PORT and EPRT advertise.
	ActiveAddress string `json:"active_address,omitempty"`
	// ActivePorts are the ports of active listeners.
	ActivePorts PortRange `json:"active_ports,omitzero"`
	// TLS is off, explicit or implicit; the rest belongs to it.
	TLS TLS `json:"tls,omitzero"`
	// Keep leaves the run's files on the server.
	Keep bool `json:"keep,omitempty"`
	// PortableMover avoids the kernel's shortcuts for moving payload.
	PortableMover bool `json:"portable_mover,omitempty"`
}

// The defaults of a profile.
const (
	DefaultSessions = 8
	DefaultDuration = 10 * time.Second
	DefaultDrain    = 30 * time.Second
	maxWarmup       = 2 * time.Second
)

// Default returns the profile of a run with nothing asked for.
func Default() Profile {
	return Profile{
		Version: 1, Op: "retr", Size: 1 << 20, Modes: []Mode{Passive, Active},
		Sessions: DefaultSessions, Duration: Duration(DefaultDuration), Drain: Duration(DefaultDrain),
		ConnectTimeout: Duration(10 * time.Second), ReplyTimeout: Duration(30 * time.Second),
		AcceptTimeout: Duration(30 * time.Second), StallTimeout: Duration(60 * time.Second),
	}
}

// DefaultWarmup is a tenth of the window, but at most 2 s.
func DefaultWarmup(window Duration) Duration {
	return min(window/10, Duration(maxWarmup))
}

// Validate returns the first thing that makes no sense, in the flags' words.
func (p *Profile) Validate() error {
	switch {
	case p.Op != "retr" && p.Op != "stor":
		return fmt.Errorf("--op %s: want retr or stor", p.Op)
	case p.Size < 0:
		return fmt.Errorf("--size %d: want 0 or more bytes", p.Size)
	case strings.ContainsAny(p.Path, "\r\n\x00"):
		return fmt.Errorf("--path: a line break has no place in a path")
	case p.Path != "" && p.Op != "retr":
		return fmt.Errorf("--path reads an existing file and writes nothing: it goes with --op retr only")
	case p.Sessions < 1:
		return fmt.Errorf("--sessions %d: want 1 or more", p.Sessions)
	case p.Duration < 0 || p.Warmup < 0 || p.Drain < 0:
		return fmt.Errorf("--duration, --warmup and --drain take no negative times")
	case p.Operations < 0:
		return fmt.Errorf("--operations %d: want 1 or more", p.Operations)
	case p.Duration == 0 && p.Operations == 0:
		return fmt.Errorf("nothing to do: want --duration or --operations above 0")
	case len(p.Modes) == 0:
		return fmt.Errorf("--mode: want at least one of %s", strings.ReplaceAll(join(Modes()), " or ", ", "))
	}
	for _, t := range []struct {
		flag string
		d    Duration
	}{
		{"--connect-timeout", p.ConnectTimeout}, {"--reply-timeout", p.ReplyTimeout},
		{"--accept-timeout", p.AcceptTimeout}, {"--stall-timeout", p.StallTimeout},
	} {
		if t.d <= 0 {
			return fmt.Errorf("%s %s: want more than 0", t.flag, t.d)
		}
	}
	if err := p.TLS.Validate(); err != nil {
		return err
	}
	seen := map[Mode]bool{}
	for _, m := range p.Modes {
		if seen[m] {
			return fmt.Errorf("--mode %s is named twice", m)
		}
		seen[m] = true
	}
	return nil
}
