package workers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// openEither opens a session with a scripted server in the clear or under TLS.
func openEither(t *testing.T, script scripted.Script, secured, portable bool, timeouts wire.Timeouts) *Session {
	t.Helper()
	cfg := Config{
		Wire:        wire.Config{Clock: stats.NewClock(time.Now()), Timeouts: timeouts, Mover: mover.Options{Portable: portable}},
		Credentials: profiles.Credentials{User: "u", Password: "p"}, Mode: profiles.EPSV,
	}
	if secured {
		config, roots := scriptedTLS(t)
		script.TLS = &scripted.TLS{Config: config}
		cfg.Wire.TLS = wire.TLS{Security: wire.Explicit, Config: &tls.Config{RootCAs: roots, ServerName: "localhost"}}
	}
	cfg.Wire.Target = startScripted(t, cfg.Wire.Clock, script).Addr()
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestPausesAreNoStalls: each is longer than a glance at the control connection
// and shorter than the stall time, which together they exceed.
func TestPausesAreNoStalls(t *testing.T) {
	t.Parallel()
	timeouts := shortTimeouts()
	timeouts.Stall = 1500 * time.Millisecond
	const pieces, piece = 6, 1000
	script := scripted.Script{Download: scripted.Download{
		Size: pieces * piece, Pace: scripted.Pace{Chunk: piece, Pause: 400 * time.Millisecond},
	}}
	for _, secured := range []bool{false, true} {
		for _, portable := range []bool{false, true} {
			t.Run(fmt.Sprintf("tls=%v/portable=%v", secured, portable), func(t *testing.T) {
				t.Parallel()
				s := openEither(t, script, secured, portable, timeouts)
				sample, moved := transfer(s, stats.Retr, pieces*piece, nil)
				if sample.Failure != nil || moved != pieces*piece || !s.Usable() {
					t.Errorf("%d bytes, %v", moved, sample.Failure)
				}
			})
		}
	}
}

// TestStallsEndInTime: what stands still for longer than the stall time has failed,
// at about that time, and not before.
func TestStallsEndInTime(t *testing.T) {
	t.Parallel()
	const size = 100_000
	script := scripted.Script{Download: scripted.Download{Size: size, Stop: scripted.EndHold, StopAfter: size / 2}}
	for _, secured := range []bool{false, true} {
		for _, portable := range []bool{false, true} {
			t.Run(fmt.Sprintf("tls=%v/portable=%v", secured, portable), func(t *testing.T) {
				t.Parallel()
				s := openEither(t, script, secured, portable, shortTimeouts())
				begun := time.Now()
				sample, _ := transfer(s, stats.Retr, size, nil)
				took := time.Since(begun)
				if f := sample.Failure; f == nil || f.Phase != stats.Payload || f.Class != stats.ClassStalled {
					t.Errorf("%+v", f)
				}
				// Behind the stall the server may have its word for as long as for any reply.
				if least := shortTimeouts().Stall; took < least || took > least+shortTimeouts().Reply+2*time.Second {
					t.Errorf("it took %v with a stall time of %v", took, least)
				}
			})
		}
	}
}

// TestStalledUploadIsGivenUpAtOnce: there is no room for close_notify where none is
// for the payload, and to send it later would call the upload whole.
func TestStalledUploadIsGivenUpAtOnce(t *testing.T) {
	t.Parallel()
	config, roots := scriptedTLS(t)
	over := make(chan struct{})
	script := &tlsScript{config: config, ended: make(chan error, 1), read: func(from io.Reader) error {
		select {
		case <-over:
		case <-time.After(15 * time.Second):
		}
		_, err := io.Copy(io.Discard, from)
		return err
	}}
	s, err := openTLS(script.start(t), roots, "localhost", wire.Explicit)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	begun := time.Now()
	sample, _ := transfer(s, stats.Stor, 32<<20, testBlock(t))
	took := time.Since(begun)
	close(over)
	if f := sample.Failure; f == nil || f.Phase != stats.Payload || f.Class != stats.ClassStalled {
		t.Errorf("%+v", f)
	}
	if most := shortTimeouts().Stall + shortTimeouts().Reply + 2*time.Second; took > most {
		t.Errorf("it took %v, more than %v", took, most)
	}
	if err := <-script.ended; err == nil || errors.Is(err, io.EOF) {
		t.Errorf("the server saw an upload that ended in order: %v", err)
	}
}
