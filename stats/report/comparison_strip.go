package report

import (
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
)

// The signs of a strip.
const (
	onePair     = '·'
	severalHere = ':'
	noChange    = '┼'
)

// strip is a scale of changes on one line: logarithms of ratios, or
// differences.
type strip struct {
	low, high float64
	width     int
	form      changeForm
}

// writeStrips draws for each primary metric where the single pairs lie, below
// them the interval, and the scale with the practical threshold: outliers and
// two clusters, which a median hides, are seen at a glance.
func writeStrips(d *document, c *compare.Comparison, a *compare.Against) {
	var drawn []*compare.Finding
	left := 0
	for i := range a.Findings {
		if f := &a.Findings[i]; f.Primary && len(pairChanges(f)) > 0 {
			drawn = append(drawn, f)
			left = max(left, indent+textWidth(metricName(f.Metric)))
		}
	}
	if len(drawn) == 0 {
		return
	}
	d.blank()
	d.line(d.toned(strong, "each pair"))
	for _, f := range drawn {
		writeStrip(d, f, c.Plan.ThresholdEffect, left)
	}
	d.note("each pair", "· is one pair, : are several at one place; below, the interval with the median, ┃; "+
		"┼ is no change, ( and ) the practical threshold")
}

// pairChanges returns the single pairs' places on a strip.
func pairChanges(f *compare.Finding) (out []float64) {
	for _, v := range paired(f) {
		if x := pairChange(f, v[0], v[1]); finite(x) {
			out = append(out, x)
		}
	}
	return out
}

// pairChange returns one pair's place on a strip, NaN where it has none.
func pairChange(f *compare.Finding, base, other float64) float64 {
	if f.Difference {
		return other - base
	}
	return math.Log(other / base)
}

// stripEnds returns what lies to the left and to the right of a strip.
func stripEnds(f *compare.Finding) (lower, upper string) {
	switch {
	case f.Difference:
		return "fewer", "more"
	case f.Higher:
		return "slower", "faster"
	}
	return "faster", "slower"
}

// place returns where a ratio or a difference lies on a strip.
func place(f *compare.Finding, v *float64) float64 {
	if f.Difference {
		return numberOr(v)
	}
	return math.Log(numberOr(v))
}

// ends is the room that the scale's ends commonly take: "faster -10.4% ".
const ends = 18

func writeStrip(d *document, f *compare.Finding, effect float64, left int) {
	changes := pairChanges(f)
	s := strip{form: formOf(f)}
	if s.form == factors {
		s.form = percents // both ends and what lies between read alike
	}
	at := append([]float64{0, place(f, f.Low), place(f, f.High), place(f, f.Ratio)}, changes...)
	var threshold [2]float64
	if !f.Difference && effect > 0 && effect < 1 {
		threshold = [2]float64{math.Log1p(-effect), math.Log1p(effect)}
		at = append(at, threshold[0], threshold[1])
	}
	s.cover(at)
	lower, upper := stripEnds(f)
	before, after := lower+" "+s.label(s.low), s.label(s.high)+" "+upper
	margin := max(left, textWidth(before), ends)
	s.width = min(d.width-margin-max(textWidth(after), ends)-2, 61)

	pairs := s.blank(' ')
	for _, x := range changes {
		if i := s.at(x); pairs[i] == ' ' {
			pairs[i] = onePair
		} else {
			pairs[i] = severalHere
		}
	}
	name := metricName(f.Metric)
	d.line(spaces(indent) + d.toned(strong, name) + spaces(margin-indent-textWidth(name)+1) + trimmed(pairs))
	if i := s.interval(f); i != nil {
		d.line(spaces(margin+1) + trimmed(i))
	}

	scale := s.blank('─')
	scale[0], scale[s.width-1] = '├', '┤'
	if threshold[1] > 0 {
		scale[s.at(threshold[0])], scale[s.at(threshold[1])] = '(', ')'
	}
	scale[s.at(0)] = noChange
	d.line(spaces(margin-textWidth(before)) + d.toned(faint, before+" "+string(scale)+" "+after))
}

func trimmed(line []rune) string { return strings.TrimRight(string(line), " ") }

// cover makes the strip as wide as all places need.
func (s *strip) cover(at []float64) {
	for _, x := range at {
		if finite(x) {
			s.low, s.high = min(s.low, x), max(s.high, x)
		}
	}
	if !(s.high-s.low > 1e-9) { // all the same
		s.low, s.high = s.low-0.01, s.high+0.01
	}
}

// at returns the column of a place.
func (s *strip) at(x float64) int {
	i := math.Round((x - s.low) / (s.high - s.low) * float64(s.width-1))
	if !finite(i) {
		return 0
	}
	return min(max(int(i), 0), s.width-1)
}

func (s *strip) blank(r rune) []rune {
	line := make([]rune, s.width)
	for i := range line {
		line[i] = r
	}
	return line
}

// interval draws the interval and its median, nil where there is none.
func (s *strip) interval(f *compare.Finding) []rune {
	low, high, middle := place(f, f.Low), place(f, f.High), place(f, f.Ratio)
	if !finite(low) || !finite(high) || low > high {
		return nil
	}
	line := s.blank(' ')
	for i := s.at(low); i <= s.at(high); i++ {
		line[i] = '─'
	}
	line[s.at(low)], line[s.at(high)] = '[', ']'
	if finite(middle) {
		line[s.at(middle)] = '┃'
	}
	return line
}

// label writes the value of an end of the scale.
func (s *strip) label(x float64) string {
	if s.form == points || s.form == amounts {
		return s.form.show(x)
	}
	if math.Abs(x) > math.Log(1000) {
		return factorOf(math.Exp(x)) // a percentage would be all zeros or nines
	}
	return percentChange(math.Expm1(x))
}
