package resultfile

import "errors"

// ToolInfo says what made the result.
type ToolInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	// Measurement is [stats.Measurement], 0 in files from before it was kept.
	Measurement int `json:"measurement,omitempty"`
}

// TargetInfo says what was measured. URL never holds a password.
type TargetInfo struct {
	URL      string   `json:"url"`
	Embedded bool     `json:"embedded"`
	Banner   string   `json:"banner"`
	Syst     string   `json:"syst"`
	Features []string `json:"features"`
	// Address is the IP address and port that sessions went to, empty in
	// results from before it was kept.
	Address string `json:"address,omitempty"`
	// Accept are the endings of transfers that would be failures and were taken
	// for those of whole ones. ActivePeer is any where active data connections
	// were taken from whatever address they came, else empty.
	Accept     []string `json:"accept,omitempty"`
	ActivePeer string   `json:"active_peer,omitempty"`
	// TLS is nil for plain FTP.
	TLS *TLSInfo `json:"tls,omitempty"`
}

// TLSInfo says how connections were secured, as the first session found it.
type TLSInfo struct {
	Mode        string `json:"mode"` // explicit or implicit
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
	// Weak says why the cipher suite is weak, empty if it is not.
	Weak string `json:"weak,omitempty"`
	// Insecure means that the server's certificate was not verified.
	Insecure bool `json:"insecure,omitempty"`
	// Reuse is required, auto or off; Prot is P or C, for data connections.
	Reuse string `json:"reuse"`
	Prot  string `json:"prot"`
}

// The load models: whether operations begin when the one before ended, or when
// they are due.
const (
	OpenLoad   = "open"   // arrivals at a rate, whether or not earlier ones ended
	ClosedLoad = "closed" // each session begins its next operation when its last one ended
)

// LoadInfo says what load was asked for. Its strings are as a reader is to see
// them, unit included; empty ones and zeros were not asked for.
type LoadInfo struct {
	Model string `json:"model"` // [OpenLoad] or [ClosedLoad]
	// Rate is that of the arrivals of an open load, such as "200/s", and
	// Arrivals how they come: "constant" or "poisson".
	Rate     string `json:"rate,omitempty"`
	Arrivals string `json:"arrivals,omitempty"`
	// RatePerSecond is Rate as a number, 0 where stages set it.
	RatePerSecond float64 `json:"rate_per_second,omitempty"`
	// Count is how many operations end the window, 0 for none: where it is
	// set, the window lasts until the last of them is done.
	Count int64 `json:"count,omitempty"`
	// Sessions are open from the start; an open load may go up to
	// MaxSessions, and lets up to MaxBacklog arrivals wait for one.
	Sessions    int `json:"sessions"`
	MaxSessions int `json:"max_sessions,omitempty"`
	MaxBacklog  int `json:"max_backlog,omitempty"`
	// Think is the pause between a session's operations.
	Think string `json:"think,omitempty"`
	// OpRate limits the operations begun, Bandwidth the payload of all
	// sessions together and SessionBandwidth that of each.
	OpRate           string `json:"operation_rate,omitempty"`
	Bandwidth        string `json:"bandwidth,omitempty"`
	SessionBandwidth string `json:"session_bandwidth,omitempty"`
	// Verify says what is checked of each transfer beyond its length.
	Verify string `json:"verify,omitempty"`
	// Operations is the mix, such as "retr=80,stor=15,list=5"; Size the
	// size of the Files that are transferred.
	Operations string `json:"operations,omitempty"`
	Size       string `json:"size,omitempty"`
	Files      int    `json:"files,omitempty"`
	// Path is the file that is read instead.
	Path string `json:"path,omitempty"`
}

// open reports whether operations are due at times of their own.
func (l *LoadInfo) open() bool { return l != nil && l.Model == OpenLoad }

func (l *LoadInfo) check() error {
	if l != nil && (min(l.Sessions, l.MaxSessions, l.MaxBacklog, l.Files) < 0 || l.Count < 0 || !(l.RatePerSecond >= 0)) {
		return errors.New("load: a number is negative")
	}
	return nil
}
