package workers

import (
	"crypto/tls"
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// TestSlowHandshakesAgreeWithTheServer is TestPhasesAgreeWithTheServer with a slow
// handshake of the data connection, which begins before the server's go-ahead or
// behind it: what lies before is not taken off the throughput's time.
func TestSlowHandshakesAgreeWithTheServer(t *testing.T) {
	config, roots := scriptedTLS(t)
	const slower, slow = 2, 50 * time.Millisecond
	when := map[string]scripted.Handshake{
		"before 150": scripted.HandshakeBeforePreliminary, "after 150": scripted.HandshakeAfterPreliminary,
	}
	atOnce := make(chan struct{}, 6) // more would measure the scheduler
	for _, mode := range []profiles.Mode{profiles.EPSV, profiles.EPRT} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for name, at := range when {
				for _, op := range []stats.Op{stats.Retr, stats.Stor} {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", mode, tls.VersionName(version), name, op), func(t *testing.T) {
						t.Parallel()
						atOnce <- struct{}{}
						defer func() { <-atOnce }()
						server := config.Clone()
						server.MinVersion, server.MaxVersion = version, version
						compareWithServer(t, mode, scripted.BeforePreliminary, truthCase{
							op: op, size: 4096, slower: slower,
							change: func(s *scripted.Script) {
								s.TLS = &scripted.TLS{Config: server, DataHandshake: at, DataDelay: slow}
							},
							tls: wire.TLS{Security: wire.Explicit, Config: &tls.Config{RootCAs: roots, ServerName: "localhost"}},
						}, false)
					})
				}
			}
		}
	}
}
