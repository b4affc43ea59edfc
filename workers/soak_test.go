//go:build soak

package workers

import (
	"crypto/tls"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// TestSoakSessionReuse keeps TLS sessions with ProFTPD for longer than the five
// minutes that OpenSSL's cache keeps them, reuse being required on both sides:
// busy sessions with a transfer every few seconds, and idle ones whose first
// transfer comes only then. What happens is the server's affair; that it is
// reported as it is, is ours: a transfer succeeds resumed, or fails in data_tls.
func TestSoakSessionReuse(t *testing.T) {
	const length, every = 6 * time.Minute, 5 * time.Second
	server := servers.Start(t, servers.ProFTPD, servers.Options{TLS: servers.Explicit, RequireReuse: true})
	if err := server.WriteFile("file", make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	clock, block := stats.NewClock(time.Now()), testBlock(t)
	var wait sync.WaitGroup
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, mode := range []profiles.Mode{profiles.EPSV, profiles.EPRT} {
			for _, idle := range []bool{false, true} {
				s, err := tlsSession(t, server, clock, servers.Explicit, mode, version, wire.ReuseRequired)
				if err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("%s %s idle=%v", tls.VersionName(version), mode, idle)
				wait.Go(func() { soak(t, name, s, block, length, every, idle) })
			}
		}
	}
	wait.Wait()
}

// soak runs one session's transfers and says what came of them.
func soak(t *testing.T, name string, s *Session, block *mover.Block, length, every time.Duration, idle bool) {
	defer s.Close()
	begun := time.Now()
	if idle {
		time.Sleep(length - 2*every)
	}
	ok := 0
	for i := 0; time.Since(begun) < length && s.Usable(); i++ {
		var n byteMeter
		sample := s.Do(jobOf(stats.Retr, "file", 1<<20, nil, &n))
		if i%2 == 1 {
			sample = s.Do(jobOf(stats.Stor, fmt.Sprintf("up-%p", s), 1<<20, block, &n))
		}
		age := time.Since(begun).Round(time.Second)
		switch f := sample.Failure; {
		case f == nil && sample.Resumed:
			ok++
		case f == nil:
			t.Errorf("%s: at %v a transfer succeeded without resumption", name, age)
		case f.Phase != stats.DataTLS:
			t.Errorf("%s: at %v: %v", name, age, f)
		default:
			t.Logf("%s: at %v the server did not resume: %v", name, age, f)
		}
		time.Sleep(every)
	}
	t.Logf("%s: %d transfers resumed and succeeded in %v", name, ok, time.Since(begun).Round(time.Second))
}
