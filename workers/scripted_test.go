package workers

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// loopback is where scripted servers listen.
func loopback() netip.Addr { return netip.MustParseAddr("127.0.0.1") }

// strictModes are the four verbs.
func strictModes() []profiles.Mode {
	return []profiles.Mode{profiles.EPSV, profiles.PASV, profiles.EPRT, profiles.PORT}
}

// byteMeter is a meter for tests.
type byteMeter int64

func (n *byteMeter) Moved(k int) { *n += byteMeter(k) }

// testBlock returns a payload block that the test gives back.
func testBlock(tb testing.TB) *mover.Block {
	tb.Helper()
	b, err := mover.NewBlock(1, mover.BlockSize)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = b.Close() })
	return b
}

// shortTimeouts let a test see every bound without waiting for the defaults.
func shortTimeouts() wire.Timeouts {
	return wire.Timeouts{
		Connect: time.Second, Reply: 700 * time.Millisecond,
		Accept: 400 * time.Millisecond, Stall: 500 * time.Millisecond,
	}
}

// openAt opens a session with a server in the given mode.
func openAt(tb testing.TB, at netip.AddrPort, clock stats.Clock, mode profiles.Mode, timeouts wire.Timeouts, portable bool) *Session {
	tb.Helper()
	s, err := tryOpen(at, clock, mode, timeouts, portable)
	if err != nil {
		tb.Fatalf("open in mode %s: %v", mode, err)
	}
	tb.Cleanup(s.Close)
	return s
}

func tryOpen(at netip.AddrPort, clock stats.Clock, mode profiles.Mode, timeouts wire.Timeouts, portable bool) (*Session, error) {
	return Open(context.Background(), Config{
		Wire: wire.Config{
			Target: at, Clock: clock, Timeouts: timeouts, Mover: mover.Options{Portable: portable},
		},
		Credentials: profiles.Credentials{User: "anyone", Password: "anything"},
		Mode:        mode,
	})
}

// transfer runs one transfer of size bytes; of a listing the size is the
// server's affair.
func transfer(s *Session, op stats.Op, size int64, b *mover.Block) (*stats.Sample, int64) {
	var moved byteMeter
	sample := s.Do(jobOf(op, "file", size, b, &moved))
	return sample, int64(moved)
}

// jobOf makes a transfer of size bytes.
func jobOf(op stats.Op, path string, size int64, b *mover.Block, m mover.Meter) *Job {
	j := &Job{Op: op, Path: path, Want: size, Meter: m}
	if op.Uploads() {
		j.Upload = &wire.Upload{Block: b, Offset: 7, Size: size, Meter: m}
	}
	return j
}

// scripted starts a scripted server for the test.
func startScripted(tb testing.TB, clock stats.Clock, script scripted.Script) *scripted.Server {
	tb.Helper()
	return scripted.Start(tb, clock, loopback(), script)
}
