package loadgen

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// TestWindowsCloseWhenTheyHaveSeenEnough: each case says how many of a second's 200
// operations take longer than the objective's bound, over and over.
func TestWindowsCloseWhenTheyHaveSeenEnough(t *testing.T) {
	objective, err := threshold.Parse("service.p99 < 100ms")
	if err != nil {
		t.Fatal(err)
	}
	c := &CapacitySearch{Objectives: []threshold.Threshold{objective}, Floor: 5 * time.Second, Cap: 30 * time.Second}
	profile := &profiles.Profile{Op: profiles.Mix{{Op: "noop", Weight: 1}}}
	for _, x := range []struct {
		what   string
		each   int
		longer []int
		ask    search.Ask
		want   int
	}{
		{"none took longer", 200, []int{0}, search.Ask{}, 5},
		{"none took longer, to confirm", 200, []int{0}, search.Ask{Purpose: search.Confirm}, 15},
		{"many in each second", 200, []int{20, 30}, search.Ask{}, 5},
		{"as many as are allowed", 200, []int{1, 3}, search.Ask{}, 30},
		{"a burst in five seconds", 200, []int{0, 0, 0, 0, 15}, search.Ask{}, 30},
		{"few samples, and many of them longer", 60, []int{10, 5}, search.Ask{}, 9},
		{"too few samples to come", 10, []int{1}, search.Ask{}, 5},
		{"too few samples to come, to confirm", 10, []int{1}, search.Ask{Longer: true}, 30},
	} {
		w := c.window(x.ask, profile)
		seconds := 0
		for closed := false; !closed && seconds < 60; seconds++ {
			s := &resultfile.Series{Op: stats.Noop, Mode: stats.NoMode, Counters: resultfile.Counters{OK: int64(x.each), CompletedInside: int64(x.each)}}
			s.Latency[stats.Service] = hdr.NewLatencyHistogram()
			for i := range x.each {
				took := 50 * time.Millisecond
				if i < x.longer[seconds%len(x.longer)] {
					took = 150 * time.Millisecond
				}
				s.Latency[stats.Service].Record(int64(took))
			}
			second := stats.Moment(time.Second)
			i := &resultfile.Interval{Start: stats.Moment(seconds) * second, End: stats.Moment(seconds+1) * second, Series: resultfile.SeriesList{s}}
			w.record(i)
			w.pulse(&rig.Pulse{Part: rig.PartWindow, Elapsed: time.Duration(seconds+1) * time.Second, Interval: i})
			select {
			case <-w.close:
				closed = true
			default:
			}
		}
		if seconds != x.want {
			t.Errorf("%s: closed after %d s, want %d", x.what, seconds, x.want)
		}
	}
}
