package workers

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// truthCase is a transfer whose every moment the server knows.
type truthCase struct {
	name   string
	op     stats.Op
	size   int64
	change func(*ftptest.Script)
}

func truthCases() []truthCase {
	return []truthCase{
		{"retr", stats.Retr, 4096, nil},
		{"stor", stats.Stor, 4096, nil},
		{"retr zero bytes", stats.Retr, 0, nil},
		{"stor zero bytes", stats.Stor, 0, nil},
		{"retr 150 and 226 in one segment, then data", stats.Retr, 4096, func(s *ftptest.Script) { s.OneSegment = ftptest.RepliesFirst }},
		{"retr data, then 150 and 226 in one segment", stats.Retr, 4096, func(s *ftptest.Script) { s.OneSegment = ftptest.DataFirst }},
		{"stor 150 and 226 in one segment", stats.Stor, 4096, func(s *ftptest.Script) { s.OneSegment = ftptest.RepliesFirst }},
		{"retr 226 before EOF", stats.Retr, 4096, func(s *ftptest.Script) { s.CompletionBeforeEOF = true }},
		{"stor 226 before EOF", stats.Stor, 4096, func(s *ftptest.Script) { s.CompletionBeforeEOF = true }},
	}
}

// TestPhasesAgreeWithTheServer compares, operation by operation, our moments
// and phases with those of a server that notes its own actions on the same
// clock, in every mode and order of events, by both movers.
func TestPhasesAgreeWithTheServer(t *testing.T) {
	connects := map[string]ftptest.ScriptConnect{
		"connect at PORT": ftptest.AtPORT, "connect before 150": ftptest.BeforePreliminary,
		"connect after 150": ftptest.AfterPreliminary,
	}
	atOnce := make(chan struct{}, 6) // more would measure the scheduler
	for _, mode := range strictModes() {
		for name, when := range connects {
			active := mode == profiles.EPRT || mode == profiles.PORT
			if !active && when != ftptest.BeforePreliminary {
				continue // in passive mode the server does not connect
			}
			for _, c := range truthCases() {
				for _, portable := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%s/%s/portable=%v", mode, name, c.name, portable), func(t *testing.T) {
						t.Parallel()
						atOnce <- struct{}{}
						defer func() { <-atOnce }()
						compareWithServer(t, mode, when, c, portable)
					})
				}
			}
		}
	}
}

func compareWithServer(t *testing.T, mode profiles.Mode, when ftptest.ScriptConnect, c truthCase, portable bool) {
	const operations, attempts = 5, 5
	script := ftptest.Script{
		ActiveConnect: when,
		Delays: ftptest.ScriptDelays{
			Negotiate: 15 * time.Millisecond, Connect: 20 * time.Millisecond, Preliminary: 25 * time.Millisecond,
			FirstByte: 30 * time.Millisecond, EOF: 10 * time.Millisecond, Completion: 40 * time.Millisecond,
		},
		Download: ftptest.ScriptDownload{Size: c.size},
	}
	if c.op == stats.Stor {
		// The server sees the client's bytes when it reads, so it must be
		// reading when they come.
		script.Delays.FirstByte = 0
	}
	if c.change != nil {
		c.change(&script)
	}
	clock := stats.NewClock(time.Now())
	server := scripted(t, clock, script)
	session := openAt(t, server.Addr(), clock, mode, wire.Timeouts{}, portable)
	block := testBlock(t)

	// A busy machine wakes one side late now and then. Such noise passes, a
	// moment taken in the wrong place does not: the delays are ten times the
	// tolerance, every time.
	var off []string
	for attempt := range attempts {
		samples := runOperations(t, session, c, block, operations)
		log := server.Settled((attempt + 1) * operations)
		if len(log) != (attempt+1)*operations {
			t.Fatalf("the server saw %d transfers, want %d", len(log), (attempt+1)*operations)
		}
		log = log[attempt*operations:]
		if off = append(compareMoments(samples, log), comparePhases(t, samples, log)...); len(off) == 0 {
			return
		}
	}
	for _, o := range off {
		t.Error(o)
	}
}

// runOperations runs the case's transfer some times; all must succeed.
func runOperations(t *testing.T, session *Session, c truthCase, block *mover.Block, operations int) (samples []stats.Sample) {
	t.Helper()
	for range operations {
		sample, moved := transfer(session, c.op, c.size, block)
		if sample.Failure != nil {
			t.Fatalf("failed: %v", sample.Failure)
		}
		if moved != c.size || sample.Bytes != c.size {
			t.Fatalf("%d bytes metered, %d in the sample, want %d", moved, sample.Bytes, c.size)
		}
		samples = append(samples, *sample)
	}
	return samples
}

// tolerance is how far the median of our times may be from the server's.
const tolerance = 2 * time.Millisecond

func compareMoments(samples []stats.Sample, log []ftptest.ScriptedOp) (wrong []string) {
	for i := stats.T1; i <= stats.T8; i++ {
		var off []time.Duration
		for k := range samples {
			truth := truthOf(&samples[k], &log[k])
			off = append(off, samples[k].Moments[i].Sub(truth[i]).Abs())
		}
		if m := median(off); m > tolerance {
			wrong = append(wrong, fmt.Sprintf("t%d is %v from the server's, at the median of %v", i, m, off))
		}
	}
	return wrong
}

func comparePhases(t *testing.T, samples []stats.Sample, log []ftptest.ScriptedOp) (wrong []string) {
	t.Helper()
	for p := stats.Negotiate; p <= stats.Response; p++ {
		var off []time.Duration
		for k := range samples {
			truth := samples[k]
			truth.Moments = truthOf(&samples[k], &log[k])
			ours, have := samples[k].Span(p)
			theirs, want := truth.Span(p)
			if have != want {
				t.Fatalf("%s: ours %v, the server's %v", p, have, want)
			}
			if have {
				off = append(off, (ours - theirs).Abs())
			}
		}
		if m := median(off); m > tolerance {
			wrong = append(wrong, fmt.Sprintf("%s is %v from the server's, at the median of %v", p, m, off))
		}
	}
	return wrong
}

// truthOf returns the moments t0 to t8 as they must be by what the server did
// and when. What the client can do only after something else is bounded by it:
// it reads payload only after the go-ahead, and sends once it has both the
// go-ahead and the connection.
func truthOf(s *stats.Sample, op *ftptest.ScriptedOp) (m stats.Moments) {
	m[stats.T1] = op.NegotiateReceived
	m[stats.T0] = m[stats.T1]
	m[stats.T2] = op.NegotiateReplied.Before
	m[stats.T3] = op.Connected.After
	m[stats.T4] = op.CommandReceived
	m[stats.T5] = op.PreliminarySent.Before
	open := max(m[stats.T3], m[stats.T5])
	switch {
	case s.Op == stats.Stor:
		m[stats.T6], m[stats.T7] = open, open
		if s.Bytes > 0 && op.CompletionSent.Before > op.FIN.After {
			// The server read as the bytes came, so it saw our FIN at once.
			m[stats.T7] = op.FIN.After
		}
	default:
		m[stats.T6] = max(op.FirstByte.Before, open)
		m[stats.T7] = max(op.FIN.Before, m[stats.T6])
	}
	if s.Bytes == 0 {
		m[stats.T6] = m[stats.T7]
	}
	m[stats.T8] = max(m[stats.T7], op.CompletionSent.Before)
	return m
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}
