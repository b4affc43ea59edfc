package run

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// asked returns, for a load that a number of operations ended, the rate that
// stands for one operation due, by variant; else nil. Such a window lasts until
// the last operation is done: what was due over its length would be what was
// done, however far behind the target fell. So each operation due has its part
// of the rate that was asked for, NaN if that is not known.
func asked(s *summary.Summary) map[string]float64 {
	var rates map[string]float64
	for i := range s.Totals {
		t := &s.Totals[i]
		l := s.LoadOf(t)
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
// rate; each text is printable.
func paces(s *summary.Summary) (said []doc.Cell) {
	for i := range s.Totals {
		t := &s.Totals[i]
		pace, due, open := s.PaceOf(t)
		if !open {
			continue
		}
		text := quantity.Significant(t.OperationsPerSecond) + "/s succeeded of " + quantity.Significant(due) + "/s due"
		if due == 0 {
			text = quantity.Significant(t.OperationsPerSecond) + "/s succeeded"
		}
		if len(s.Totals) > 1 {
			text = terminal.Printable(t.Variant, 60) + ": " + text
		}
		verdict, how := doc.Good, ""
		switch {
		case pace == summary.PaceKept && s.Status != summary.Complete:
			// What was waiting when it was cut off is not among those due.
			verdict = doc.Doubt
			text += ": unknown whether it kept up, because the run was interrupted"
		case pace == summary.PaceKept:
			text += ": kept up"
		case pace == summary.PaceUnknown && due == 0:
			verdict = doc.Doubt
			text += ": unknown whether it kept up, because the rate was not recorded"
		case pace == summary.PaceUnknown:
			verdict = doc.Doubt
			text += ": unknown whether it kept up, because its last operations or chance may have made the window longer"
		case s.Generator.Limited:
			verdict, how = doc.Doubt, ": the rate was NOT REACHED; the load generator was or may have been the limit"
		case pace == summary.PaceFailed:
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

// moreSessions says how to have more of them where they may have been too few, else nothing.
func moreSessions(s *summary.Summary, t *summary.TotalSummary) string {
	n, busy := s.Busy(t)
	switch {
	case !busy:
		return ""
	case n == 1:
		return " (the one session was busy: raise --max-sessions)"
	}
	return " (all " + quantity.Counted(n, "session") + " were busy: raise --max-sessions)"
}
