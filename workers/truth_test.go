package workers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// truthCase is a transfer whose every moment the server knows.
type truthCase struct {
	name   string
	op     stats.Op
	size   int64 // what moves
	change func(*scripted.Script)
	from   int64 // the offset of a REST
	once   bool  // in two modes and by one mover is enough
	tls    wire.TLS
	// slower stretches the delays, and with them the tolerance; zero is 1. It is for
	// operations that compute, which others on the machine make late.
	slower int
}

func truthCases() []truthCase {
	return []truthCase{
		{name: "retr", op: stats.Retr, size: 4096},
		{name: "stor", op: stats.Stor, size: 4096},
		{name: "retr zero bytes", op: stats.Retr},
		{name: "stor zero bytes", op: stats.Stor},
		{name: "retr 150 and 226 in one segment, then data", op: stats.Retr, size: 4096, change: func(s *scripted.Script) { s.OneSegment = scripted.RepliesFirst }},
		{name: "retr data, then 150 and 226 in one segment", op: stats.Retr, size: 4096, change: func(s *scripted.Script) { s.OneSegment = scripted.DataFirst }},
		{name: "stor 150 and 226 in one segment", op: stats.Stor, size: 4096, change: func(s *scripted.Script) { s.OneSegment = scripted.RepliesFirst }},
		{name: "retr 226 before EOF", op: stats.Retr, size: 4096, change: func(s *scripted.Script) { s.CompletionBeforeEOF = true }},
		{name: "stor 226 before EOF", op: stats.Stor, size: 4096, change: func(s *scripted.Script) { s.CompletionBeforeEOF = true }},
		{name: "list", op: stats.List, size: 4096, once: true},
		{name: "mlsd", op: stats.Mlsd, size: 4096, once: true},
		{name: "nlst", op: stats.Nlst, size: 4096, once: true},
		{name: "list of nothing", op: stats.List, once: true},
		{name: "appe", op: stats.Appe, size: 4096, once: true},
		{name: "retr behind REST", op: stats.Retr, size: 4096, from: 9000, once: true},
		{name: "stor behind REST", op: stats.Stor, size: 4096, from: 9000, once: true},
	}
}

// listings has every listing be of that many bytes.
func listings(size int64) map[string]string {
	text := strings.Repeat("x", int(size))
	return map[string]string{"LIST": text, "MLSD": text, "NLST": text}
}

