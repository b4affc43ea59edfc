package liveview

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden holds text against a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update rewrites it):\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}

// start is when the fixed runs began.
var start = time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)

// latency has percentiles as so many samples give them.
func latency(n int64, p50 time.Duration) *summary.Latency {
	l := &summary.Latency{Count: n, Min: int64(p50 / 3), P50: int64(p50), P90: int64(2 * p50), Max: int64(9 * p50)}
	if n >= 500 {
		p99 := int64(4*p50) + 321_000
		l.P99 = &p99
	}
	if n >= 3000 {
		p999 := int64(7 * p50)
		l.P999 = &p999
	}
	return l
}

// tallied is what so many seconds at a rate came to.
func tallied(seconds, rate float64, failed int64, p50 time.Duration) loadgen.LiveTotals {
	n := int64(seconds * rate)
	return loadgen.LiveTotals{
		Window: time.Duration(seconds * float64(time.Second)), OK: n, Failed: failed,
		OperationsPerSecond: rate, GoodputBytesPerSecond: rate * (1 << 20), Phase: stats.Service, Latency: latency(n, p50),
	}
}

// wave is a rate that goes up and down.
func wave(i int) float64 { return 900 + 100*float64(i%7) }

// aRun is a run of two modes in the second of which it is measured.
func aRun() (*View, time.Time) {
	v, now := New([]string{"passive", "active"}), start
	for i := range 12 {
		now = now.Add(time.Second)
		p := loadgen.Progress{
			Variant: "passive", Trial: 1, Trials: 1, Part: rig.PartWindow, Elapsed: time.Duration(i+1) * time.Second,
			Length: 12 * time.Second, Up: 8, Wanted: 8, OperationsPerSec: wave(i), BytesPerSecond: wave(i) * (1 << 20), Left: 38 * time.Second,
		}
		p.SoFar = tallied(float64(i+1), 1187.25, 0, 6700*time.Microsecond)
		p.ThisTrial = p.SoFar
		v.Observe(now, p)
	}
	for i := range 5 {
		now = now.Add(time.Second)
		p := loadgen.Progress{
			Variant: "active", Trial: 1, Trials: 1, Part: rig.PartWindow, Elapsed: time.Duration(i+1) * time.Second,
			Length: 12 * time.Second, Up: 7, Wanted: 8, OperationsPerSec: 90, BytesPerSecond: 90 << 20, Left: 7 * time.Second,
		}
		p.SoFar = tallied(float64(i+1), 91.3, 3, 81*time.Millisecond)
		p.SoFar.Latency.Doubtful = []string{"p90"}
		p.ThisTrial = p.SoFar
		v.Observe(now, p)
	}
	return v, now
}

// aComparison is the third of ten pairs.
func aComparison() (*View, time.Time) {
	v, now := New([]string{"passive", "active"}), start
	for trial := 1; trial <= 3; trial++ {
		for _, name := range []string{"active", "passive"} {
			now = now.Add(time.Second) // the pause between them
			for i := range 3 {
				now = now.Add(time.Second)
				p := loadgen.Progress{
					Variant: name, Trial: trial, Trials: 10, Part: rig.PartWindow, Elapsed: time.Duration(i+1) * time.Second,
					Length: 3 * time.Second, Up: 8, Wanted: 8, OperationsPerSec: wave(i + trial), Left: 90 * time.Second,
					SoFar: tallied(float64(3*trial-2+i), 1100, 0, 7*time.Millisecond), ThisTrial: tallied(float64(i+1), 1045.5, 0, 7*time.Millisecond),
				}
				v.Observe(now, p)
				if trial == 3 && name == "passive" && i == 1 {
					return v, now
				}
			}
		}
	}
	panic("it returns before")
}

// aSearch is the fourth step of a search for sessions.
func aSearch() (*View, time.Time) {
	v, now := New([]string{"passive"}), start
	for step := 1; step <= 4; step++ {
		for i := range 4 {
			now = now.Add(time.Second)
			tally := tallied(float64(i+1), 400*float64(step), 0, 2*time.Millisecond)
			n := 1 << (step - 1)
			v.Observe(now, loadgen.Progress{
				Variant: "passive", Trial: step, Trials: 1, Part: rig.PartWindow, Elapsed: time.Duration(i+1) * time.Second,
				Length: time.Minute, Up: n, Wanted: n, OperationsPerSec: 400 * float64(step), SoFar: tally, ThisTrial: tally,
				Level: &loadgen.Level{Vary: resultfile.VarySessions, Purpose: resultfile.StepSearch, Value: float64(n), Held: float64(n / 2), Failed: 16},
			})
		}
	}
	return v, now
}

