package profiles

import "time"

// Profile says everything that a run needs, with every default filled in; it is
// what the result file keeps, and its JSON is a profile that can be read again.
// It never holds a password.
type Profile struct {
	// Version is that of the profile language: 1.
	Version int `json:"version"`
	// Description is the question that the profile answers.
	Description string `json:"description,omitempty"`
	// Target is the URL without its password; empty for the embedded target.
	Target string `json:"target,omitempty"`
	// User is who logs in, where the target has no user. PasswordFile is a file
	// whose first line is the password.
	User         string `json:"user,omitempty"`
	PasswordFile string `json:"password_file,omitempty"`

	// Op is what is done: the weighted mix of operations.
	Op Mix `json:"op"`
	// Size is the distribution of the sizes of the files that are made; the
	// zero value with Path.
	Size Sizes `json:"size,omitzero"`
	// Files is how many files the downloads choose from: 1 if the size is
	// fixed, else 100; 0 with Path.
	Files int `json:"files,omitempty"`
	// Path is an existing file to read instead; nothing is then written.
	Path string `json:"path,omitempty"`
	// Mode is the variants by mode, in the order in which they run.
	Mode Modes `json:"mode"`
	// Variants are named overrides of this profile, of which each is measured
	// by itself; where there are some, each has the first of Mode unless it
	// names one.
	Variants Variants `json:"variant,omitempty"`

	// Sessions is how many are logged in at once; 0 with stages of sessions.
	// [Profile.MostSessions] counts these too.
	Sessions int `json:"sessions,omitempty"`
	// MaxSessions is what the pool may grow to in the open model; 0 in the
	// closed one.
	MaxSessions int `json:"max_sessions,omitempty"`
	// Think is the pause between a session's operations in the closed model.
	Think Think `json:"think,omitzero"`
	// OpRate caps the operations of all sessions together in the closed model,
	// per second; 0 for no cap.
	OpRate Rate `json:"op_rate,omitempty"`
	// Rate is that of arrivals in the open model, per second; 0 in the closed
	// one, and with stages.
	Rate Rate `json:"rate,omitempty"`
	// Arrivals is constant or poisson in the open model, else empty.
	Arrivals string `json:"arrivals,omitempty"`
	// MaxBacklog is how many arrivals may wait in the open model; 0 in the
	// closed one.
	MaxBacklog int `json:"max_backlog,omitempty"`
	// Stages are the load over time, in place of Duration.
	Stages Stages `json:"stages,omitempty"`

	// Duration is the length of each variant's measured window; 0 for none, and
	// with Stages. [Profile.Length] counts these too.
	Duration Duration `json:"duration,omitzero"`
	// Operations ends each variant's window after so many, 0 for no bound.
	Operations int64 `json:"operations,omitempty"`
	// Warmup runs before each window and is not measured.
	Warmup Duration `json:"warmup"`
	// Drain bounds the wait for operations in flight when a window closes.
	Drain Duration `json:"drain"`
	// Seed decides the payload and every random choice.
	Seed uint64 `json:"seed"`

	// Bandwidth limits the payload of all sessions together, SessionBandwidth
	// that of each.
	Bandwidth        Bandwidth `json:"bandwidth,omitzero"`
	SessionBandwidth Bandwidth `json:"session_bandwidth,omitzero"`

	// ConnectRate bounds how many sessions are opened per second, those that
	// replace lost ones included; operations of the kind login are not sessions.
	// 0 for no bound.
	ConnectRate Rate `json:"connect_rate,omitempty"`

	// Verify is how much of each transfer is checked: bytes (their number),
	// size (also as the server has it) or checksum (also their content). Empty
	// is bytes.
	Verify string `json:"verify,omitempty"`
	// Accept are endings of transfers that are failures by default and are taken
	// for those of whole ones.
	Accept Endings `json:"accept,omitempty"`
	// UploadNames is [UploadReuse], [UploadFresh] or [UploadAuto]: whether an
	// upload takes its session's one name again or a fresh one. Empty is auto.
	UploadNames string `json:"upload_names,omitempty"`
	// Keep leaves the run's files on the server.
	Keep bool `json:"keep,omitempty"`
	// Reuse takes the files that an earlier run kept.
	Reuse bool `json:"reuse,omitempty"`

	// The longest waits: for a TCP connect, for a reply, for the server's
	// connect in active mode, and for payload that stands still.
	ConnectTimeout Duration `json:"connect_timeout"`
	ReplyTimeout   Duration `json:"reply_timeout"`
	AcceptTimeout  Duration `json:"accept_timeout"`
	StallTimeout   Duration `json:"stall_timeout"`

	// Source are the local addresses that sessions are spread over.
	Source []string `json:"source,omitempty"`
	// ActiveAddress is what PORT and EPRT advertise.
	ActiveAddress string `json:"active_address,omitempty"`
	// ActivePorts are the ports of active listeners.
	ActivePorts PortRange `json:"active_ports,omitzero"`
	// ActivePeer is [PeerServer] or [PeerAny]: whose data connections an active
	// listener takes. Empty is the server's.
	ActivePeer string `json:"active_peer,omitempty"`
	// PASVAddress is [AddressControl] or [AddressObey]: where data connections go after
	// PASV. Empty is the control connection's address.
	PASVAddress string `json:"pasv_address,omitempty"`
	// PassivePorts are what the server has.
	PassivePorts PassivePorts `json:"passive_ports,omitzero"`
	// TLS is how connections are secured; its keys are among the profile's.
	TLS
	// Mover is fast (the kernel's shortcuts for moving payload) or portable.
	// Empty is fast.
	Mover string `json:"mover,omitempty"`
	// Thresholds are what the results are held to, in the language of package
	// threshold.
	Thresholds []string `json:"threshold,omitempty"`
}

