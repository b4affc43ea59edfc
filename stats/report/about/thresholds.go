package about

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// checks returns how the thresholds did.
func checks(found []threshold.Outcome) (out []doc.Check) {
	for i, line := range threshold.Render(found) {
		o := found[i]
		out = append(out, doc.Check{
			Tone: outcomeTone(o.Verdict), Verdict: strings.TrimSpace(o.Verdict.String()), Threshold: o.Threshold.String(),
			Of: OutcomeOf(o), Found: OutcomeFound(o), Text: line,
		})
	}
	return out
}

// AddThresholds adds how the thresholds did, if there are any.
func AddThresholds(d *doc.Doc, found []threshold.Outcome) {
	if len(found) > 0 {
		d.Begin(doc.Section{ID: "thresholds", Title: "Thresholds", Last: true})
		d.Add(doc.Block{Checks: checks(found)})
	}
}

func outcomeTone(v threshold.Verdict) doc.Tone {
	switch v {
	case threshold.Pass:
		return doc.Good
	case threshold.Miss:
		return doc.Bad
	}
	return doc.Doubt
}

// ThresholdVerdict says what the thresholds came to, nothing where there are
// none. One that applies to several things is checked for each.
func ThresholdVerdict(found []threshold.Outcome) (t doc.Tone, text string) {
	missed, open := 0, 0
	for _, o := range found {
		switch o.Verdict {
		case threshold.Miss:
			missed++
		case threshold.Pass:
		default:
			open++
		}
	}
	of := " of " + strconv.Itoa(len(found)) + " threshold checks "
	switch {
	case len(found) == 0:
		return "", ""
	case missed > 0:
		text = strconv.Itoa(missed) + of + "missed"
		if open > 0 {
			text += ", " + strconv.Itoa(open) + " without a verdict"
		}
		return doc.Bad, text
	case open > 0:
		return doc.Doubt, strconv.Itoa(open) + of + "without a verdict"
	}
	return doc.Good, "every threshold was met"
}

// OutcomeOf says what an outcome is of, as far as the threshold itself does not.
func OutcomeOf(o threshold.Outcome) string {
	named := strings.Split(o.Threshold.Metric(), ".")
	var of []string
	for _, word := range []string{o.Variant, o.Op, o.Mode} {
		if word != "" && !slices.Contains(named, word) {
			of = append(of, word)
		}
	}
	return strings.Join(of, " ")
}

// OutcomeFound says what was found, and what else there is to say.
func OutcomeFound(o threshold.Outcome) string {
	switch {
	case o.Why == "":
		return o.Shown
	case o.Shown == "":
		return o.Why
	}
	return o.Shown + ", but " + o.Why
}
