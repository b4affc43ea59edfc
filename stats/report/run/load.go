package run

import (
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// waits reports whether operations were due at times of their own, so that
// they could wait. In a closed load each is due when it begins: lag is zero and
// response is service. Results from before the load was recorded show it by
// what happened.
func waits(s *summary.Summary) bool {
	loads := loadsOf(s)
	known := func(a shared[*resultfile.LoadInfo]) bool {
		return a.what != nil && (a.what.Model == resultfile.OpenLoad || a.what.Model == resultfile.ClosedLoad)
	}
	if slices.ContainsFunc(loads, func(a shared[*resultfile.LoadInfo]) bool { return known(a) && a.what.Model == resultfile.OpenLoad }) {
		return true
	}
	if !slices.ContainsFunc(loads, func(a shared[*resultfile.LoadInfo]) bool { return !known(a) }) {
		return false
	}
	return slices.ContainsFunc(s.Series, func(c summary.SeriesSummary) bool {
		lag := c.Latency[stats.Lag]
		return c.Dropped > 0 || lag != nil && lag.Count > 0 && lag.Max > 0
	})
}

// WriteLoad says in words what load was asked for, and of whom.
func WriteLoad(d *doc.Doc, head, who string, l *resultfile.LoadInfo) {
	d.KeyFact(head, doc.Plain, who+about.Load(l, ""))
	if l.Verify != "" {
		d.Fact("", doc.Plain, "verified: "+terminal.Printable(l.Verify, 300))
	}
}

// mostStages bounds how many stages the verdict names; the tables have all.
const mostStages = 6

// stageNames returns the stages as the first variant that has them ran them.
func stageNames(s *summary.Summary) (names []string) {
	n := 0
	for i := range s.Stages {
		x := &s.Stages[i]
		if x.Variant != s.Stages[0].Variant {
			break
		}
		if n++; n <= mostStages {
			names = append(names, stageName(x, 60))
		}
	}
	if n > mostStages {
		names = append(names, "and "+quantity.Count(int64(n-mostStages))+" more")
	}
	return names
}

func stageName(x *summary.StageSummary, width int) string {
	if x.Name == "" {
		return "stage " + strconv.Itoa(x.Step)
	}
	return terminal.Middle(terminal.Printable(x.Name, 200), width)
}
