package liveview

import (
	"fmt"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// headline says what is being done.
func (v *View) headline() Line {
	p := &v.last
	if p.Part == rig.PartPrepare || p.Part == rig.PartCleanUp {
		return Line{{string(p.Part), strong}}
	}
	l := Line{{plainText(p.Variant), strong}, {": " + string(p.Part), plain}}
	add := func(t tone, format string, args ...any) {
		l = append(l, piece{", ", plain}, piece{fmt.Sprintf(format, args...), t})
	}
	if p.Part != rig.PartConnect && p.Part != rig.PartOver && !(p.Level != nil && p.Level.Vary == resultfile.VarySessions && p.Up == p.Wanted) { // said otherwise
		t := plain
		if p.Up < p.Wanted {
			t = doubt
		}
		add(t, "%s/%s sessions", quantity.Count(int64(p.Up)), quantity.Count(int64(p.Wanted)))
	}
	switch {
	case p.Level != nil:
		add(plain, "step %d%s: %s", p.Trial, purposes[p.Level.Purpose], level(p.Level.Vary, p.Level.Value))
		if v := p.Level.Held; v > 0 {
			add(plain, "%s held", strings.TrimSuffix(level(p.Level.Vary, v), sessions))
		}
		if v := p.Level.Failed; v > 0 {
			add(plain, "%s not held", strings.TrimSuffix(level(p.Level.Vary, v), sessions))
		}
	case p.Trials > 1 && len(v.variants) > 1:
		add(plain, "%s %d of %d", pairOrBlock(len(v.variants)), p.Trial, max(p.Trials, p.Trial))
	case p.Trials > 1:
		add(plain, "trial %d of %d", p.Trial, max(p.Trials, p.Trial))
	}
	if p.Stages > 0 {
		add(plain, "stage %d of %d", p.Stage, p.Stages)
	}
	if p.Waiting > 0 {
		add(doubt, "%s waiting", quantity.Count(int64(p.Waiting)))
	}
	if n := p.ThisTrial.Dropped; n > 0 {
		add(alarm, "%s dropped", quantity.Count(n))
	}
	if of := timed(&p.SoFar); of != "" {
		add(faint, "percentiles of %s", of)
	}
	return l
}

// timed says what the percentiles are of, where that is not simply the service
// time of the one operation.
func timed(t *loadgen.LiveTotals) string {
	var words []string
	if t.Mixed {
		words = append(words, t.Op.String())
	}
	if t.Latency != nil && (t.Phase != stats.Service || t.Mixed) {
		words = append(words, t.Phase.String())
	} else if t.Latency == nil {
		return ""
	}
	return strings.Join(words, " ")
}

func pairOrBlock(variants int) string {
	if variants == 2 {
		return "pair"
	}
	return "block"
}

// purposes are those of a search's steps, in words.
var purposes = map[string]string{
	resultfile.StepRamp: "", resultfile.StepSearch: " (narrowing down)", resultfile.StepConfirm: " (confirming)",
}

// level writes a level of a search for what is varied.
func level(vary string, v float64) string {
	switch vary {
	case resultfile.VaryRate:
		return quantity.Significant(v) + "/s"
	case resultfile.VaryBandwidth:
		return quantity.ByteRate.Show(v)
	}
	return quantity.Count(int64(v)) + sessions
}

// sessions is the unit of a level of sessions.
const sessions = " sessions"

// The bounds of a bar, in columns.
const (
	leastBar = 8
	mostBar  = 40
)

// bar says how far the part is, with a bar where its end is known. Words come
// first: what does not fit is left out from the end.
func (v *View) bar(g *glyphs, width int) Line {
	share, words := v.far()
	bar := 0
	if share >= 0 {
		bar = leastBar
	}
	for len(words) > 1 && len(strings.Join(words, ", "))+bar+1 > width {
		words = words[:len(words)-1]
	}
	text := strings.Join(words, ", ")
	if share < 0 || len(text)+1+leastBar > width {
		return Line{{text, plain}}
	}
	return append(g.bar(share, min(width-len(text)-1, mostBar)), piece{" " + text, plain})
}

// far returns how far the part is, 0 to 1 or negative where that is not known,
// and the words for it.
func (v *View) far() (share float64, words []string) {
	p := &v.last
	switch {
	case p.Part == rig.PartCleanUp:
		return gap, nil
	case p.Part == rig.PartPrepare:
		return counted(int64(p.Files), int64(p.OfFiles), p.Elapsed, "files")
	case p.Part == rig.PartOver:
		share = gap
	case p.Part == rig.PartConnect:
		share, words = counted(int64(p.Up), int64(p.Wanted), p.Elapsed, "sessions")
	case p.Length > 0 && (p.Level == nil || p.Part != rig.PartWindow):
		left := max(p.Length-p.Elapsed, 0)
		share = p.Elapsed.Seconds() / p.Length.Seconds()
		words = []string{seconds(p.Elapsed) + " of " + seconds(p.Length)}
		if p.Part != rig.PartDrain { // which ends when it is done, mostly soon
			words = append(words, seconds(left)+" left")
		} else {
			share = gap
			words = []string{seconds(p.Elapsed) + ", " + seconds(p.Length) + " at most"}
		}
	case p.OfOperations > 0:
		share, words = counted(p.Done, p.OfOperations, p.Elapsed, "operations")
	default:
		share, words = gap, []string{seconds(p.Elapsed)}
		if p.Length > 0 {
			words[0] += ", " + seconds(p.Length) + " at most"
		}
	}
	if p.Left > max(p.Length-p.Elapsed, 0)+time.Second { // there is more to come
		words = append(words, "about "+seconds(p.Left)+" to the end")
	}
	return min(share, 1), words
}

// counted says how many of what have been done, how fast, and how long the rest
// takes at that rate.
func counted(done, of int64, elapsed time.Duration, what string) (share float64, words []string) {
	words = []string{quantity.Count(done) + " of " + quantity.Count(of) + " " + what}
	if of <= 0 {
		return gap, words
	}
	if s := elapsed.Seconds(); s > 0 && done > 0 {
		rate := float64(done) / s
		words = append(words, quantity.Significant(rate)+"/s")
		if done < of {
			words = append(words, seconds(time.Duration(float64(of-done)/rate*float64(time.Second)))+" left")
		}
	}
	return float64(done) / float64(of), words
}

// seconds writes a time as people tell it.
func seconds(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
}