// The values of [Profile.ActivePeer].
const (
	PeerServer = "server" // from the address of the control connection
	PeerAny    = "any"    // from any address
)

// The values of [Profile.PASVAddress].
const (
	AddressControl = "control" // to the address of the control connection
	AddressObey    = "obey"    // to the address in the reply
)

// The values of [Profile.UploadNames].
const (
	UploadReuse = "reuse"
	UploadFresh = "fresh"
	UploadAuto  = "auto" // as the server, tried once, allows
)

// Version is that of the profile language.
const Version = 1

// The defaults of a profile.
const (
	DefaultSessions = 8
	DefaultDuration = 10 * time.Second
	DefaultDrain    = 30 * time.Second
	maxWarmup       = 2 * time.Second
)

// Default returns the profile of a run with nothing asked for, but for the
// warm-up, which is left at 0 since it follows from the length:
// [DefaultWarmup].
func Default() Profile {
	return Profile{
		Version: Version, Op: Mix{{Op: "retr", Weight: 1}}, Size: FixedSize(1 << 20), Files: 1, Mode: Modes{Passive, Active},
		Sessions: DefaultSessions, Duration: Duration(DefaultDuration), Drain: Duration(DefaultDrain),
		ConnectTimeout: Duration(10 * time.Second), ReplyTimeout: Duration(30 * time.Second),
		AcceptTimeout: Duration(30 * time.Second), StallTimeout: Duration(60 * time.Second),
		Verify: "bytes", UploadNames: UploadAuto, ActivePeer: PeerServer, PASVAddress: AddressControl, Mover: "fast",
	}
}

// DefaultWarmup is a tenth of the window, but at most 2 s.
func DefaultWarmup(window Duration) Duration {
	return min(window/10, Duration(maxWarmup))
}

// Open reports whether the load is of the open model: arrivals at a rate,
// whether or not earlier operations have ended.
func (p *Profile) Open() bool { return p.Rate > 0 || p.Stages.OfRate() }

// MostSessions is the largest number of sessions at once.
func (p *Profile) MostSessions() int {
	most := max(p.Sessions, p.MaxSessions)
	if !p.Stages.OfRate() {
		most = max(most, int(p.Stages.Most()))
	}
	return most
}

// PeakRate is the highest rate of arrivals in the open model, per second; 0 in
// the closed one.
func (p *Profile) PeakRate() float64 {
	if p.Stages.OfRate() {
		return p.Stages.Most()
	}
	return float64(p.Rate)
}

// Length is that of each variant's measured window: its stages' or its
// duration; 0 where only the number of operations ends it.
func (p *Profile) Length() time.Duration {
	if len(p.Stages) > 0 {
		return p.Stages.Length()
	}
	return time.Duration(p.Duration)
}