// TestPhasesAgreeWithTheServer compares, operation by operation, our moments
// and phases with those of a server that notes its own actions on the same
// clock, in every mode and order of events, by both movers.
func TestPhasesAgreeWithTheServer(t *testing.T) {
	connects := map[string]scripted.Connect{
		"connect at PORT": scripted.AtPORT, "connect before 150": scripted.BeforePreliminary,
		"connect after 150": scripted.AfterPreliminary,
	}
	atOnce := make(chan struct{}, 12) // more would measure the scheduler
	for _, mode := range strictModes() {
		for name, when := range connects {
			active := mode == profiles.EPRT || mode == profiles.PORT
			if !active && when != scripted.BeforePreliminary {
				continue // in passive mode the server does not connect
			}
			for _, c := range truthCases() {
				for _, portable := range []bool{false, true} {
					if c.once && (portable || mode == profiles.PASV || mode == profiles.PORT) {
						continue
					}
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

// An attempt at a cell is judged by the median of its operations. Of five attempts four must
// be right: a busy machine spoils one now and then, a moment taken in the wrong place spoils
// all, as every delay is three times the tolerance or more. What is decided ends early. Side
// by side, cells make each other late: after its first wrong attempt a cell has five others
// with the process to itself.
const (
	operationsAnAttempt = 5
	rightAttempts       = 4
	wrongAttempts       = 2
)

// attempting is held by every attempt, and for writing by those that are to be alone.
var attempting sync.RWMutex

func compareWithServer(t *testing.T, mode profiles.Mode, when scripted.Connect, c truthCase, portable bool) {
	unit := time.Duration(max(c.slower, 1)) * 2 * time.Millisecond
	script := scripted.Script{
		ActiveConnect: when,
		Delays: scripted.Delays{
			Negotiate: 8 * unit, Connect: 10 * unit, Preliminary: 13 * unit,
			FirstByte: 15 * unit, EOF: 6 * unit, Completion: 20 * unit,
		},
		Download: scripted.Download{Size: c.from + c.size, Listings: listings(c.size)},
	}
	script.Delays.Verbs = map[string]time.Duration{"REST": 17 * unit}
	if c.op.Uploads() {
		// The server sees the client's bytes when it reads, so it must be
		// reading when they come.
		script.Delays.FirstByte = 0
	}
	if c.change != nil {
		c.change(&script)
	}
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, script)
	session, err := Open(context.Background(), Config{
		Wire:        wire.Config{Target: server.Addr(), Clock: clock, Mover: mover.Options{Portable: portable}, TLS: c.tls},
		Credentials: profiles.Credentials{User: "anyone", Password: "anything"}, Mode: mode,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	block := testBlock(t)

	done := 0
	attempt := func() (wrong []string) {
		samples := runOperations(t, session, c, block, operationsAnAttempt)
		log := server.Settled(done + operationsAnAttempt)
		if len(log) != done+operationsAnAttempt {
			t.Fatalf("the server saw %d transfers, want %d", len(log), done+operationsAnAttempt)
		}
		checkCommands(t, c, samples, log, done)
		log = log[done:]
		done += operationsAnAttempt
		return append(compareMoments(samples, log, 2*unit), comparePhases(t, samples, log, 2*unit)...)
	}
	beside := func() bool {
		attempting.RLock()
		defer attempting.RUnlock()
		return len(attempt()) == 0
	}
	for range rightAttempts {
		if !beside() {
			attemptAlone(t, attempt)
			return
		}
	}
}

// attemptAlone judges a cell by attempts that nothing else in this process disturbs.
func attemptAlone(t *testing.T, attempt func() []string) {
	t.Helper()
	attempting.Lock()
	defer attempting.Unlock()
	var right, wrong int
	var off []string
	for right < rightAttempts && wrong < wrongAttempts {
		if this := attempt(); len(this) > 0 {
			wrong++
			off = append(off, this...)
		} else {
			right++
		}
	}
	if wrong >= wrongAttempts {
		t.Errorf("%d attempts were right and %d wrong:\n%s", right, wrong, strings.Join(off, "\n"))
	}
}

// runOperations runs the case's transfer some times; all must succeed.
func runOperations(t *testing.T, session *Session, c truthCase, block *mover.Block, operations int) (samples []stats.Sample) {
	t.Helper()
	for range operations {
		var moved byteMeter
		job := jobOf(c.op, "file", c.size, block, &moved)
		job.From = c.from
		sample := session.Do(job)
		if sample.Failure != nil {
			t.Fatalf("failed: %v", sample.Failure)
		}
		if sample.SizeUnverified {
			t.Fatal("the size is said to be unverified")
		}
		if int64(moved) != c.size || sample.Bytes != c.size {
			t.Fatalf("%d bytes metered, %d in the sample, want %d", moved, sample.Bytes, c.size)
		}
		samples = append(samples, *sample)
	}
	return samples
}

// checkCommands holds the operations, of which the first is the log's number
// from, against the lines that the server read.
func checkCommands(t *testing.T, c truthCase, samples []stats.Sample, log []scripted.Op, from int) {
	t.Helper()
	for k := range samples {
		op := log[from+k]
		if op.Verb != strings.ToUpper(c.op.String()) || op.Path != "file" || op.Offset != c.from {
			t.Fatalf("the server saw %s %s from %d", op.Verb, op.Path, op.Offset)
		}
		// The log-in's commands are counted with the first transfer's.
		if from+k > 0 && samples[k].Commands != len(op.Commands) {
			t.Fatalf("%d commands, the server saw %q", samples[k].Commands, op.Commands)
		}
	}
}

// compareMoments returns the moments that are, at the median, further from the server's than
// the tolerance.
func compareMoments(samples []stats.Sample, log []scripted.Op, tolerance time.Duration) (wrong []string) {
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

func comparePhases(t *testing.T, samples []stats.Sample, log []scripted.Op, tolerance time.Duration) (wrong []string) {
	t.Helper()
	for p := stats.Negotiate; p <= stats.Response; p++ {
		var off []time.Duration
		for k := range samples {
			truth := truthOfSample(&samples[k], &log[k])
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
	return append(wrong, compareThroughputs(t, samples, log, tolerance)...)
}

// compareThroughputs compares the times that the rates go by.
func compareThroughputs(t *testing.T, samples []stats.Sample, log []scripted.Op, tolerance time.Duration) (wrong []string) {
	t.Helper()
	var off []time.Duration
	for k := range samples {
		truth := truthOfSample(&samples[k], &log[k])
		ours, have := samples[k].Throughput()
		theirs, want := truth.Throughput()
		if have != want {
			t.Fatalf("throughput: ours %v, the server's %v", have, want)
		}
		if have {
			took := func(rate int64) time.Duration {
				return time.Duration(float64(samples[k].Bytes) / float64(rate) * float64(time.Second))
			}
			off = append(off, (took(ours) - took(theirs)).Abs())
		}
	}
	if m := median(off); m > tolerance {
		wrong = append(wrong, fmt.Sprintf("the throughput goes by a time that is %v from the server's, at the median of %v", m, off))
	}
	return wrong
}

// truthOfSample returns the sample as it must be by what the server did.
func truthOfSample(s *stats.Sample, op *scripted.Op) stats.Sample {
	truth := *s
	truth.Moments = truthOf(s, op)
	truth.Handshake, truth.HandshakeBehind = truthOfHandshake(&truth.Moments, op)
	return truth
}

// truthOfHandshake is how long the data connection's handshake took, as the client
// sees it, and the part of it behind t5. Where it begins before the go-ahead
// the client waits from the moment that it has the connection and has sent the
// command; else from the go-ahead on.
func truthOfHandshake(m *stats.Moments, op *scripted.Op) (took, behind time.Duration) {
	ended := op.Secured.After
	if ended == 0 {
		return 0, 0
	}
	begun := max(m[stats.T3], m[stats.T4])
	if op.Secured.Before > m[stats.T5] {
		begun = max(begun, m[stats.T5])
	}
	return ended.Sub(begun), max(ended.Sub(max(begun, m[stats.T5])), 0)
}

// truthOf returns the moments t0 to t8 as they must be by what the server did
// and when. What the client can do only after something else is bounded by it:
// it reads payload only after the go-ahead, and sends once it has both the
// go-ahead and the connection.
func truthOf(s *stats.Sample, op *scripted.Op) (m stats.Moments) {
	m[stats.T1] = op.NegotiateReceived
	m[stats.T0] = m[stats.T1]
	m[stats.T2] = op.NegotiateReplied.Before
	m[stats.T3] = op.Connected.After
	m[stats.T4] = op.CommandReceived
	m[stats.T5] = op.PreliminarySent.Before
	open := max(m[stats.T3], m[stats.T5], op.Secured.After)
	switch {
	case s.Op.Uploads():
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
