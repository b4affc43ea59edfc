package target

import (
	"context"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// TestServesEveryOperation runs the operations of ftpmark's own sessions, with
// what they verify: sizes on the server, and the content of downloads.
func TestServesEveryOperation(t *testing.T) {
	const seed = 11
	block, err := mover.NewBlock(seed, mover.BlockSize)
	if err != nil {
		t.Fatal(err)
	}
	defer block.Close()
	for listen, modes := range families(t) {
		s := start(t, Config{Listen: listen, Seed: seed})
		for _, mode := range modes {
			t.Run(mode+" "+listen, func(t *testing.T) {
				session, err := workers.Open(context.Background(), workers.Config{
					Wire:        wire.Config{Target: s.Addr(), Clock: stats.NewClock(time.Now())},
					Credentials: profiles.Credentials{User: "u", Password: "p"},
					Mode:        map[string]profiles.Mode{"EPSV": profiles.EPSV, "PASV": profiles.PASV, "EPRT": profiles.EPRT, "PORT": profiles.PORT}[mode],
				})
				if err != nil {
					t.Fatal(err)
				}
				defer session.Close()
				const name = "run/file"
				phase := mover.ContentOffset(seed, name, block.Size())
				upload := func(from, size int64) *wire.Upload {
					return &wire.Upload{Block: block, Offset: phase + from, Size: size, Meter: noMeter{}}
				}
				expect := func(from, size int64) *mover.Expect {
					return &mover.Expect{Block: block, Offset: phase + from, Size: size}
				}
				for _, c := range []struct {
					job   workers.Job
					bytes int64
				}{
					{workers.Job{Op: stats.Mkd, Path: "run"}, 0},
					{workers.Job{Op: stats.Stor, Path: name, Upload: upload(0, 5_000_000), Total: 5_000_000}, 5_000_000},
					{workers.Job{Op: stats.Stor, Path: name, From: 5_000_000, Upload: upload(5_000_000, 777), Total: 5_000_777}, 777},
					{workers.Job{Op: stats.Appe, Path: name, Upload: upload(5_000_777, 223), Total: 5_001_000}, 223},
					{workers.Job{Op: stats.Size, Path: name, Want: 5_001_000}, 0},
					{workers.Job{Op: stats.Retr, Path: name, Want: 5_001_000, Expect: expect(0, 5_001_000)}, 5_001_000},
					{workers.Job{Op: stats.Retr, Path: name, From: 4_999_999, Want: 1001, Expect: expect(4_999_999, 1001)}, 1001},
					{workers.Job{Op: stats.List, Path: "run"}, 53},
					{workers.Job{Op: stats.Mlsd, Path: "run"}, 52},
					{workers.Job{Op: stats.Nlst, Path: "run"}, 10},
					{workers.Job{Op: stats.Rename, Path: name, To: "run/other"}, 0},
					{workers.Job{Op: stats.Retr, Path: "run/other", Want: 5_001_000, Expect: expect(0, 5_001_000)}, 5_001_000},
					{workers.Job{Op: stats.Dele, Path: "run/other"}, 0},
					{workers.Job{Op: stats.Nlst, Path: "run"}, 0},
					{workers.Job{Op: stats.Rmd, Path: "run"}, 0},
					{workers.Job{Op: stats.Noop}, 0},
				} {
					c.job.Meter, c.job.VerifySize = noMeter{}, true
					sample := session.Do(&c.job)
					if sample.Failure != nil {
						t.Fatalf("%s %s: %v", c.job.Op, c.job.Path, sample.Failure)
					}
					if sample.Bytes != c.bytes || sample.SizeUnverified {
						t.Errorf("%s %s: %d bytes, want %d; unverified %v", c.job.Op, c.job.Path, sample.Bytes, c.bytes, sample.SizeUnverified)
					}
				}
			})
		}
	}
}
