package run

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/report/doc"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// enough is the part of the operations due that must succeed in time for a
// target to have kept up with the rate.
const enough = 0.95

// asked returns, for a load that a number of operations ended, the rate that
// stands for one operation due, by variant; else nil. Such a window lasts until
// the last operation is done: what was due over its length would be what was
// done, however far behind the target fell. So each operation due has its part
// of the rate that was asked for, NaN if that is not known.
func asked(s *summary.Summary) map[string]float64 {
	var rates map[string]float64
	for i := range s.Totals {
		t := &s.Totals[i]
		l := loadOf(s, t)
		if l == nil || l.Count <= 0 {
			continue
		}
		if rates == nil {
			rates = map[string]float64{}
		}
		rates[t.Variant] = math.NaN()
		if t.Due > 0 && l.RatePerSecond > 0 {
			rates[t.Variant] = l.RatePerSecond / float64(t.Due)
		}
	}
	return rates
}

// loadOf returns the load that was asked of a variant: its own, or the run's.
func loadOf(s *summary.Summary, t *summary.TotalSummary) *resultfile.LoadInfo {
	if t.Load != nil {
		return t.Load
	}
	return s.Load
}

// dueSeconds is how long operations were due: as long as the window, unless the
// result says otherwise.
func dueSeconds(due, window float64) float64 {
	if due > 0 {
		return due
	}
	return window
}

// duePerSecond returns how many operations of a variant were due each second,
// NaN if that is not known.
func (d *writer) duePerSecond(variant string, due int64, over float64) float64 {
	each, counted := d.asked[variant]
	if !counted {
		return float64(due) / over
	}
	d.Term("due/s", "the requested rate: the window lasts until the last operation has ended")
	return float64(due) * each
}

// writePace says for each variant of an open load whether it kept up.
func writePace(d *writer, s *summary.Summary) {
	head := "rate"
	for _, p := range paces(s) {
		d.Fact(head, p.Tone, p.Text)
		head = ""
	}
}

// paces says for each variant of an open load whether it kept up with the
// rate; each text is printable. Percentiles of a target that did not say how
// long the run was, not how fast the target is.
func paces(s *summary.Summary) (said []doc.Cell) {
	for i := range s.Totals {
		t := &s.Totals[i]
		load := loadOf(s, t)
		if load == nil || load.Model != resultfile.OpenLoad || t.Due == 0 || !(t.WindowSeconds > 0) {
			continue
		}
		of := *s
		of.Load = load
		s := &of
		due := float64(t.Due) / dueSeconds(t.DueSeconds, t.WindowSeconds)
		if s.Load.Count > 0 {
			due = s.Load.RatePerSecond
		}
		text := quantity.Significant(t.OperationsPerSecond) + "/s succeeded of " + quantity.Significant(due) + "/s due"
		if due == 0 {
			text = quantity.Significant(t.OperationsPerSecond) + "/s succeeded"
		}
		if len(s.Totals) > 1 {
			text = terminal.Printable(t.Variant, 60) + ": " + text
		}
		verdict, how := doc.Good, ""
		switch behind := paceOf(s, t, due); {
		case behind == inTime && s.Status != summary.Complete:
			// What was waiting when it was cut off is not among those due.
			verdict = doc.Doubt
			text += ": unknown whether it kept up, because the run was interrupted"
		case behind == inTime:
			text += ": kept up"
		case behind == unsure && due == 0:
			verdict = doc.Doubt
			text += ": unknown whether it kept up, because the rate was not recorded"
		case behind == unsure:
			verdict = doc.Doubt
			text += ": unknown whether it kept up, because its last operations or chance may have made the window longer"
		case s.Generator.Limited:
			verdict, how = doc.Doubt, ": the rate was NOT REACHED; the load generator was or may have been the limit"
		case behind == failing:
			verdict, how = doc.Bad, ": the rate was NOT REACHED, because operations failed"
		default:
			verdict, how = doc.Bad, ": the target DID NOT KEEP UP with this number of sessions and these limits"+moreSessions(s, t)
		}
		text += how
		if how != "" && t.Dropped > 0 {
			text += "; " + quantity.CountShare(t.Dropped, t.Due) + " were dropped"
		}
		if how != "" && t.BacklogGrowth > 0 {
			text += "; " + quantity.Count(t.BacklogGrowth) + " more operations were waiting at the end than at the start"
		}
		said = append(said, doc.Cell{Text: text, Tone: verdict})
	}
	return said
}

// pace is how a target fared with an open load.
type pace uint8

