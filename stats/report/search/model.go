package search

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// writeModel says how throughput answers to sessions, by the model that
// describes it better first.
func writeModel(d *doc.Doc, r *capacity.Result) {
	m := r.USL
	if m == nil {
		if r.ModelWhy != "" && len(r.Steps) > 0 && r.Vary == resultfile.VarySessions {
			d.Lines(doc.Line{Head: "model", Tone: doc.Faint, Text: "none: " + terminal.Printable(r.ModelWhy, about.MostText), Column: 7, Apart: true})
		}
		return
	}
	d.Heading("model of throughput against sessions")
	d.Lines(modelWords(r)...)
	writeResiduals(d, r)
	d.Term("model", "the Universal Scalability Law (USL, N. J. Gunther, Guerrilla Capacity Planning, Springer 2007): X(N) = γN ÷ (1 + α(N−1) + βN(N−1)), "+
		"and a line with a knee, both fitted to the ramp and search steps by least squares of log throughput; intervals are "+
		confidenceOf(m)+" by profile likelihood. They describe only the levels measured")
}

// modelWords say which model describes the steps better, and what both say.
func modelWords(r *capacity.Result) (lines []doc.Line) {
	law, knee := lawWords(r.USL), kneeWords(r.USL)
	switch r.USL.Unfit {
	case usl.BetterUSL:
		return []doc.Line{{Text: knee, Indent: doc.Indent}, {Text: "USL: does not fit the levels" + explained(r.USL.R2, r.USL.Deviation), Indent: doc.Indent}}
	case usl.BetterKnee:
		return []doc.Line{{Text: law, Indent: doc.Indent}, {Text: "a line with a knee does not fit the levels" + explained(r.USL.Knee.R2, r.USL.Knee.Deviation), Indent: doc.Indent}}
	}
	if r.Better == usl.BetterKnee {
		law, knee = knee, law
	}
	for _, text := range []string{betterWords(r), law, knee} {
		lines = append(lines, doc.Line{Text: text, Indent: doc.Indent})
	}
	return lines
}

func confidenceOf(m *capacity.Model) string { return figures.Percentage(m.Confidence) }

// betterWords names the model that describes the steps better.
func betterWords(r *capacity.Result) string {
	better, other := "the Universal Scalability Law (USL)", "a line with a knee"
	if r.Better == usl.BetterKnee {
		better, other = other, better
	}
	if r.USL.Close {
		return "both models fit the " + quantity.Count(int64(r.USL.Levels)) + " levels about equally well, " + better + " slightly better (AICc lower by " +
			quantity.Significant(r.USL.Difference) + ")"
	}
	return better + " fits the " + quantity.Count(int64(r.USL.Levels)) + " levels better than " + other + " (AICc lower by " + quantity.Significant(r.USL.Difference) + ")"
}

// lawWords says what the law's parameters are and where its peak is.
func lawWords(m *capacity.Model) string {
	text := "USL: γ " + estimated(m.Gamma, "/s") + " for one session, contention α " + estimated(m.Alpha, "") +
		", coherency β " + estimated(m.Beta, "")
	peak, height := figures.NumberOr(m.PeakN.Value), figures.NumberOr(m.PeakX.Value)
	switch {
	case figures.Finite(peak) && figures.Finite(height):
		text += "; throughput peaks at " + estimated(m.PeakX, "/s") + " with " + estimated(m.PeakN, "") + " sessions"
	case figures.Finite(height):
		text += "; throughput does not fall, but approaches " + estimated(m.PeakX, "/s")
	default:
		text += "; throughput grows without limit"
	}
	if m.PeakExtrapolated {
		text += ": EXTRAPOLATED beyond the levels measured (" + measuredRange(m) + ")"
	}
	return text + explained(m.R2, m.Deviation)
}

