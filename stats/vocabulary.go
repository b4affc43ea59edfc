package stats

import "fmt"

// Measurement is the version of what the figures mean. It goes up whenever the same
// operation would be told as another number: when a phase begins or ends elsewhere, or
// something is counted that was not. Results of different versions are not compared.
const Measurement = 1

// Op is an operation: what a session is asked to do and what is timed.
type Op uint8

// The operations. A transfer is one that moves data over a data connection; transfers
// come first.
//
// A new one needs its name in profiles too (Operations, and what a Mix says of it), its
// commands in workers (job.go), what it needs and leaves on the server in
// loadgen/rig/fixtures (slotfiles.go, slotjob.go), and a place in the JSON schemas.
const (
	Retr Op = iota
	Stor
	Appe
	List
	Mlsd
	Nlst
	Dele
	Rename
	Mkd
	Rmd
	Size
	Noop
	Login
	NumOps // the number of operations, not one of them
)

var opNames = [NumOps]string{
	"retr", "stor", "appe", "list", "mlsd", "nlst",
	"dele", "rename", "mkd", "rmd", "size", "noop", "login",
}

// String returns the operation's name as flags, files and reports spell it.
func (o Op) String() string { return nameOf(opNames[:], int(o)) }

// ParseOp returns the operation of that name.
func ParseOp(s string) (Op, error) {
	i, err := indexOf("operation", opNames[:], s)
	return Op(i), err
}

// Uploads reports whether the operation sends its payload to the server.
func (o Op) Uploads() bool { return o == Stor || o == Appe }

// Transfers reports whether the operation uses a data connection.
func (o Op) Transfers() bool { return o <= Nlst }

// MarshalText and UnmarshalText make an Op its name in JSON.
func (o Op) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText accepts the names that [ParseOp] accepts.
func (o *Op) UnmarshalText(b []byte) (err error) { *o, err = ParseOp(string(b)); return err }

// Mode is how a data connection is made: the verb that negotiates it.
type Mode uint8

// The modes. NoMode belongs to operations without a data connection.
const (
	NoMode   Mode = iota
	EPSV          // passive, RFC 2428: the client connects
	PASV          // passive, RFC 959: the client connects, IPv4 only
	EPRT          // active, RFC 2428: the server connects
	PORT          // active, RFC 959: the server connects, IPv4 only
	NumModes      // the number of modes, not one of them
)

var modeNames = [NumModes]string{"none", "epsv", "pasv", "eprt", "port"}

// String returns the mode's name as flags, files and reports spell it.
func (m Mode) String() string { return nameOf(modeNames[:], int(m)) }

// Active reports whether the server opens the data connection.
func (m Mode) Active() bool { return m == EPRT || m == PORT }

// ParseMode returns the mode of that name.
func ParseMode(s string) (Mode, error) {
	i, err := indexOf("mode", modeNames[:], s)
	return Mode(i), err
}

// MarshalText makes a Mode its name in JSON.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts the names that [ParseMode] accepts.
func (m *Mode) UnmarshalText(b []byte) (err error) { *m, err = ParseMode(string(b)); return err }

// Phase is a named span of an operation or of a session's set-up.
type Phase uint8

// The phases of an operation, then those of a session's set-up. Their spans
// are defined by [Sample.Span] and by the session phases' comments.
//
// A new one stands among its kind, as ranges of them are used, and needs its span, its
// words and place in reports (report/phases.go, report/sessions.go), whether modes may be
// compared by it (compare/phases.go), who has it (threshold/grammar.go), and a place in
// the JSON schemas. Metrics and thresholds have it by itself.
const (
	Lag            Phase = iota // t1 - t0: the operation started late
	Negotiate                   // t2 - t1: the EPSV, PASV, EPRT or PORT round trip
	DataReady                   // t3 - t1: until the data socket is ready
	Startup                     // max(t3, t5) - t1: until socket and go-ahead are there
	TTFB                        // t6 - t1: until bytes move
	Command                     // t5 - t4: transfer command to preliminary reply
	DataTLS                     // the handshake of the data connection
	DataTLSResumed              // of those, the ones that resumed the control connection's session
	DataTLSFull                 // and the ones that did not
	Payload                     // t7 - t6
	Finish                      // t8 - t7: waiting for the completion reply
	Service                     // t8 - t1
	Response                    // t8 - t0
	Connect                     // session: TCP connect
	Greeting                    // session: until the 220 reply is read
	TLS                         // session: AUTH TLS and handshake
	LoginDone                   // session: USER to 230
	Setup                       // session: FEAT, TYPE, PBSZ, PROT, mode resolution
	NumPhases                   // the number of phases, not one of them
)

var phaseNames = [NumPhases]string{
	"lag", "negotiate", "data_ready", "startup", "ttfb", "command", "data_tls",
	"data_tls_resumed", "data_tls_full",
	"payload", "finish", "service", "response",
	"connect", "greeting", "tls", "login", "setup",
}

// String returns the phase's name as thresholds, files and reports spell it.
func (p Phase) String() string { return nameOf(phaseNames[:], int(p)) }

// OfSession reports whether the phase belongs to a session's set-up.
func (p Phase) OfSession() bool { return p >= Connect && p < NumPhases }

// MarshalText makes a Phase its name in JSON.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText accepts a phase's name.
func (p *Phase) UnmarshalText(b []byte) error {
	i, err := indexOf("phase", phaseNames[:], string(b))
	*p = Phase(i)
	return err
}

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func indexOf(kind string, names []string, s string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q", kind, s)
}
