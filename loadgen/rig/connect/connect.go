package connect

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/ftpmark/ftpmark/loadgen/pace"
	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

const (
	// AtOnce is how many sessions are being opened at any moment. Listen
	// backlogs are short (vsftpd's is 32) and a burst beyond one is reset.
	AtOnce = 24
	// Patience, the usual one, is longer than two SYN retransmissions.
	Patience = 15 * time.Second
	// firstPause and longestPause bound the pauses between tries.
	FirstPause, LongestPause = 50 * time.Millisecond, 2 * time.Second
)

// Connector opens the sessions of a run.
type Connector struct {
	plan  *plan.Plan
	ports *workers.Ports
	Gate  chan struct{} // holds a token for each session being opened
	rate  *rate.Limiter // of sessions being opened; nil for no limit
	log   *recorder.SessionRecorder
	pace  *pace.Pace // nil where nothing is limited
	// habits is what the sessions have found out about their server.
	Habits *workers.Habits
	// patience is how long a session may take to come up, retries included,
	// before the run gives up on it.
	Patience time.Duration
}

// New returns what opens the sessions of a plan; log counts the log-ins.
func New(p *plan.Plan, log *recorder.SessionRecorder) (*Connector, error) {
	c := &Connector{plan: p, Patience: Patience, pace: pace.New(rates(p.Profile.Bandwidth), rates(p.Profile.SessionBandwidth)), Gate: make(chan struct{}, AtOnce), log: log, Habits: new(workers.Habits), ports: workers.UsualPorts(rand.Uint64())}
	if r := p.Profile.ConnectRate; r > 0 {
		c.rate = rate.NewLimiter(rate.Limit(r), 1)
	}
	if r := p.Profile.ActivePorts; r.Low != 0 {
		var err error
		if c.ports, err = workers.NewPorts(r.Low, r.High); err != nil {
			return nil, plan.UsageErrorf("--active-ports: %v", err)
		}
	}
	return c, nil
}

// Config returns how the session in the given slot is opened, under the limits
// on its rate until ctx ends.
func (c *Connector) Config(ctx context.Context, slot int, mode profiles.Mode) workers.Config {
	cfg := c.Unpaced(slot, mode)
	if c.pace != nil {
		cfg.Wire.Pace.Down, cfg.Wire.Pace.Up = c.pace.Session(ctx)
		cfg.Wire.ReceiveBuffer = pace.ReceiveBuffer(rates(c.plan.Profile.Bandwidth), rates(c.plan.Profile.SessionBandwidth), c.plan.Profile.MostSessions())
	}
	return cfg
}

// Unmetered returns a connector for what is not measured: it counts no log-ins and
// limits nothing, but opens its sessions in line with the others.
func (c *Connector) Unmetered() *Connector {
	quiet := *c
	quiet.log, quiet.pace = nil, nil
	return &quiet
}

// Unhurried returns a connector that does not wait for the rate: removing files
// has a few sessions and little time.
func (c *Connector) Unhurried() *Connector {
	free := *c
	free.rate = nil
	return &free
}

func rates(b profiles.Bandwidth) pace.Rates {
	return pace.Rates{All: int64(b.All), Down: int64(b.Down), Up: int64(b.Up)}
}

// Unpaced returns how a session is opened that is not part of the measurement.
func (c *Connector) Unpaced(slot int, mode profiles.Mode) workers.Config {
	p := c.plan
	cfg := workers.Config{
		Wire: workers.Wires{
			Target: p.Address, ActiveAddress: p.ActiveAddress, ActivePorts: c.ports, PassivePorts: [2]uint16{p.Profile.PassivePorts.Range.Low, p.Profile.PassivePorts.Range.High}, Clock: p.Clock, TLS: p.TLS,
			Timeouts: workers.Timeouts{
				Connect: time.Duration(p.Profile.ConnectTimeout), Reply: time.Duration(p.Profile.ReplyTimeout),
				Accept: time.Duration(p.Profile.AcceptTimeout), Stall: time.Duration(p.Profile.StallTimeout),
			},
			Mover:         workers.Mover{Portable: p.Profile.Mover == "portable"},
			ActivePeerAny: p.Profile.ActivePeer == profiles.PeerAny,
			ObeyPASV:      p.Profile.PASVAddress == profiles.AddressObey,
			Accept: workers.Accept{
				NoCloseNotify:      p.Profile.Accept.Has(profiles.NoCloseNotify),
				ResetAfterComplete: p.Profile.Accept.Has(profiles.ResetAfterComplete),
			},
		},
		Credentials: p.Credentials,
		Mode:        mode,
		Habits:      c.Habits,
	}
	if !p.Reached { // all of the target's are tried
		cfg.Wire.Target, cfg.Wire.Addresses = netip.AddrPort{}, p.Addresses
	}
	if len(p.Sources) > 0 {
		cfg.Wire.Source = p.Sources[slot%len(p.Sources)]
	}
	return cfg
}

