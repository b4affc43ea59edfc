package threshold

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/spelling"
)

const (
	comparisonForm = "want compare.NEW/BASE.METRIC, such as compare.passive/active.goodput"
	comparedForm   = "want goodput, operations, errors.rate or [OPERATION.] and one of service.p50, p95 and p99, data_ready.p50, response.p50, p95 and p99"
)

// metric reads the left side, which begins at a byte offset. The two variants of a
// comparison apart, it is read from the right: a statistic, the phase or rate that it is
// of, and what selects the operations.
func (p *parser) metric(t *Threshold, text string, offset int) bool {
	words, ok := p.words(text, offset)
	if ok && words[0].text == forComparisons {
		words, ok = p.pair(t, words)
	}
	if !ok {
		return false
	}
	i, ok := p.subject(t, words)
	if !ok {
		return false
	}
	head, at := words[:i], words[i]
	if t.OfComparison() {
		return p.base(t, head, at)
	}
	if len(head) > 0 && head[0].text == sessions.String() {
		t.session, head = true, head[1:]
	}
	if t.session = t.session || t.subject.kind == sessions; t.session {
		return p.session(t, head, at)
	}
	return p.selection(t, head, at)
}

// pair reads the first of two variants, and returns what stands behind the slash: the
// second one, an operation perhaps, and the metric. Names of variants may hold dots and
// may be words of the grammar, as tls is in plain against tls.
func (p *parser) pair(t *Threshold, words []word) ([]word, bool) {
	first := words[0]
	if len(words) == 1 {
		return nil, p.fail(first.at+len(first.text), "nothing is compared: %s", comparisonForm)
	}
	i := slices.IndexFunc(words, func(w word) bool { return strings.Contains(w.text, "/") })
	if i < 0 {
		return nil, p.fail(words[1].at, "a / between two variants is missing: %s", comparisonForm)
	}
	before, after, _ := strings.Cut(words[i].text, "/")
	slash := words[i].at + len(before)
	behind := append([]word{{after, slash + 1}}, words[i+1:]...)
	for _, w := range behind {
		if j := strings.Index(w.text, "/"); j >= 0 {
			return nil, p.fail(w.at+j, "a second /: want two variants, whose names cannot have one")
		}
	}
	t.variant, t.base = p.text[words[1].at:slash], after
	switch {
	case t.variant == "":
		return nil, p.fail(slash, "a variant is missing before the /: %s", comparisonForm)
	case after == "":
		return nil, p.fail(slash+1, "a variant is missing after the /: %s", comparisonForm)
	case strings.HasSuffix(t.variant, "."):
		return nil, p.fail(slash, "a word is missing before or after a dot")
	}
	return behind, true
}

// subject finds the phase or rate and its statistic at the end of the metric.
// It returns the index of the former.
func (p *parser) subject(t *Threshold, words []word) (i int, ok bool) {
	first, last := 0, len(words)-1
	if t.OfComparison() {
		first = 1 // the second variant has a name, whatever it is
	}
	w := words[last]
	x, isStatistic := statisticOf(strings.ToLower(w.text))
	isStatistic = isStatistic || looksLikePercentile(strings.ToLower(w.text))
	i = last
	if isStatistic {
		i--
	} else if i > first {
		// What follows a phase or rate can only be its statistic.
		_, own := subjectOf(strings.ToLower(w.text))
		if s, before := subjectOf(words[i-1].text); before && !own && s.kind != sessions {
			i--
		}
	}
	var at word
	if i >= 0 {
		at = words[i]
		t.subject, ok = subjectOf(strings.ToLower(at.text))
	}
	switch {
	case !ok && i < first && isStatistic:
		return 0, p.fail(w.at, "%s needs a phase: want one such as service.%[1]s", w.text)
	case !ok && i < first:
		return 0, p.fail(at.at+len(at.text), "a metric is missing: %s", comparedForm)
	case !ok:
		return 0, p.noSubject(t, words[:i], at, i < last)
	case i < first:
		return 0, p.fail(at.at, "a variant is missing before %s: %s", at.text, comparisonForm)
	case !p.lower(at) || isStatistic && !p.lower(w):
		return 0, false
	}
	all, optional := t.statistics()
	switch {
	case len(all) == 0:
		return 0, p.fail(at.at, "%s is not compared: %s", at.text, comparedForm)
	case i == last && optional:
		t.statistic = all[0]
	case i == last:
		return 0, p.fail(at.at+len(at.text), "%s needs a statistic: want %[1]s.%s", at.text, listed(namesOf(all), "or"))
	case !slices.Contains(all, x):
		return 0, p.noStatistic(t, w, all)
	default:
		t.statistic = x
	}
	return i, true
}

// noStatistic tells that w is none of those that the subject has.
func (p *parser) noStatistic(t *Threshold, w word, all []statistic) bool {
	if t.subject.kind == sessions {
		return p.fail(w.at, "sessions have no %q: want sessions.count, sessions.errors or a phase such as sessions.login.p99", clip(w.text))
	}
	has, advice := "has no", ""
	if t.OfComparison() {
		has = "is not compared by"
	}
	if _, isStatistic := statisticOf(w.text); !isStatistic && !looksLikePercentile(w.text) {
		advice = meant(w.text, namesOf(all))
	}
	return p.fail(w.at, "%s %s %q%s: want %s", t.subject, has, clip(w.text), advice, listed(namesOf(all), "or"))
}

