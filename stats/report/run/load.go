package run

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/report/doc"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
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
	d.Fact(head, doc.Plain, who+loadModel(l))
	for _, text := range []string{loadWork(l), loadLimits(l)} {
		if text != "" {
			d.Fact("", doc.Plain, text)
		}
	}
	if l.Verify != "" {
		d.Fact("", doc.Plain, "verified: "+said(l.Verify))
	}
}

// said makes fit what a profile says, which a file may have forged.
func said(s string) string { return terminal.Printable(s, 300) }

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

func loadModel(l *resultfile.LoadInfo) string {
	text := said(l.Model) + ": "
	over := sessions(l.Sessions)
	if l.MaxSessions > l.Sessions {
		over = quantity.Count(int64(l.Sessions)) + " to " + sessions(l.MaxSessions)
	}
	if l.Model == resultfile.OpenLoad {
		for _, word := range []string{l.Rate, l.Arrivals} {
			if word != "" {
				text += said(word) + " "
			}
		}
		text += "arrivals over "
	}
	text += over
	if l.Think != "" {
		text += ", think " + said(l.Think)
	}
	if l.MaxBacklog > 0 {
		text += ", up to " + quantity.Count(int64(l.MaxBacklog)) + " waiting"
	}
	return text
}

func sessions(n int) string { return quantity.Counted(n, "session") }

// loadWork says what the operations are and what they work on.
func loadWork(l *resultfile.LoadInfo) string {
	text := said(strings.ReplaceAll(strings.ReplaceAll(l.Operations, ", ", ","), ",", ", ")) // so that it wraps
	files := ""
	switch {
	case l.Files > 0:
		files = quantity.Counted(l.Files, "file")
	case l.Size != "":
		files = "files"
	}
	if l.Size != "" {
		files += " of " + said(l.Size)
	}
	if text != "" && files != "" {
		text += ", "
	}
	return text + files
}

func loadLimits(l *resultfile.LoadInfo) string {
	var limits []string
	for _, x := range []struct{ limit, of string }{
		{l.OpRate, " operations"}, {l.Bandwidth, " in all"}, {l.SessionBandwidth, " a session"},
	} {
		if x.limit != "" {
			limits = append(limits, said(x.limit)+x.of)
		}
	}
	if len(limits) == 0 {
		return ""
	}
	return "limited to " + about.List(limits)
}