// Open opens one session, once. A nil log leaves it out of the statistics.
func (c *Connector) Open(ctx context.Context, slot int, variant string, mode profiles.Mode) (*workers.Session, *stats.Failure) {
	if !c.Enter(ctx) {
		return nil, Aborted()
	}
	defer c.Leave()
	s, f := c.Try(ctx, slot, mode)
	c.Note(variant, s, f)
	return s, f
}

// Enter waits for a place among the sessions that are being opened, and then
// until the rate allows another.
func (c *Connector) Enter(ctx context.Context) bool {
	select {
	case c.Gate <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if c.rate != nil && c.rate.Wait(ctx) != nil {
		c.Leave()
		return false
	}
	return true
}

// Leave gives the place back.
func (c *Connector) Leave() { <-c.Gate }

// Try opens a session; the caller has a place.
func (c *Connector) Try(ctx context.Context, slot int, mode profiles.Mode) (*workers.Session, *stats.Failure) {
	s, err := workers.Open(ctx, c.Config(ctx, slot, mode))
	if err != nil {
		return nil, FailureOf(err)
	}
	return s, nil
}

// Note keeps what became of a log-in for the statistics.
func (c *Connector) Note(variant string, s *workers.Session, f *stats.Failure) {
	switch {
	case c.log == nil:
	case f != nil:
		c.log.Failed(variant, f)
	default:
		c.log.Opened(s.SetUp())
	}
}

// OpenPatiently opens a session, with more tries where the failure may pass, for
// as long as patience lasts from its first try on: waiting for a place among
// many sessions is not the server's refusal. Nor is one that the server has not
// freed yet: that is counted only if it stays so.
func (c *Connector) OpenPatiently(ctx context.Context, slot int, variant string, mode profiles.Mode, r *rand.Rand) (*workers.Session, *stats.Failure) {
	var until time.Time
	for pause := FirstPause; ; pause = min(2*pause, LongestPause) {
		if !c.Enter(ctx) {
			return nil, Aborted()
		}
		if until.IsZero() {
			until = time.Now().Add(c.Patience)
		}
		s, f := c.Try(ctx, slot, mode)
		c.Leave()
		wait := Spread(pause, r)
		over := f == nil || permanent(f) || f.Unfinished() || time.Now().Add(wait).After(until)
		if over || !diagnosis.Limit(f) {
			c.Note(variant, s, f)
		}
		if over {
			return s, f
		}
		if !Sleep(ctx, wait) {
			return nil, Aborted()
		}
	}
}

// Spread returns about the pause, or all would come back at once.
func Spread(pause time.Duration, r *rand.Rand) time.Duration {
	if r == nil {
		return pause/2 + rand.N(pause)
	}
	return pause/2 + time.Duration(r.Int64N(int64(pause)))
}

// permanent reports whether another try would fare no better: the server knows
// us and says no (a 4yz may pass, RFC 959 §4.2.1, and so may a place that is not
// free yet, however it says that), or does not speak FTP.
func permanent(f *stats.Failure) bool {
	if diagnosis.Limit(f) {
		return false
	}
	return f.Class == stats.ClassReply && f.Code >= 500 || f.Class == stats.ClassMalformed || f.Class == stats.ClassTLS
}

// FailureOf returns the failure in an error, or makes one of it.
func FailureOf(err error) *stats.Failure {
	var f *stats.Failure
	if errors.As(err, &f) {
		return f
	}
	return &stats.Failure{Phase: stats.Setup, Class: stats.ClassOther, Text: err.Error()}
}

// Aborted is the failure of a session that was no longer wanted.
func Aborted() *stats.Failure {
	return &stats.Failure{Phase: stats.Connect, Class: stats.ClassAborted, Text: "the run ended"}
}

// Sleep waits and reports whether ctx was still good at the end.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
