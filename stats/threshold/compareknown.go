package threshold

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/spelling"
)

// KnownComparison tells, before a comparison, whether the metric will exist in
// it: ops are the operations of its mix, variants the names of what will be
// compared, the base first, open an open load. An error is a [*PlanError].
func KnownComparison(t Threshold, ops []stats.Op, variants []string, open bool) error {
	wrong := ""
	switch {
	case t.subject.kind == 0:
		wrong = nothingAsked
	case !t.OfComparison():
		wrong = "it is a metric of a run: " + comparisonForm
	default:
		if wrong = t.unplanned(ops, open); wrong == "" {
			wrong = t.unpaired(variants)
		}
	}
	if wrong == "" {
		return nil
	}
	return &PlanError{Threshold: t, Message: wrong}
}

// unpaired tells why two variants are not compared where variants are, the base
// first; nothing if they are.
func (t Threshold) unpaired(variants []string) string {
	for _, name := range []string{t.variant, t.base} {
		if slices.Contains(variants, name) {
			continue
		}
		wrong := fmt.Sprintf("there is no variant %q", clip(name))
		if meant := t.misplaced(name, variants); meant != "" {
			wrong += " (did you mean " + clip(meant) + "?)"
		}
		return wrong + ": the variants are " + orNothing(variants)
	}
	if first := variants[0]; t.variant != first && t.base != first {
		return fmt.Sprintf("%s and %s are not compared with each other: the others are compared with %s, the first", clip(t.variant), clip(t.base), clip(first))
	}
	return ""
}

// misplaced returns what a name that is no variant's may have meant: another
// name, the metric with its operation where it belongs, or a name with a
// misspelt operation behind it.
func (t Threshold) misplaced(name string, variants []string) string {
	if like := spelling.Nearest(name, variants); like != "" {
		return like
	}
	if word, rest, ok := strings.Cut(t.variant, "."); ok && name == t.variant && slices.Contains(variants, rest) && rest != t.base && !t.hasOp && t.subject.kind == latency {
		if op, err := stats.ParseOp(word); err == nil && t.subject.has(op) {
			t.variant, t.op, t.hasOp = rest, op, true
			return t.Metric()
		}
	}
	if i := strings.LastIndex(name, "."); i > 0 && name == t.base && !t.hasOp && slices.Contains(variants, name[:i]) {
		var ops []string
		for op := range stats.NumOps {
			ops = append(ops, op.String())
		}
		if like := spelling.Nearest(name[i+1:], ops); like != "" {
			return name[:i] + "." + like
		}
	}
	return ""
}
