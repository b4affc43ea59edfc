package threshold

import (
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Threshold is a bound on a metric of a run or of a comparison. Make one with [Parse]. It is
// immutable; two of the same meaning and spelling of the value are equal. The
// zero Threshold passes nothing.
type Threshold struct {
	op        stats.Op
	hasOp     bool
	variant   string // empty: every one
	base      string // what variant is compared with; empty: it is not
	session   bool   // of the run's log-ins, not of an operation
	subject   subject
	statistic statistic
	operator  operator
	bound     value
}

// String returns the normal form, which [Parse] accepts.
func (t Threshold) String() string {
	if t.subject.kind == 0 {
		return "no threshold"
	}
	return t.Metric() + " " + string(t.operator) + " " + t.bound.String()
}

// OfComparison reports whether the metric compares two variants: then it is
// judged by [Threshold.CheckComparison].
func (t Threshold) OfComparison() bool { return t.base != "" }

// Metric returns the left side of the normal form.
func (t Threshold) Metric() string {
	if t.OfComparison() {
		return forComparisons + "." + t.variant + "/" + t.base + "." + t.finding()
	}
	var words []string
	if t.session && t.subject.kind != sessions {
		words = append(words, sessions.String())
	}
	if t.hasOp {
		words = append(words, t.op.String())
	}
	if t.variant != "" {
		words = append(words, t.variant)
	}
	return strings.Join(append(words, t.what()...), ".")
}

// finding returns the metric's name in a comparison.
func (t Threshold) finding() string {
	var words []string
	if t.hasOp {
		words = append(words, t.op.String())
	}
	return strings.Join(append(words, t.what()...), ".")
}

// what returns the subject and, where it is not the only one that may be meant, the
// statistic.
func (t Threshold) what() []string {
	if all, optional := t.statistics(); optional && len(all) == 1 {
		return []string{t.subject.String()}
	}
	return []string{t.subject.String(), t.statistic.String()}
}

// about names the subject and the statistic.
func (t Threshold) about() string {
	if t.OfComparison() {
		return clip(t.Metric())
	}
	all, optional := t.statistics()
	if optional && t.statistic == all[0] {
		return t.subject.String()
	}
	return t.subject.String() + "." + t.statistic.String()
}

// dimension returns what the bound is.
func (t Threshold) dimension() dimension {
	switch {
	case !t.OfComparison():
		return t.subject.dimension(t.statistic)
	case t.subject.kind == errorsOf:
		return difference
	}
	return ratio
}

// MarshalText returns the normal form.
func (t Threshold) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText accepts what [Parse] accepts.
func (t *Threshold) UnmarshalText(b []byte) (err error) {
	*t, err = Parse(string(b))
	return err
}

// String returns the rate's name.
func (k kind) String() string { return kindNames[k] }

// operator is how the bound is compared with.
type operator string

const (
	below   operator = "<"
	atMost  operator = "<="
	above   operator = ">"
	atLeast operator = ">="
	equal   operator = "=="
)

func operators() []operator { return []operator{below, atMost, above, atLeast, equal} }

// holds reports whether v keeps the bound.
func (o operator) holds(v, bound float64) bool {
	switch o {
	case below:
		return v < bound
	case atMost:
		return v <= bound
	case above:
		return v > bound
	case atLeast:
		return v >= bound
	case equal:
		return v == bound
	}
	return false
}

// upper and lower report whether the bound is one from above or from below.
func (o operator) upper() bool { return o == below || o == atMost }
func (o operator) lower() bool { return o == above || o == atLeast }

// Of reports whether the metric is of an operation: of that one, or of each.
func (t Threshold) Of(op stats.Op) bool { return !t.session && (!t.hasOp || t.op == op) }

// Samples is how many operations the metric needs before it is judged: those of
// its percentile, else 1.
func (t Threshold) Samples() int64 {
	hundredths, ok := t.statistic.percentile()
	if !ok {
		return 1
	}
	return hdr.SamplesFor(float64(hundredths) / 100)
}

// OfWorst returns the same bound on the longest operation in place of a
// percentile: if that meets it, so does every percentile. ok is false where the
// threshold is no upper bound on a percentile of a time.
func (t Threshold) OfWorst() (worst Threshold, ok bool) {
	if _, percentile := t.statistic.percentile(); !percentile || t.subject.kind != latency || !t.operator.upper() || t.OfComparison() {
		return t, false
	}
	t.statistic = most
	return t, true
}

// TimeBound returns the longest time that the threshold allows; ok is false where it is no
// upper bound on a time of a run.
func (t Threshold) TimeBound() (longest time.Duration, ok bool) {
	if t.subject.kind != latency || t.statistic == count || !t.operator.upper() || t.OfComparison() {
		return 0, false
	}
	return time.Duration(t.bound.base), true
}

// MayTakeLonger returns the part of the operations that may take longer than
// [Threshold.TimeBound]: 0.01 for a p99. ok is false where the threshold is no upper bound on
// a percentile of a time, or allows none to.
func (t Threshold) MayTakeLonger() (part float64, ok bool) {
	if _, ok := t.OfWorst(); !ok || t.statistic == most {
		return 0, false
	}
	hundredths, _ := t.statistic.percentile()
	return 1 - float64(hundredths)/1e4, true
}

// TookLonger returns how many of a series' operations took longer than
// [Threshold.TimeBound], and of how many that is; of 0 where the threshold is of others.
func (t Threshold) TookLonger(s *resultfile.Series) (longer, of int64) {
	h := s.Latency[t.subject.phase]
	longest, ok := t.TimeBound()
	if !ok || !t.Of(s.Op) || h == nil {
		return 0, 0
	}
	h.Each(func(_, high, n int64) {
		if !t.operator.holds(float64(min(high, h.Max())), float64(longest)) {
			longer += n
		}
	})
	return longer + h.Over(), h.Count()
}

// MissedBy reports whether an operation that the threshold is for exceeds its bound on a
// percentile of service by more than lateness, even at its median: whatever part of that was
// the generator's own does not excuse it. Of response that cannot be said: operations that
// are late make others wait for a session.
func (t Threshold) MissedBy(s *summary.Summary, lateness time.Duration) bool {
	longest, ok := t.TimeBound()
	hundredths, percentile := t.statistic.percentile()
	if !ok || !percentile || hundredths < 5000 || t.subject.phase != stats.Service {
		return false
	}
	for i := range s.Series {
		x := &s.Series[i]
		l := x.Latency[t.subject.phase]
		if l != nil && l.Count >= hdr.SamplesFor(50) && (!t.hasOp || x.Op == t.op) && (t.variant == "" || x.Variant == t.variant || isMode(t.variant, x.Mode)) &&
			time.Duration(l.P50)-lateness > longest {
			return true
		}
	}
	return false
}