// anOpenLoad has a mix, stages, a backlog and a name that is not printable.
func anOpenLoad() (*View, time.Time) {
	name := "a-long-name-\x1b[2Jof-a-variant-é\u202e-new"
	v := New([]string{name})
	tally := tallied(21, 50, 12, 250*time.Millisecond)
	tally.Phase, tally.Op, tally.Mixed, tally.Dropped = stats.Response, stats.Stor, true, 4
	now := start.Add(21 * time.Second)
	v.Observe(now, loadgen.Progress{
		Variant: name, Trial: 1, Trials: 1, Part: rig.PartWindow, Elapsed: time.Second, Length: 2 * time.Minute,
		Up: 64, Wanted: 64, Waiting: 1234, OperationsPerSec: 49, Stage: 2, Stages: 3, SoFar: tally, ThisTrial: tally, Left: 3 * time.Minute,
	})
	return v, now
}

// connecting are very many sessions that log in.
func connecting() (*View, time.Time) {
	v, now := New([]string{"passive", "active"}), start.Add(4*time.Second)
	v.Observe(now, loadgen.Progress{
		Variant: "passive", Trial: 1, Trials: 1, Part: rig.PartConnect, Elapsed: 4 * time.Second, Up: 3210, Wanted: 10000, Left: 24 * time.Second,
	})
	return v, now
}

// preparing is a set of files that is written.
func preparing() (*View, time.Time) {
	v, now := New([]string{"passive", "active"}), start.Add(3*time.Second)
	v.Observe(now, loadgen.Progress{Part: rig.PartPrepare, Elapsed: 3 * time.Second, Files: 181, OfFiles: 1000})
	return v, now
}

// cleaningUp is the end of a run.
func cleaningUp() (*View, time.Time) {
	v, now := aRun()
	v.Observe(now.Add(time.Second), loadgen.Progress{Part: rig.PartCleanUp})
	return v, now.Add(time.Second)
}

// runs are the fixed runs by name.
var runs = map[string]func() (*View, time.Time){
	"run": aRun, "comparison": aComparison, "search": aSearch, "open": anOpenLoad, "connecting": connecting, "preparing": preparing, "cleanup": cleaningUp,
}

// shown writes a block with its edge, which nothing may reach.
func shown(v *View, now time.Time, look Look) string {
	var b strings.Builder
	for _, l := range v.Lines(now, look) {
		b.WriteString(l.Text(false) + "\n")
	}
	return b.String()
}

func TestGoldens(t *testing.T) {
	t.Parallel()
	for name, run := range runs {
		v, now := run()
		var b strings.Builder
		for _, look := range []Look{{80, 24, false}, {200, 50, false}, {40, 24, false}, {20, 24, false}, {80, 24, true}, {80, 5, false}, {80, 3, false}} {
			letters := ""
			if look.ASCII {
				letters = ", ASCII"
			}
			fmt.Fprintf(&b, "-- %d x %d%s\n%s", look.Columns, look.Rows, letters, shown(v, now, look))
		}
		golden(t, name, b.String())
	}
}

// TestFits: a block keeps away from the terminal's edges, whatever its size, and
// its lines have no blanks at their ends.
func TestFits(t *testing.T) {
	t.Parallel()
	for name, run := range runs {
		v, now := run()
		for columns := range 210 {
			for rows := range 12 {
				for _, ascii := range []bool{false, true} {
					lines := v.Lines(now, Look{columns, rows, ascii})
					if len(lines) >= max(rows, 1) {
						t.Fatalf("%s, %d x %d: %d lines", name, columns, rows, len(lines))
					}
					if columns >= 2 && rows >= 2 && len(lines) == 0 {
						t.Fatalf("%s, %d x %d: nothing", name, columns, rows)
					}
					for _, l := range lines {
						text := l.Text(false)
						if n := len([]rune(text)); n >= columns || n != l.Width() || text == "" || strings.TrimRight(text, " ") != text {
							t.Fatalf("%s, %d x %d: %d columns: %q", name, columns, rows, n, text)
						}
						for _, r := range text {
							if r < ' ' || r == 0x7f || ascii && r > '~' {
								t.Fatalf("%s, %d x %d: %q in %q", name, columns, rows, r, text)
							}
						}
					}
				}
			}
		}
	}
}

