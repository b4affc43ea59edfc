package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
)

// waits reports whether operations were due at times of their own, so that
// they could wait. In a closed load each is due when it begins: lag is zero and
// response is service. Results from before the load was recorded show it by
// what happened.
func waits(s *stats.Summary) bool {
	if s.Load != nil && (s.Load.Model == stats.OpenLoad || s.Load.Model == stats.ClosedLoad) {
		return s.Load.Model == stats.OpenLoad
	}
	return slices.ContainsFunc(s.Series, func(c stats.SeriesSummary) bool {
		lag := c.Latency[stats.Lag]
		return c.Dropped > 0 || lag != nil && lag.Count > 0 && lag.Max > 0
	})
}

// writeLoad says in words what load was asked for.
func writeLoad(d *document, l *stats.LoadInfo, stages []string) {
	if l == nil {
		return
	}
	d.verdict("load", plain, loadModel(l))
	for _, text := range []string{loadWork(l), loadLimits(l)} {
		if text != "" {
			d.verdict("", plain, text)
		}
	}
	if l.Verify != "" {
		d.verdict("", plain, "verified: "+said(l.Verify))
	}
	if len(stages) > 0 {
		d.verdict("", plain, "in stages: "+strings.Join(stages, ", "))
	}
}

// said makes fit what a profile says, which a file may have forged.
func said(s string) string { return printable(s, 300) }

// mostStages bounds how many stages the verdict names; the tables have all.
const mostStages = 6

// stageNames returns the stages as the first variant that has them ran them.
func stageNames(s *stats.Summary) (names []string) {
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
		names = append(names, "and "+count(int64(n-mostStages))+" more")
	}
	return names
}

func stageName(x *stats.StageSummary, width int) string {
	if x.Name == "" {
		return "stage " + strconv.Itoa(x.Step)
	}
	return middle(printable(x.Name, 200), width)
}

func loadModel(l *stats.LoadInfo) string {
	text := said(l.Model) + ": "
	over := sessions(l.Sessions)
	if l.MaxSessions > l.Sessions {
		over = count(int64(l.Sessions)) + " to " + sessions(l.MaxSessions)
	}
	if l.Model == stats.OpenLoad {
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
		text += ", up to " + count(int64(l.MaxBacklog)) + " waiting"
	}
	return text
}

func sessions(n int) string {
	if n == 1 {
		return "1 session"
	}
	return count(int64(n)) + " sessions"
}

// loadWork says what the operations are and what they work on.
func loadWork(l *stats.LoadInfo) string {
	text := said(strings.ReplaceAll(strings.ReplaceAll(l.Operations, ", ", ","), ",", ", ")) // so that it wraps
	files := ""
	switch {
	case l.Files == 1:
		files = "1 file"
	case l.Files > 1:
		files = count(int64(l.Files)) + " files"
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

func loadLimits(l *stats.LoadInfo) string {
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
	return "limited to " + listed(limits)
}

// enough is the part of the operations due that must succeed in time for a
// target to have kept up with the rate.
const enough = 0.95

// writePace says for each variant of an open load whether it kept up with the
// rate. Percentiles of a target that did not say how long the run was, not how
// fast the target is.
func writePace(d *document, s *stats.Summary) {
	if s.Load == nil || s.Load.Model != stats.OpenLoad {
		return
	}
	head := "rate"
	for i := range s.Totals {
		t := &s.Totals[i]
		if t.Due == 0 || !(t.WindowSeconds > 0) {
			continue
		}
		due := float64(t.Due) / t.WindowSeconds
		text := significant(t.OperationsPerSecond) + "/s succeeded of " + significant(due) + "/s due"
		if len(s.Totals) > 1 {
			text = printable(t.Variant, 60) + ": " + text
		}
		verdict, how := good, ""
		switch behind := paceOf(s, t); {
		case behind == inTime && s.Status != stats.Complete:
			// What was waiting when it was cut off is not among those due.
			verdict = doubt
			text += ": whether it kept up is not known, as the run was cut off"
		case behind == inTime:
			text += ": kept up"
		case s.Generator.Limited:
			verdict, how = doubt, ": the rate was NOT REACHED, and the generator was the limit or may have been"
		case behind == failing:
			verdict, how = bad, ": the rate was NOT REACHED, as operations failed"
		default:
			verdict, how = bad, ": the target DID NOT KEEP UP with the rate"
		}
		text += how
		if how != "" && t.Dropped > 0 {
			text += "; " + countShare(t.Dropped, t.Due) + " were dropped"
		}
		if how != "" && t.BacklogGrowth > 0 {
			text += "; " + count(t.BacklogGrowth) + " more were waiting at the end than at the start"
		}
		d.verdict(head, verdict, text)
		head = ""
	}
}

// pace is how a target fared with an open load.
type pace uint8

const (
	inTime  pace = iota
	failing      // answered in time, but not as it should
	late
)

// paceOf compares what was done with what was due. What a target that keeps up
// has in hand when the window closes is not held against it: by Little's law
// the rate times the mean service, at most one operation for each session.
func paceOf(s *stats.Summary, t *stats.TotalSummary) pace {
	sessions, trials := max(s.Load.Sessions, s.Load.MaxSessions), max(t.Trials, 1)
	var served, took float64
	for i := range s.Series {
		if c := &s.Series[i]; c.Variant == t.Variant {
			if l := c.Latency[stats.Service]; l != nil && finite(l.Mean) {
				served += float64(l.Count)
				took += float64(l.Count) * l.Mean
			}
		}
	}
	due, inHand := float64(t.Due), 0.0
	if served > 0 {
		inHand = due / t.WindowSeconds * took / served / 1e9
	}
	if sessions > 0 {
		inHand = min(inHand, float64(sessions))
	}
	inHand *= float64(trials) // each has a window of its own, which closed
	done := t.OperationsPerSecond*t.WindowSeconds + inHand
	// A few that wait at one moment and not at the other are chance.
	chance := max(10*int64(trials), int64(sessions)*int64(trials), t.Due/100)
	switch {
	case t.BacklogGrowth > chance || done+float64(t.Failed) < enough*due:
		return late
	case done < enough*due:
		return failing
	}
	return inTime
}
