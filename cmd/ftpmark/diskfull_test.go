//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// smallDisk is the size of the disk, in KiB.
const smallDisk = 256

// startOnSmallDisk starts ftpmark with a small disk in its folder "disk", where
// its result file is; full says that there is no room on it. What became of the
// file is in kept.jsonl afterwards. The disk is in a mount namespace of its own:
// nothing of it outlives the processes, however they end.
func startOnSmallDisk(t *testing.T, full bool, args ...string) *family {
	t.Helper()
	ftptest.SkipShort(t, "it needs root")
	const script = `
		mkdir disk && mount -t tmpfs -o size="$1"k none disk || exit 99
		test -z "$2" || head -c "$1"k /dev/zero >disk/ballast || exit 99
		shift 2
		"$@"
		code=$?
		test ! -e disk/it.jsonl || cp disk/it.jsonl kept.jsonl || exit 99
		exit $code`
	fill := ""
	if full {
		fill = "fill"
	}
	c := commandOf(t, append(args, "-o", "disk/it.jsonl")...)
	c.Args = append([]string{"sh", "-c", script, "sh", strconv.Itoa(smallDisk), fill, c.Path}, c.Args[1:]...)
	c.Path = "/bin/sh"
	// Unshareflags, not Cloneflags: so the mounts are made private as well.
	c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	return startMarked(t, c)
}

// endsOnSmallDisk waits for the end.
func (f *family) endsOnSmallDisk(want int) {
	f.tb.Helper()
	switch code := f.Await(); code {
	case want:
	case 99:
		f.tb.Fatalf("cannot make a small disk (this needs root):\n%s", f.Stderr())
	default:
		f.tb.Errorf("exit %d, want %d; it said\n%s", code, want, f.Stderr())
	}
	f.allGone(0)
}

// fillDisk takes all the room that is left.
func (f *family) fillDisk() {
	f.tb.Helper()
	// By its /proc entry: the disk is mounted for the process alone.
	ballast, err := os.Create(fmt.Sprintf("/proc/%d/root%s/disk/ballast", f.Process.Pid, f.Folder))
	if err != nil {
		f.tb.Fatal(err)
	}
	defer ballast.Close()
	n, err := ballast.Write(make([]byte, 2*smallDisk<<10))
	if !errors.Is(err, syscall.ENOSPC) {
		f.tb.Fatalf("the disk is not full after %d bytes (%v)", n, err)
	}
}

// awaitWritten waits until the result file on the small disk holds the text.
func (f *family) awaitWritten(text string) {
	f.tb.Helper()
	name := fmt.Sprintf("/proc/%d/root%s/disk/it.jsonl", f.Process.Pid, f.Folder)
	for range 1000 {
		if b, err := os.ReadFile(name); err == nil && strings.Contains(string(b), text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	f.tb.Fatalf("%s never held %s", name, text)
}

// complaints returns the lines of standard error that are messages.
func (f *family) complaints() (lines []string) {
	for line := range strings.Lines(f.Stderr()) {
		if strings.HasPrefix(line, "ftpmark: ") {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestDiskFillsUpInMidRun(t *testing.T) {
	t.Parallel()
	const size = 100_000
	f := startOnSmallDisk(t, false, "run", "-c", "3", "-d", "4s", "--size", "100kB", "--format", "json")
	f.awaitSaid("passive: measuring")
	f.awaitWritten(`"stage":"window"`)
	f.fillDisk()
	f.endsOnSmallDisk(exitFine)
	// Once when it happened, once at the end.
	said := f.complaints()
	if len(said) != 2 || !strings.Contains(said[0], "disk/it.jsonl: no space left on device") || !strings.Contains(said[0], "measuring continues") ||
		!strings.Contains(said[1], "records were not written") {
		t.Errorf("it said\n%s", strings.Join(said, ""))
	}
	whole := summaryIn(t, f.Stdout())
	if whole.Status != summary.Complete || len(whole.Series) != 2 {
		t.Errorf("status %s, %d series, missing %q: the report on stdout is not whole", whole.Status, len(whole.Series), whole.Missing)
	}
	for i := range whole.Series {
		wantCounts(t, &whole.Series[i], size)
		if w := whole.Series[i].WindowSeconds; w < 3.9 {
			t.Errorf("%s: a window of %.2f s, want 4 s", whole.Series[i].Variant, w)
		}
	}

	text, part := reported(t, filepath.Join(f.Folder, "kept.jsonl"))
	wantPartial(t, text, part, "it was killed, lost its disk or is still running", "variant active did not run")
	if len(part.Series) != 1 {
		t.Fatalf("%d series in the file", len(part.Series))
	}
	wantCounts(t, &part.Series[0], size)
	if part.Series[0].OK >= whole.Series[0].OK {
		t.Errorf("%d ok in the cut file, %d in all", part.Series[0].OK, whole.Series[0].OK)
	}
}

// TestDiskIsFullFromTheStart has no room for the header: there would be nothing
// to show for the run but its report, so it does not begin.
func TestDiskIsFullFromTheStart(t *testing.T) {
	t.Parallel()
	f := startOnSmallDisk(t, true, "run", "-c", "1", "-d", "50s")
	f.endsOnSmallDisk(exitFailed)
	if f.Stdout() != "" {
		t.Errorf("stdout\n%s", f.Stdout())
	}
	if said := f.complaints(); len(said) != 1 || !strings.Contains(said[0], "disk/it.jsonl: no space left on device") {
		t.Errorf("it said\n%s", f.Stderr())
	}
}