// TestTheVariantUnderWayIsSeen where there are fewer rows than variants.
func TestTheVariantUnderWayIsSeen(t *testing.T) {
	t.Parallel()
	names := []string{"one", "two", "three", "four", "five"}
	for _, name := range names {
		v := New(names)
		v.Observe(start, loadgen.Progress{Variant: name, Part: rig.PartWindow, Elapsed: time.Second, OperationsPerSec: 7})
		for rows := 4; rows < 9; rows++ {
			if n := strings.Count(shown(v, start, Look{80, rows, false}), name); n < 2 {
				t.Errorf("%s is not among %d rows", name, rows)
			}
		}
	}
}

// TestColour: there are colours where they are asked for, and the text is the
// same.
func TestColour(t *testing.T) {
	t.Parallel()
	v, now := aRun()
	coloured := 0
	for _, l := range v.Lines(now, Look{80, 24, false}) {
		text := l.Text(true)
		coloured += strings.Count(text, "\x1b[")
		for _, p := range []tone{strong, faint, alarm, doubt, chart} {
			text = strings.ReplaceAll(text, "\x1b["+string(p)+"m", "")
		}
		if text = strings.ReplaceAll(text, "\x1b[0m", ""); text != l.Text(false) {
			t.Errorf("%q, want %q", text, l.Text(false))
		}
	}
	if coloured == 0 {
		t.Error("no colour")
	}
}

// TestSparklines are of the last minute, with gaps, on one scale.
func TestSparklines(t *testing.T) {
	t.Parallel()
	var h history
	now := start
	for i := range 70 {
		now = now.Add(time.Second + time.Duration(i%3-1)*20*time.Millisecond)
		h.add(now, float64(i))
	}
	values := h.until(now)
	if len(values) != minute || values[0] != 10 || values[minute-1] != 69 {
		t.Errorf("%v", values)
	}
	now = now.Add(4 * time.Second)
	h.add(now, 0) // after three seconds of nothing
	if got, want := blocks.spark(newest(h.until(now), 6), 69), "██   ▁"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := h.until(now.Add(2 * time.Minute)); most(got) != 0 || len(got) != minute {
		t.Errorf("two minutes later %v", got)
	}
	if got, want := ascii.spark([]float64{0, 1, 50, 85, 100, gap, 0}, 100), "_.=*# _"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestEndsOfWindows: the last part of a window counts as a second if it is nearly
// one, and when a trial is over its row has all of it and nothing of now.
func TestEndsOfWindows(t *testing.T) {
	t.Parallel()
	v := New([]string{"one", "two"})
	now := start
	tell := func(after time.Duration, p loadgen.Progress) {
		now = now.Add(after)
		p.Variant = "one"
		v.Observe(now, p)
	}
	window := loadgen.Progress{Part: rig.PartWindow, Elapsed: time.Second, Took: time.Second, OperationsPerSec: 7}
	tell(time.Second, window)
	window.Extra, window.Took = true, 400*time.Millisecond
	tell(400*time.Millisecond, window)
	if n := len(v.variants[0].seconds.values); n != 1 {
		t.Errorf("%d seconds, want 1", n)
	}
	window.Took = 900 * time.Millisecond
	tell(500*time.Millisecond, window)
	tell(time.Second, loadgen.Progress{Part: rig.PartOver, Extra: true, Took: time.Second, SoFar: tallied(2, 7, 0, time.Millisecond)})
	if n := len(v.variants[0].seconds.values); n != 2 {
		t.Errorf("%d seconds, want 2", n)
	}
	if got := shown(v, now, Look{80, 24, false}); !strings.HasPrefix(got, "one: over\n ") || !strings.Contains(got, "\none             -     7.00") {
		t.Errorf("%s", got)
	}
}

// TestBarIsFullOnlyAtTheEnd.
func TestBarIsFullOnlyAtTheEnd(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{0: "[--------]", 0.999: "[#######-]", 1: "[########]", 0.5: "[####----]"} {
		if got := ascii.bar(share, 10).Text(false); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 59*time.Second + 400*time.Millisecond: "59s", 59*time.Second + 500*time.Millisecond: "1m00s",
		125 * time.Second: "2m05s", 3*time.Hour + 4*time.Minute: "3h04m",
	} {
		if got := seconds(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
