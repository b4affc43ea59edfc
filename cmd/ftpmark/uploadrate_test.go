//go:build linux

package main

import (
	"io/fs"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// uploadCap is what each server below lets each of its sessions upload, in bytes
// per second.
const uploadCap = 204800

// TestUploadsAreCountedAsTheServerGetsThem runs two sessions of uploads against
// servers that hold each to a rate. Whatever the window and the size of the
// files, goodput is within 2% of the two caps, or of the pace at which the
// servers wrote. (Pure-FTPd keeps to no cap, and writes a tenth of a file at
// once: of it no more than that can be known.) The windows are no multiples of an upload's time, and the
// servers' kernels acknowledge up to a third of a file ahead of them.
func TestUploadsAreCountedAsTheServerGetsThem(t *testing.T) {
	for _, c := range []struct {
		name           string
		kind           servers.Kind
		extra          []string
		tls            servers.TLSMode
		duration, size string
		exact          bool // it keeps to its cap
	}{
		{"vsftpd, 7 s, 1 MiB", servers.Vsftpd, []string{"local_max_rate=204800"}, servers.Off, "7s", "1MiB", true},
		{"vsftpd, 10 s, 256 KiB", servers.Vsftpd, []string{"local_max_rate=204800"}, servers.Off, "10s", "256KiB", true},
		{"vsftpd, 10 s, 1 MiB", servers.Vsftpd, []string{"local_max_rate=204800"}, servers.Off, "10s", "1MiB", true},
		{"vsftpd with TLS, 7 s, 1 MiB", servers.Vsftpd, []string{"local_max_rate=204800"}, servers.Explicit, "7s", "1MiB", true},
		{"ProFTPD, 7 s, 1 MiB", servers.ProFTPD, []string{"TransferRate STOR 200"}, servers.Off, "7s", "1MiB", true},
		{"Pure-FTPd, 7 s, 1 MiB", servers.PureFTPd, []string{"-T", "200"}, servers.Off, "7s", "1MiB", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Extra: c.extra, TLS: c.tls})
			disk := watchWrites(t, server.DataDir)
			args := []string{server.URL(), "--op", "stor", "-c", "2", "--size", c.size, "-d", c.duration, "--mode", "passive"}
			if c.tls == servers.Explicit {
				args = append(args, "--tls", "explicit", "--tls-ca", server.CACert)
			}
			s, _, o := measured(t, server.Pass, args...)
			writes := disk()
			if o.code != exitFine || len(s.Series) != 1 {
				t.Fatalf("exit %d, %d series, stderr\n%s", o.code, len(s.Series), o.stderr)
			}
			x, pace := &s.Series[0], writes.pace()
			goodput := x.GoodputBytesPerSecond
			byCap, byPace := goodput/(2*uploadCap)-1, goodput/pace-1
			t.Logf("goodput %.0f B/s is %+.2f%% of the cap, and %+.2f%% of the %.0f B/s that were written; %d uploads",
				goodput, 100*byCap, 100*byPace, pace, x.OK)
			// On a busy machine a server does not come up to its cap.
			off, most := math.Abs(byPace), 0.06
			if c.exact {
				off, most = min(off, math.Abs(byCap)), 0.02
			}
			if x.Failed != 0 || x.OK == 0 || !(off <= most) {
				t.Errorf("%d uploads, %d failed, exit %d, %q", x.OK, x.Failed, o.code, s.Notes)
			}
			for _, note := range s.Notes {
				if strings.Contains(note, "spread") {
					t.Errorf("Linux tells how far an upload has come, but: %s", note)
				}
			}
		})
	}
}

// writes are what was written to a folder's files by then, in order of time.
type writes []struct {
	at  time.Time
	sum int64
}

// pace returns how many bytes a second were written from the first upload's first
// piece to the last one's last.
func (w writes) pace() float64 {
	const probe = 8 << 10 // more than the preparation writes
	first, last := -1, 0
	for i := range w {
		if w[i].sum > probe && first < 0 {
			first = i
		}
		if i > 0 && w[i].sum > w[i-1].sum {
			last = i
		}
	}
	if first < 0 || last <= first {
		return math.NaN()
	}
	return float64(w[last].sum-w[first].sum) / w[last].at.Sub(w[first].at).Seconds()
}

// watchWrites looks at the files below a folder every few milliseconds until the
// function that it returns is called. A file that is shorter than before is the
// next one; of the last few milliseconds of the one before nothing is known.
func watchWrites(tb testing.TB, folder string) (stop func() writes) {
	var (
		seen = map[uint64]int64{} // size by inode: servers rename
		all  writes
		sum  int64
		done = make(chan struct{})
		wait sync.WaitGroup
	)
	wait.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			at := time.Now()
			_ = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
				if err != nil || !e.Type().IsRegular() {
					return nil
				}
				i, err := e.Info()
				if err != nil {
					return nil // it has gone
				}
				id, size := i.Sys().(*syscall.Stat_t).Ino, i.Size()
				if was := seen[id]; size >= was {
					sum += size - was
				} else {
					sum += size
				}
				seen[id] = size
				return nil
			})
			all = append(all, struct {
				at  time.Time
				sum int64
			}{at, sum})
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	var once sync.Once
	stop = func() writes {
		once.Do(func() { close(done); wait.Wait() })
		return all
	}
	tb.Cleanup(func() { stop() })
	return stop
}
