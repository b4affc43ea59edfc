//go:build accuracy && linux

package loadgen

import (
	"context"
	"fmt"
	"math"
	"os"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// bins is a sink that keeps what moved and what began in each second of the
// window.
type bins struct {
	resultfile.Collector
	moved, ended []float64 // per second
	open         stats.Moment
}

// Write keeps the intervals of the window, which are a second long but for the
// last.
func (b *bins) Write(r resultfile.Record) error {
	i, ok := r.(*resultfile.Interval)
	if !ok {
		return b.Collector.Write(r)
	}
	if length := i.End.Sub(i.Start).Seconds(); i.Stage == stats.Measured && length > 0.5 {
		var moved, ended int64
		for _, s := range i.Series {
			moved += s.MovedInside
			ended += s.OK
		}
		b.moved = append(b.moved, float64(moved)/length)
		b.ended = append(b.ended, float64(ended))
	}
	return b.Collector.Write(i)
}

const (
	accuracyWindow = 10 * time.Second
	meanWithin     = 0.01
	secondWithin   = 0.05
	firstAtMost    = 1.10
)

// TestAccuracy runs whole loads under limits against the embedded target and
// looks at what moved in each second.
func TestAccuracy(t *testing.T) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "operation\tlimit\tsessions\tmean\tworst second\tfirst second")
	for _, c := range []struct {
		total, each profiles.ByteRate
		sessions    int
		size        profiles.Size
	}{
		{1 << 20, 0, 8, 256 << 10},
		{100 << 20, 0, 8, 4 << 20},
		{1 << 30, 0, 4, 64 << 20},
		{0, 64 << 10, 100, 64 << 10},
	} {
		for _, op := range []string{"retr", "stor"} {
			s := embedded(t, 1)
			kept := &bins{}
			plan := planFor(s.Addr(), func(p *profiles.Profile) {
				p.Op, p.Size, p.Sessions = mixOf(t, op), profiles.FixedSize(c.size), c.sessions
				p.Bandwidth.All, p.SessionBandwidth.All = c.total, c.each
				p.Duration = profiles.Duration(accuracyWindow)
				p.StallTimeout = profiles.Duration(30 * time.Second)
			})
			if err := Run(context.Background(), plan, Options{Sink: kept}); err != nil {
				t.Fatal(err)
			}
			want := float64(c.total) + float64(c.each)*float64(c.sessions)
			mean, worst := 0.0, 0.0
			for i, rate := range kept.moved {
				mean += rate / float64(len(kept.moved))
				if off := rate/want - 1; i > 0 && math.Abs(off) > math.Abs(worst) {
					worst = off
				}
			}
			first := kept.moved[0] / want
			limit := fmt.Sprintf("%s in all", c.total)
			if c.each > 0 {
				limit = fmt.Sprintf("%s each", c.each)
			}
			fmt.Fprintf(table, "%s\t%s\t%d\t%+.2f%%\t%+.2f%%\t%.3f\n", op, limit, c.sessions, 100*(mean/want-1), 100*worst, first)
			if math.Abs(mean/want-1) > meanWithin || math.Abs(worst) > secondWithin || first > firstAtMost {
				t.Errorf("%s at %s: mean off by %.2f%%, a second by %.2f%%, the first %.3f of the limit", op, limit, 100*(mean/want-1), 100*worst, first)
			}
		}
	}
	_ = table.Flush()
}

// TestAccuracyOfArrivals counts Poisson arrivals and how they spread over the
// seconds: a Poisson process has a variance equal to its mean.
func TestAccuracyOfArrivals(t *testing.T) {
	const rate, seconds = 500, 20
	s := embedded(t, 1)
	kept := &bins{}
	plan := planFor(s.Addr(), func(p *profiles.Profile) {
		open(p, rate, seconds*time.Second)
		p.Op, p.Arrivals = mixOf(t, "noop"), "poisson"
	})
	if err := Run(context.Background(), plan, Options{Sink: kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	due := float64(summary.Of(r).Series[0].Due)
	if want := float64(rate * seconds); math.Abs(due-want) > 4*math.Sqrt(want) {
		t.Errorf("%.0f arrivals, want %.0f ± %.0f", due, want, 4*math.Sqrt(want))
	}
	var chi float64
	for _, n := range kept.ended {
		chi += (n - rate) * (n - rate) / rate
	}
	// Chi-square with about 20 degrees of freedom: 5.9 and 45.3 are its 0.1%
	// quantiles on either side; the seconds' own lengths add a little.
	fmt.Printf("Poisson arrivals: %.0f due in %d s at %d/s; dispersion over %d seconds %.2f (1 is ideal)\n",
		due, seconds, rate, len(kept.ended), chi/float64(len(kept.ended)))
	if chi < 5.9 || chi > 60 {
		t.Errorf("dispersion: chi-square %.1f over %d seconds", chi, len(kept.ended))
	}
}
