package workers

import (
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// checkPath holds what TCP said of one transfer over loopback against what can
// be. rate says whether a delivery rate belongs to it.
func checkPath(t *testing.T, s *stats.Sample, rate bool) {
	t.Helper()
	if s.Failure != nil {
		t.Fatal(s.Failure)
	}
	p := &s.Path
	// Over loopback too a sender of much sends some again, where the receiver is
	// slow; who only receives has nothing to.
	most := s.Bytes / 16_384
	if !s.Op.Uploads() {
		most = 0
	}
	if !p.Known || p.RTT <= 0 || p.RTT >= time.Second || p.Retransmits > most || (p.DeliveryRate > 0) != rate {
		t.Errorf("%s by %s of %d bytes: %+v", s.Op, s.Mode, s.Bytes, *p)
	}
}

// TestPathIsKnown runs transfers of either kind in every mode, by both movers.
func TestPathIsKnown(t *testing.T) {
	const size = 4 << 20
	block := testBlock(t)
	for _, mode := range strictModes() {
		for _, portable := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/portable=%v", mode, portable), func(t *testing.T) {
				clock := stats.NewClock(time.Now())
				server := startScripted(t, clock, scripted.Script{
					Download: scripted.Download{Size: size, Listings: listings(500)},
				})
				s := openAt(t, server.Addr(), clock, mode, wire.Timeouts{}, portable)
				for range 2 {
					for _, c := range []struct {
						op   stats.Op
						size int64
						rate bool
					}{
						{stats.Retr, size, false}, {stats.List, 500, false},
						{stats.Stor, 0, false}, {stats.Stor, 1000, false}, {stats.Stor, size, true},
					} {
						sample, _ := transfer(s, c.op, c.size, block)
						checkPath(t, sample, c.rate)
					}
					if p := s.Do(&Job{Op: stats.Noop}).Path; p.Known {
						t.Errorf("a noop: %+v", p)
					}
				}
			})
		}
	}
}

// TestPathUnderTLS asks the socket under a protected data connection.
func TestPathUnderTLS(t *testing.T) {
	config, roots := scriptedTLS(t)
	const size = 4 << 20
	for _, op := range []stats.Op{stats.Retr, stats.Stor} {
		script := &tlsScript{config: config, size: size, ended: make(chan error, 1)}
		s, err := openTLS(script.start(t), roots, "localhost", wire.Explicit)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		sample, _ := transfer(s, op, size, testBlock(t))
		checkPath(t, sample, op.Uploads())
	}
}

// TestFailedTransfersHaveNoPath breaks data connections in several ways.
func TestFailedTransfersHaveNoPath(t *testing.T) {
	block := testBlock(t)
	for name, c := range map[string]struct {
		op     stats.Op
		script scripted.Script
	}{
		"download reset":   {stats.Retr, scripted.Script{Download: scripted.Download{Size: 1 << 20, Stop: scripted.EndRST, StopAfter: 1000}}},
		"download stalled": {stats.Retr, scripted.Script{Download: scripted.Download{Size: 1 << 20, Stop: scripted.EndHold, StopAfter: 1000}}},
		"upload reset":     {stats.Stor, scripted.Script{Upload: scripted.Upload{Stop: scripted.EndRST, StopAfter: 1000}}},
		"refused":          {stats.Retr, scripted.Script{Download: scripted.Download{Sizes: map[string]int64{"file": -1}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			s := openAt(t, startScripted(t, clock, c.script).Addr(), clock, profiles.EPSV, shortTimeouts(), false)
			sample, _ := transfer(s, c.op, 1<<20, block)
			if sample.Failure == nil || sample.Path != (stats.TCPPath{}) {
				t.Errorf("failed: %v; %+v", sample.Failure, sample.Path)
			}
		})
	}
}