// kneeWords says where the line bends.
func kneeWords(m *capacity.Model) string {
	k := &m.Knee
	text := "knee: "
	per, at, flat := figures.NumberOr(k.Slope.Value), figures.NumberOr(k.Load.Value), figures.NumberOr(k.Throughput.Value)
	switch {
	case figures.Finite(at) && figures.Finite(per) && figures.Finite(flat):
		text += "throughput grows by " + estimated(k.Slope, "/s") + " per session up to " + estimated(k.Load, "") +
			" sessions, then stays at " + estimated(k.Throughput, "/s")
	case figures.Finite(per):
		text += "throughput grows by " + estimated(k.Slope, "/s") + " per session at all levels measured: the knee is above " + largestOf(m)
	case figures.Finite(flat):
		text += "throughput is " + estimated(k.Throughput, "/s") + " at all levels measured: the knee is below " + leastOf(m)
	default:
		text += figures.Unknown
	}
	return text + explained(k.R2, k.Deviation)
}

// explained says how well a model fits.
func explained(r2 *float64, deviation float64) string {
	text := "; typical residual " + figures.Percentage(deviation)
	if v := figures.NumberOr(r2); figures.Finite(v) {
		text += " (R² " + fourDigits(v) + ")"
	}
	return text
}

// fourDigits writes R², which is often close to 1 and not it.
func fourDigits(v float64) string {
	if v < 1 && v > 0.9999 {
		return ">0.9999"
	}
	return figures.Plain(v, 4)
}

// estimated writes an estimate with its interval; a side that is not bounded is
// said to be open.
func estimated(e usl.Estimate, unit string) string {
	value := smallNumber(figures.NumberOr(e.Value))
	low, high := figures.NumberOr(e.Low), figures.NumberOr(e.High)
	text := value + unit
	if value == figures.Unknown {
		text = value
	}
	switch {
	case figures.Finite(low) && figures.Finite(high):
		text += " (" + smallNumber(low) + " to " + smallNumber(high) + ")"
	case figures.Finite(low):
		text += " (" + smallNumber(low) + " or more)"
	case figures.Finite(high):
		text += " (" + smallNumber(high) + " or less)"
	}
	return terminal.Unbroken(text)
}

// smallNumber is significant for numbers that may be far below 0.001.
func smallNumber(v float64) string {
	switch a := math.Abs(v); {
	case !figures.Finite(v):
		return figures.Unknown
	case a > 0 && a < quantity.LeastShown:
		return strconv.FormatFloat(v, 'g', quantity.Digits, 64)
	}
	return quantity.Significant(v)
}

func measuredRange(m *capacity.Model) string { return leastOf(m) + " to " + largestOf(m) }

func leastOf(m *capacity.Model) string { return levelOf(resultfile.VarySessions, m.LeastN) }

func largestOf(m *capacity.Model) string { return levelOf(resultfile.VarySessions, m.LargestN) }

// writeResiduals writes how far each step lies off the models.
func writeResiduals(d *doc.Doc, r *capacity.Result) {
	m := r.USL
	t := doc.Table{Title: "residuals", Groups: []doc.Group{
		{Subs: []string{"ops/s"}}, {Head: "vs USL", Subs: []string{""}}, {Head: "vs knee", Subs: []string{""}},
	}}
	order := make([]int, len(m.Points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.Points[a].Sessions, m.Points[b].Sessions) })
	for _, i := range order[:min(len(order), mostSteps)] {
		p := m.Points[i]
		t.Rows = append(t.Rows, doc.Row{Label: levelOf(resultfile.VarySessions, p.Sessions), Cells: []doc.Cell{
			{Text: quantity.Significant(p.OperationsPerSecond)}, {Text: residual(m.Residuals, i)}, {Text: residual(m.Knee.Residuals, i)},
		}})
	}
	if len(t.Rows) == 0 {
		return
	}
	t.Numbered = true
	d.Table(&t)
	d.Term("residuals", "measured throughput relative to the model's: the same sign at several levels in a row means that the server's curve has a different shape from the model's")
}

func residual(all []float64, i int) string {
	if i >= len(all) || !figures.Finite(all[i]) {
		return figures.Unknown
	}
	return figures.Change(all[i])
}
