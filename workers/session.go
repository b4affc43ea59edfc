package workers

import (
	"context"
	"errors"
	"net/netip"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// Config says how a session is opened.
type Config struct {
	Wire        wire.Config
	Credentials profiles.Credentials
	// Mode is how its data connections are made. An alias is resolved as the
	// session is opened. Empty means that the session moves no data.
	Mode profiles.Mode
	// Habits is shared by the sessions of a run: what one has found out, the
	// others know. With nil the session has its own.
	Habits *Habits
}

// Session is one logged-in control connection. It belongs to one goroutine;
// its context, when it ends, cuts it off at once.
type Session struct {
	link     *wire.Link
	clock    stats.Clock
	habits   *Habits
	accept   wire.Accept
	password string
	features []string
	place    place
	setUp    setUp
	sample   stats.Sample
	seen     Noticed
	broken   bool
	closed   bool
	// unanswered says that the server did not answer the EPRT of the alias.
	unanswered bool
}

// setUp is what a session's set-up came to.
type setUp struct {
	begun, ready stats.Moment
	phases       stats.SessionPhases
	commands     int
}

// Noticed counts what a session saw that is no failure but worth a remark.
type Noticed struct {
	// ForeignHosts counts replies to PASV that named another host, the last of which
	// was ForeignHost.
	ForeignHosts int64
	ForeignHost  netip.Addr
	// Strangers counts connections to active listeners from elsewhere, the
	// last of which was Stranger.
	Strangers int64
	Stranger  netip.Addr
	// StrayPorts counts passive ports outside of those that the server is meant
	// to have.
	StrayPorts int64
	// Accepted counts transfers that ended in a way that is accepted and else
	// is a failure.
	Accepted int64
}

// Open connects, logs in and resolves the mode. Its errors are [*stats.Failure].
func Open(ctx context.Context, cfg Config) (*Session, error) {
	s, f := open(ctx, cfg)
	if f != nil {
		return nil, f
	}
	return s, nil
}

// open opens a session, on a second connection where the first one has shown how
// the server wants it.
func open(ctx context.Context, cfg Config) (*Session, *stats.Failure) {
	if cfg.Habits == nil {
		cfg.Habits = new(Habits)
	}
	known := cfg.Habits.get()
	cfg.Wire.LeavesOpen, cfg.Wire.EndsOtherwise = known.leavesOpen, known.endsOtherwise
	askFEAT := !known.noFEAT
	var begun stats.Moment
	for {
		s, err := attempt(ctx, cfg, askFEAT)
		if begun == 0 && s != nil {
			begun = s.link.Times().Begun
		}
		switch {
		case err == nil:
			switch {
			case askFEAT && !known.answersFEAT:
				cfg.Habits.answersFEAT()
			case !askFEAT && !known.noFEAT && !cfg.Habits.get().answersFEAT:
				cfg.Habits.noFEAT()
			}
			s.setUp.begun = begun
			return s, nil
		case askFEAT && errors.Is(err, wire.ErrNoFEAT):
			askFEAT = false
		case s != nil && s.unanswered && cfg.Mode != profiles.EPRT:
			cfg.Mode = profiles.EPRT
			cfg.Habits.resolved(profiles.Active, stats.EPRT, unansweredEPRT)
		default:
			return nil, asFailure(err, cfg)
		}
	}
}

// attempt opens a session on one connection. After an error the session is closed.
func attempt(ctx context.Context, cfg Config, askFEAT bool) (*Session, error) {
	link, err := wire.Dial(ctx, cfg.Wire)
	if err != nil {
		return nil, err
	}
	s := &Session{link: link, clock: cfg.Wire.Clock, habits: cfg.Habits, accept: cfg.Wire.Accept, password: cfg.Credentials.Password}
	if err := s.login(cfg, askFEAT); err != nil {
		_ = link.Close()
		return s, err
	}
	ready := cfg.Wire.Clock()
	s.setUp = setUp{link.Times().Begun, ready, phasesOf(link.Times(), ready), link.Commands()}
	return s, nil
}

// login logs in and resolves the mode.
func (s *Session) login(cfg Config, askFEAT bool) (err error) {
	if s.features, err = s.link.Login(cfg.Credentials.User, cfg.Credentials.Password, askFEAT); err != nil {
		var refusal *wire.Refusal
		if errors.As(err, &refusal) {
			// Some servers repeat what they did not understand.
			refusal.Reply.Text = withoutPassword(refusal.Reply.Text, cfg.Credentials.Password)
		}
		return err
	}
	if cfg.Mode == "" {
		return nil
	}
	return s.resolve(cfg.Mode, 0)
}

// phasesOf makes the phases of a set-up that ended now. TLS comes before the
// greeting where it is implicit, else after it.
func phasesOf(at wire.Times, now stats.Moment) stats.SessionPhases {
	u := stats.SessionPhases{
		Connect:  at.Connected.Sub(at.Begun),
		Greeting: at.Greeted.Sub(at.Connected),
		Login:    at.LoggedIn.Sub(max(at.Greeted, at.Secured)),
		Setup:    now.Sub(at.LoggedIn),
	}
	switch {
	case at.Secured == 0:
	case at.Secured < at.Greeted:
		u.TLS, u.Greeting = at.Secured.Sub(at.Connected), at.Greeted.Sub(at.Secured)
	default:
		u.TLS = at.Secured.Sub(at.Greeted)
	}
	return u
}

// SetUp returns how long the phases of the set-up took.
func (s *Session) SetUp() stats.SessionPhases { return s.setUp.phases }

// Mode is the verb that the session's data connections are negotiated with.
func (s *Session) Mode() stats.Mode { return s.link.Mode() }

// Secured says what the control connection's TLS came to; zero without TLS.
func (s *Session) Secured() wire.Secured { return s.link.Secured() }

// Banner is the server's greeting, on one line.
func (s *Session) Banner() string { return s.link.Banner().Text }

// Features are the lines of the server's reply to FEAT.
func (s *Session) Features() []string { return s.features }

// Peer is the server's control address.
func (s *Session) Peer() netip.AddrPort { return s.link.Peer() }

// Noticed returns what the session saw so far.
func (s *Session) Noticed() Noticed { return s.seen }

// Usable reports whether the session can run another operation: that it and the
// server agree on where they are. It is for between operations.
func (s *Session) Usable() bool {
	if !s.broken && !s.closed && !s.link.Quiet() {
		s.broken = true
	}
	return !s.broken && !s.closed
}

// Close says good-bye and closes the session; a broken one is closed without a
// word. Closing twice does nothing.
func (s *Session) Close() {
	switch {
	case s.closed:
	case s.broken:
		_ = s.link.Close()
	default:
		s.link.Quit()
	}
	s.closed = true
}

// asFailure makes a failure of an error of the wires, in a session of that
// configuration if it is of its set-up.
func asFailure(err error, cfg Config) *stats.Failure {
	var refusal *wire.Refusal
	var fault *wire.Fault
	f := &stats.Failure{Phase: stats.Setup, Class: stats.ClassOther, Text: err.Error()}
	switch {
	case errors.As(err, &refusal):
		f.Phase, f.Class, f.Code = refusal.Phase, stats.ClassReply, refusal.Reply.Code
	case errors.As(err, &fault):
		f.Phase, f.Class = fault.Phase, fault.Class
	}
	f.Hint = diagnosis.OfSetUp(f, cfg.Mode, cfg.Wire.TLS.Security == wire.Plain, err)
	return f
}
