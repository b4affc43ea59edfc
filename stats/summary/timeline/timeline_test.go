package timeline

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const second = stats.Moment(time.Second)

// interval is one of a trial whose window is open from 10 s to 20 s.
func interval(stage stats.Part, start, end stats.Moment, c resultfile.Counters) *resultfile.Interval {
	i := &resultfile.Interval{Variant: "a", Trial: 1, Stage: stage, Start: start, End: end, Sessions: 2, Window: stats.Window{Open: 10 * second}}
	if end > 20*second {
		i.Window.Close = 20 * second
	}
	i.Series = resultfile.SeriesList{{Op: stats.Retr, Mode: stats.EPSV, Counters: c}}
	return i
}

// TestBorders checks that what is counted inside the window is in the window's
// points, though the intervals do not end at its borders, and that these points
// are as long as the window.
func TestBorders(t *testing.T) {
	var b Builder
	ms := second / 1000
	for _, i := range []*resultfile.Interval{
		interval(stats.Warmup, 9*second, 10*second+2*ms, resultfile.Counters{WarmupOK: 7, WarmupFailed: 2, CompletedInside: 1, MovedInside: 100}),
		interval(stats.Measured, 10*second+2*ms, 11*second, resultfile.Counters{OK: 9, WarmupOK: 1, CompletedInside: 10, MovedInside: 900}),
		interval(stats.Measured, 11*second, 19*second+900*ms, resultfile.Counters{OK: 80, Failed: 3, CompletedInside: 80, MovedInside: 9000, WastedInside: 50}),
		interval(stats.Measured, 19*second+900*ms, 20*second+ms, resultfile.Counters{OK: 1, CompletedInside: 1, MovedInside: 30}),
		interval(stats.Drain, 20*second+ms, 21*second, resultfile.Counters{OK: 2, CompletedInside: 0, MovedInside: 5, WastedInside: 20}),
	} {
		b.Add(i)
	}
	l := b.Timeline()
	if len(l.Trials) != 1 {
		t.Fatalf("%d trials", len(l.Trials))
	}
	want := []Point{
		{Start: 9 * second, End: 10 * second, Stage: stats.Warmup, OK: 7, Failed: 2, Sessions: 2},
		{Start: 10 * second, End: 11 * second, Stage: stats.Measured, OK: 10, Completed: 11, Goodput: 1000, Sessions: 2},
		// the remainder of 100 ms is with its neighbour
		{Start: 11 * second, End: 20 * second, Stage: stats.Measured, OK: 81, Failed: 3, Completed: 81, Goodput: 9000 - 50 + 30 + 5 - 20, Sessions: 2},
		{Start: 20*second + ms, End: 21 * second, Stage: stats.Drain, OK: 2, Sessions: 2},
	}
	got := l.Trials[0].Points
	if len(got) != len(want) {
		t.Fatalf("%d points: %+v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("point %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

// TestMany checks that a file of any length takes a bounded number of points,
// and that none of what happened is lost.
func TestMany(t *testing.T) {
	var b Builder
	const trials, seconds = 100, 5_000
	for trial := range trials {
		for s := range stats.Moment(seconds) {
			b.Add(&resultfile.Interval{
				Variant: "a", Trial: trial + 1, Stage: stats.Measured, Start: (10 + s) * second, End: (11 + s) * second,
				Window: stats.Window{Open: 10 * second}, Series: resultfile.SeriesList{{Op: stats.Retr, Counters: resultfile.Counters{OK: 3, Failed: 1, CompletedInside: 3, MovedInside: 7}}},
			})
		}
	}
	l := b.Timeline()
	points := 0
	for _, x := range l.Trials {
		points += len(x.Points)
		var sum Point
		var length float64
		for i := range x.Points {
			p := &x.Points[i]
			sum.join(*p)
			length += p.Seconds()
			if i > 0 && p.Start != x.Points[i-1].End {
				t.Fatalf("trial %d: a gap before point %d", x.Number, i)
			}
		}
		if sum.OK != 3*seconds || sum.Failed != seconds || sum.Completed != 3*seconds || sum.Goodput != 7*seconds || length != seconds {
			t.Fatalf("trial %d: %+v in %v s", x.Number, sum, length)
		}
	}
	if len(l.Trials) != trials || points > mostOfAll {
		t.Errorf("%d trials with %d points", len(l.Trials), points)
	}
	if points < mostOfAll/4 {
		t.Errorf("%d points, far less than there may be", points)
	}
}

// TestOutOfOrder: an interval that comes too late is left out.
func TestOutOfOrder(t *testing.T) {
	var b Builder
	for _, s := range []stats.Moment{10, 11, 5, 12} {
		b.Add(interval(stats.Measured, s*second, (s+1)*second, resultfile.Counters{OK: 1, CompletedInside: 1}))
	}
	if l := b.Timeline(); len(l.Trials) != 1 || len(l.Trials[0].Points) != 3 {
		t.Errorf("%+v", l)
	}
}