// noSubject tells what stands where a phase or rate should. followed: a statistic does.
func (p *parser) noSubject(t *Threshold, head []word, w word, followed bool) bool {
	if t.OfComparison() {
		return p.fail(w.at, "unknown metric of a comparison %q%s: %s", clip(w.text), meant(w.text, comparedSubjects()), comparedForm)
	}
	if _, err := stats.ParseOp(w.text); err == nil && len(head) == 0 {
		return p.fail(w.at+len(w.text), "a phase or rate of %s is missing, such as %s.service.p99", w.text, w.text)
	}
	if !followed {
		all := append(subjectWords(), namesOf([]statistic{p50, p90, p95, p99, p999, p9999, mean, least, most, count, rate})...)
		if advice := meant(w.text, all); advice != "" {
			return p.fail(w.at, "unknown phase, rate or statistic %q%s", clip(w.text), advice)
		}
	}
	if advice := meant(w.text, subjectWords()); advice != "" {
		return p.fail(w.at, "unknown phase or rate %q%s", clip(w.text), advice)
	}
	return p.fail(w.at, "unknown phase or rate %q: want %s", clip(w.text), listed(subjectWords(), "or"))
}

// meant asks whether a word that is near was; nothing where none is.
func meant(word string, words []string) string {
	if like := spelling.Nearest(word, words); like != "" {
		return ", did you mean " + like + "?"
	}
	return ""
}

// lower reports whether a word of the grammar is written as it should be.
func (p *parser) lower(w word) bool {
	if lower := strings.ToLower(w.text); lower != w.text {
		return p.fail(w.at, "write %q as %s", w.text, lower)
	}
	return true
}

// operation takes a word for the operation if it is the name of one. The subject is at.
func (p *parser) operation(t *Threshold, w, at word) (is, ok bool) {
	op, err := stats.ParseOp(strings.ToLower(w.text))
	why := "it has no data connection"
	if op.Transfers() {
		why = "only sessions and the operation login do"
	}
	switch {
	case err != nil:
		return false, true
	case !p.lower(w):
		return true, false
	case t.OfComparison() && t.subject.kind != latency:
		return true, p.fail(w.at, "%s is compared for all operations together: leave out %s", strings.Join(t.what(), "."), w.text)
	case !t.subject.has(op):
		return true, p.fail(at.at, "%s has no %s: %s", op, at.text, why)
	}
	t.op, t.hasOp = op, true
	return true, true
}

// base reads what stands between the slash and the subject, which is at: the
// second variant and perhaps an operation. A lone word is a name, whatever it is.
func (p *parser) base(t *Threshold, head []word, at word) bool {
	if n := len(head) - 1; n > 0 {
		is, ok := p.operation(t, head[n], at)
		if !ok {
			return false
		}
		if is {
			head = head[:n]
		}
	}
	end := head[len(head)-1]
	t.base = p.text[head[0].at : end.at+len(end.text)]
	if t.base == t.variant {
		return p.fail(head[0].at, "%q is compared with itself: want the names of two variants", clip(t.base))
	}
	return true
}

// session reads a metric of the run's log-ins: nothing selects among them.
func (p *parser) session(t *Threshold, head []word, at word) bool {
	s := t.subject
	switch {
	case len(head) > 0:
		return p.fail(head[0].at, "sessions are counted for the whole run: want sessions.PHASE, sessions.errors or sessions.count, without %q", clip(head[0].text))
	case s.kind == latency && !s.phase.OfSession():
		return p.fail(at.at, "%s is a phase of an operation: a session has connect, greeting, tls, login and setup", at.text)
	case s.kind != latency && s.kind != errorsOf && s.kind != sessions:
		return p.fail(at.at, "sessions have no %s: want sessions.count, sessions.errors or a phase such as sessions.login", at.text)
	}
	return true
}

// selection reads what stands before the subject, which is at.
func (p *parser) selection(t *Threshold, head []word, at word) bool {
	if len(head) > 0 {
		is, ok := p.operation(t, head[0], at)
		if !ok {
			return false
		}
		if is {
			head = head[1:]
		}
	}
	if t.subject.kind == latency && t.subject.phase.OfSession() && !t.hasOp {
		return p.fail(at.at, "%s is a phase of a session: want sessions.%[1]s, or login.%[1]s for the operation login", at.text)
	}
	var names []string
	for _, w := range head {
		lower := strings.ToLower(w.text)
		switch i := strings.Index(w.text, "/"); {
		case i >= 0:
			return p.fail(w.at+i, "the name of a variant cannot have a /: %s", comparisonForm)
		case isWord(lower) && lower != w.text:
			return p.lower(w)
		case isWord(lower):
			return p.fail(w.at, "%q is not allowed here: want [OPERATION.][VARIANT.]%s, with a variant whose name is not a word of thresholds", w.text, t.about())
		}
		names = append(names, w.text)
	}
	t.variant = strings.Join(names, ".")
	return true
}

func namesOf(all []statistic) []string {
	names := make([]string, len(all))
	for i, x := range all {
		names[i] = x.String()
	}
	return names
}
