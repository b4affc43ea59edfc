package threshold

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/spelling"
)

// comparison reads the left side of a metric that begins with compare:
//
//	compare.NEW/BASE.METRIC
//
// Names of variants may hold dots and may be words of the grammar, as tls is in
// plain against tls: so the first name is all that stands before the slash, and
// the metric is read from the right.
func (p *parser) comparison(t *Threshold, words []word) bool {
	first := words[0]
	if len(words) == 1 {
		return p.fail(first.at+len(first.text), "nothing is compared: %s", comparisonForm)
	}
	i := slices.IndexFunc(words, func(w word) bool { return strings.Contains(w.text, "/") })
	if i < 0 {
		return p.fail(words[1].at, "a / between two variants is missing: %s", comparisonForm)
	}
	before, after, _ := strings.Cut(words[i].text, "/")
	slash := words[i].at + len(before)
	right := append([]word{{after, slash + 1}}, words[i+1:]...)
	for _, w := range right {
		if j := strings.Index(w.text, "/"); j >= 0 {
			return p.fail(w.at+j, "a second /: want two variants, whose names cannot have one")
		}
	}
	t.variant = p.text[words[1].at:slash]
	switch {
	case t.variant == "":
		return p.fail(slash, "a variant is missing before the /: %s", comparisonForm)
	case after == "":
		return p.fail(slash+1, "a variant is missing after the /: %s", comparisonForm)
	case strings.HasSuffix(t.variant, "."):
		return p.fail(slash, "a word is missing before or after a dot")
	}
	at, ok := p.compared(t, right)
	if !ok {
		return false
	}
	return p.base(t, right[:at], right[at])
}

const (
	comparisonForm = "want compare.NEW/BASE.METRIC, such as compare.passive/active.goodput"
	comparedForm   = "want goodput, operations, errors.rate or [OPERATION.] and one of service.p50, service.p99, data_ready.p50, response.p50 and response.p99"
)

// compared finds the metric at the end of what stands behind the slash. It
// returns the index of its phase or rate.
func (p *parser) compared(t *Threshold, right []word) (at int, ok bool) {
	last := len(right) - 1
	w := right[last]
	if last > 0 && !p.lower(w) {
		return 0, false
	}
	x, isStatistic := statisticOf(w.text)
	isStatistic = isStatistic || looksLikePercentile(w.text)
	s, isSubject := subjectOf(w.text)
	at = last
	switch {
	case last == 0 && (isStatistic || isSubject):
		return 0, p.fail(w.at, "a variant is missing before %s: %s", w.text, comparisonForm)
	case last == 0:
		return 0, p.fail(w.at+len(w.text), "a metric is missing: %s", comparedForm)
	case isStatistic:
		if at--; at > 0 && !p.lower(right[at]) {
			return 0, false
		}
		s, isSubject = subjectOf(right[at].text)
	case !isSubject:
		// What follows a phase or rate can only be its statistic.
		if before, ok := subjectOf(right[last-1].text); ok && len(before.compared()) > 0 && last > 1 {
			return 0, p.notCompared(before, w)
		}
	}
	subjectAt := right[at]
	all := s.compared()
	switch {
	case !isSubject && isStatistic && at == 0:
		return 0, p.fail(w.at, "%s needs a phase: %s", w.text, comparedForm)
	case !isSubject:
		advice := ""
		if like := spelling.Nearest(subjectAt.text, comparedSubjects()); like != "" {
			advice = ", did you mean " + like + "?"
		}
		return 0, p.fail(subjectAt.at, "unknown metric of a comparison %q%s: %s", clip(subjectAt.text), advice, comparedForm)
	case len(all) == 0:
		return 0, p.fail(subjectAt.at, "%s is not compared: %s", subjectAt.text, comparedForm)
	case isStatistic && !slices.Contains(all, x):
		return 0, p.notCompared(s, w)
	case !isStatistic && s.kind != goodput && s.kind != operations:
		return 0, p.fail(w.at+len(w.text), "%s needs a statistic: want %s.%s", s, s, listed(namesOf(all), "or"))
	case !isStatistic:
		x = rate
	}
	t.subject, t.statistic = s, x
	return at, true
}

// lower reports whether a phase, rate or statistic is written as it should be.
func (p *parser) lower(w word) bool {
	lower := strings.ToLower(w.text)
	_, isSubject := subjectOf(lower)
	_, isStatistic := statisticOf(lower)
	if lower != w.text && (isSubject || isStatistic) {
		return p.fail(w.at, "write %q as %s", w.text, lower)
	}
	return true
}

// notCompared tells that w is no statistic by which s is compared.
func (p *parser) notCompared(s subject, w word) bool {
	all := namesOf(s.compared())
	advice := ""
	if like := spelling.Nearest(w.text, all); like != "" && !looksLikePercentile(w.text) {
		advice = ", did you mean " + like + "?"
	}
	return p.fail(w.at, "%s is not compared by %q%s: want %s", s, clip(w.text), advice, listed(all, "or"))
}

// base reads what stands between the slash and the metric, which is at: the
// second name and perhaps an operation. A lone word is a name, whatever it is.
func (p *parser) base(t *Threshold, head []word, at word) bool {
	if n := len(head) - 1; n > 0 {
		w := head[n]
		lower := strings.ToLower(w.text)
		op, err := stats.ParseOp(lower)
		switch {
		case err != nil:
		case lower != w.text:
			return p.fail(w.at, "write %q as %s", w.text, lower)
		case t.subject.kind != latency:
			return p.fail(w.at, "%s is compared for all operations together: leave out %s", t.about(), w.text)
		case !t.subject.has(op):
			return p.fail(at.at, "%s has no %s: it has no data connection", op, at.text)
		default:
			t.op, t.hasOp, head = op, true, head[:n]
		}
	}
	if len(head) == 0 {
		return p.fail(at.at, "a variant is missing before %s: %s", at.text, comparisonForm)
	}
	end := head[len(head)-1]
	t.base = p.text[head[0].at : end.at+len(end.text)]
	if t.base == t.variant {
		return p.fail(head[0].at, "%q is compared with itself: want the names of two variants", clip(t.base))
	}
	return true
}

// compared returns the statistics by which variants are compared, none if they
// are not.
func (s subject) compared() []statistic {
	switch {
	case s.kind == goodput || s.kind == operations || s.kind == errorsOf:
		return []statistic{rate}
	case s.kind == latency && (s.phase == stats.Service || s.phase == stats.Response):
		return []statistic{p50, p99}
	case s.kind == latency && s.phase == stats.DataReady:
		return []statistic{p50}
	}
	return nil
}

// comparedSubjects returns the phases and rates that have a [subject.compared].
func comparedSubjects() []string {
	return []string{"goodput", "operations", "errors", "service", "data_ready", "response"}
}
