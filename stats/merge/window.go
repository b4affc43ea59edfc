package merge

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// leastCommon is the shortest common window that rates are made of.
const leastCommon = time.Second

// trial is one that every source has, with their common window.
type trial struct {
	key     trialKey
	sources []*trialSource
	window  span // common
	// opens and closes are how far apart the first and the last of the
	// sources' windows opened and closed.
	opens, closes time.Duration
	complete      bool
}

// own returns the window of a trial, up to its end if that did not close.
func (t *trialSource) own() span {
	w := t.sum.Window
	if w.Close == 0 {
		w.Close = max(t.sum.End, w.Open)
	}
	return span{w.Open, w.Close}
}

// overlay makes the trial of the sources' trials of one key. left says why there
// is none although nobody is to blame: it was cut off too early.
func overlay(key trialKey, sources []*source) (t *trial, left string, err error) {
	t = &trial{key: key, complete: true}
	first, last := span{math.MaxInt64, math.MaxInt64}, span{}
	shortest := int64(math.MaxInt64)
	var opened, closed *source // the last to open, the first to close
	for _, s := range sources {
		x := s.trials[key]
		t.sources = append(t.sources, x)
		t.complete = t.complete && x.sum.Complete
		if x.sum.Window.Open == 0 {
			return nil, fmt.Sprintf("its window never opened in %s", s.label), nil
		}
		w := x.own()
		if opened == nil || w.lo > last.lo {
			opened = s
		}
		if closed == nil || w.hi < first.hi {
			closed = s
		}
		first.lo, last.lo = min(first.lo, w.lo), max(last.lo, w.lo)
		first.hi, last.hi = min(first.hi, w.hi), max(last.hi, w.hi)
		shortest = min(shortest, w.length())
	}
	t.window = span{last.lo, first.hi}
	t.opens, t.closes = time.Duration(last.lo-first.lo), time.Duration(last.hi-first.hi)
	common := time.Duration(t.window.length())
	why := ""
	switch {
	case common <= 0:
		why = fmt.Sprintf("the windows do not overlap: that of %s opened %s after that of %s had closed",
			opened.label, seconds(-common), closed.label)
	case common < leastCommon:
		why = fmt.Sprintf("the windows have %s in common, which is less than %s: that of %s opened %s after the first",
			seconds(common), seconds(leastCommon), opened.label, seconds(t.opens))
	case int64(common) < shortest-int64(common):
		why = fmt.Sprintf("the windows have %s in common, which is less than half of the shortest, %s: that of %s opened %s after the first",
			seconds(common), seconds(time.Duration(shortest)), opened.label, seconds(t.opens))
	}
	switch {
	case why == "":
		return t, "", nil
	case !t.complete:
		return nil, why, nil
	}
	for _, s := range sources[1:] {
		if s.result.Header.Seed != sources[0].result.Header.Seed && len(s.result.Variants) > 1 {
			why += " (their seeds differ, so the order of trials may differ too)"
			break
		}
	}
	return nil, "", refuse("%s: %s: start the generators at the same time, with synchronized clocks", key, why)
}

// later returns the moment d later; zero, which did not happen, stays zero. Only
// a forged file has one that does not fit.
func later(m, d stats.Moment) stats.Moment {
	if m == 0 {
		return 0
	}
	return stats.Moment(added(int64(m), int64(d)))
}

func windowLater(w stats.Window, d stats.Moment) stats.Window {
	return stats.Window{Open: later(w.Open, d), Close: later(w.Close, d)}
}

// seconds is a time for a reader, to the millisecond where that is short.
func seconds(d time.Duration) string {
	digits := 1
	if d < 10*time.Second {
		digits = 3
	}
	return strconv.FormatFloat(d.Seconds(), 'f', digits, 64) + " s"
}