const (
	inTime  pace = iota
	failing      // answered in time, but not as it should
	late
	unsure
)

// paceOf compares what was done with what was due, a rate per second.
//
// What a target that keeps up has in hand when the last arrival has come is not
// held against it: by Little's law the rate times the mean service, at most one
// operation for each session. Where the window closes then, these are as good
// as done.
func paceOf(s *summary.Summary, t *summary.TotalSummary, perSecond float64) pace {
	sessions := float64(max(s.Load.Sessions, s.Load.MaxSessions))
	trials := float64(max(t.Trials, 1))
	due, dropped := perSecond*t.WindowSeconds, float64(t.Dropped)
	inHand := perSecond * mean(s, t.Variant, stats.Service)
	allBusy := s.Load.Count <= 0 || float64(t.Due) > sessions*trials // or there were fewer arrivals
	if sessions > 0 && allBusy {
		inHand = min(inHand, sessions)
	}
	inHand *= trials // each has a window of its own, which closed
	done := t.OperationsPerSecond * t.WindowSeconds
	failed := float64(t.Failed) * t.WindowSeconds / dueSeconds(t.DueSeconds, t.WindowSeconds)
	// A few that wait at one moment and not at the other are chance, and so
	// is a burst that was more than could wait. A backlog that is full at
	// both moments does not grow: then the others are dropped.
	few := max(10*trials, float64(t.Due)/100)
	chance := max(few, sessions*trials)
	switch {
	case dropped > few || float64(t.BacklogGrowth)+dropped > chance:
		return late
	case s.Load.Count > 0:
		return paceOfCount(s, t, perSecond, inHand, chance)
	case done+inHand+failed < enough*due:
		return late
	case done+inHand < enough*due:
		return failing
	}
	return inTime
}

// moreSessions says how to have more where a variant's sessions were hardly ever
// free, so that they may have been too few; else it returns nothing. By Little's
// law the operations per second times the mean service are how many were in
// hand.
func moreSessions(s *summary.Summary, t *summary.TotalSummary) string {
	n := max(s.Load.Sessions, s.Load.MaxSessions)
	if n <= 0 || !(t.OperationsPerSecond*mean(s, t.Variant, stats.Service) >= 0.9*float64(n)) {
		return ""
	}
	who := "all " + sessions(n) + " were"
	if n == 1 {
		who = "the one session was"
	}
	return " (" + who + " busy: raise --max-sessions)"
}

// paceOfCount judges a window that lasted until the last operation was done.
// What was then in hand drew it out, and so did any that took much longer than
// the others: the window is the longer for them, which shows neither a target
// that fell behind nor one that did not. How many had to wait for a session may
// still show it.
func paceOfCount(s *summary.Summary, t *summary.TotalSummary, perSecond, inHand, chance float64) pace {
	due, done := perSecond*t.WindowSeconds, t.OperationsPerSecond*t.WindowSeconds
	failed := float64(t.Failed) * t.WindowSeconds / dueSeconds(t.DueSeconds, t.WindowSeconds)
	drawnOut := inHand + perSecond*beyond(s, t.Variant)*float64(max(t.Trials, 1))
	if s.Load.Arrivals == "poisson" { // as many arrivals take longer or shorter by chance
		drawnOut += 3 * math.Sqrt(due)
	}
	waiting := perSecond * mean(s, t.Variant, stats.Lag) // Little's law again
	switch {
	case due == 0:
		return unsure
	case done >= enough*due:
		return inTime
	case done+failed >= enough*due:
		return failing
	case waiting > chance || done+failed+drawnOut < enough*due:
		return late
	}
	return unsure
}

// mean returns that of a phase of all of a variant's operations in seconds, 0
// if it is not known.
func mean(s *summary.Summary, variant string, p stats.Phase) float64 {
	var n, took float64
	for i := range s.Series {
		if c := &s.Series[i]; c.Variant == variant {
			if l := c.Latency[p]; l != nil && figures.Finite(l.Mean) {
				n += float64(l.Count)
				took += float64(l.Count) * l.Mean
			}
		}
	}
	if !(n > 0) {
		return 0
	}
	return took / n / 1e9
}

// beyond returns by how many seconds the longest of a variant's operations took
// longer than nine tenths of its kind.
func beyond(s *summary.Summary, variant string) (most float64) {
	for i := range s.Series {
		if c := &s.Series[i]; c.Variant == variant {
			if l := c.Latency[stats.Service]; l != nil && l.Count > 0 {
				most = max(most, (float64(l.Max)-float64(l.P90))/1e9)
			}
		}
	}
	return most
}
