package run

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// Verdict returns the headline in plain words: what decides first.
func Verdict(s *summary.Summary, thresholds []threshold.Outcome) (t doc.Tone, text string) {
	var attempts, ok, failed int64
	none := "" // an operation that failed altogether, among others that did not
	for i := range s.Series {
		attempts += s.Series[i].Attempts
		ok += s.Series[i].OK
		failed += s.Series[i].Failed
		if c := &s.Series[i]; c.OK == 0 && none == "" {
			none = "no " + c.Op.String() + " succeeded as " + about.Series(c.Variant, c.Mode, 60)
		}
	}
	if len(s.Failed) > 0 {
		return doc.Bad, terminal.Printable(s.Failed[0].Statement(), about.MostText)
	}
	t, text = about.ThresholdVerdict(thresholds)
	behind := slices.ContainsFunc(paces(s), func(p doc.Cell) bool { return p.Tone != doc.Good })
	switch {
	case text != "":
	case ok <= 0:
		return doc.Bad, "nothing was measured"
	case none != "":
		t, text = doc.Bad, none
	case s.Status != summary.Complete:
		t, text = doc.Doubt, "a partial result"
	case s.Generator.Limited:
		t, text = doc.Doubt, "the load generator was the limit"
	case behind:
		t, text = doc.Doubt, "the rate was not reached, or may not have been"
	case failed > 0:
		return doc.Doubt, quantity.CountShare(failed, attempts) + " of the operations failed"
	default:
		return doc.Good, "complete, no operation failed"
	}
	if failed > 0 {
		text += ", " + quantity.CountShare(failed, attempts) + " of the operations failed"
	}
	return t, text
}
