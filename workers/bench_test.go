package workers

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// BenchmarkOperation runs operations against a server in a process of its own,
// so that the allocations are ours.
func BenchmarkOperation(b *testing.B) {
	server := servers.Start(b, servers.Vsftpd, servers.Options{})
	if err := server.WriteFile("file", make([]byte, 1000)); err != nil {
		b.Fatal(err)
	}
	block, meter := testBlock(b), new(byteMeter)
	for _, c := range []struct {
		name string
		job  Job
	}{
		{"retr", Job{Op: stats.Retr, Path: "file", Want: 1000}},
		{"retr behind REST", Job{Op: stats.Retr, Path: "file", From: 10, Want: 990}},
		{"stor", Job{Op: stats.Stor, Path: "up", Upload: &wire.Upload{Block: block, Size: 1000, Meter: meter}}},
		{"list", Job{Op: stats.List}},
		{"size", Job{Op: stats.Size, Path: "file", Want: 1000}},
		{"noop", Job{Op: stats.Noop}},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, err := Open(b.Context(), Config{
				Wire:        wire.Config{Target: server.Addr, Clock: stats.NewClock(time.Now())},
				Credentials: profiles.Credentials{User: server.User, Password: server.Pass}, Mode: profiles.EPSV,
			})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			c.job.Meter = meter
			b.ReportAllocs()
			for b.Loop() {
				if f := s.Do(&c.job).Failure; f != nil {
					b.Fatal(f)
				}
			}
		})
	}
}
