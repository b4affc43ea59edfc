package threshold

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/spelling"
)

// SyntaxError is a text that is no threshold.
type SyntaxError struct {
	Text    string // as it was given
	Column  int    // where it is wrong, in characters, from 1
	Message string // what is wrong and what is accepted
}

// Error returns one line.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("threshold %q, column %d: %s", clip(e.Text), e.Column, e.Message)
}

// clip bounds what a message repeats of a text.
func clip(s string) string {
	const room = 120
	n := 0
	for i := range s {
		if n++; n > room {
			return s[:i] + "..."
		}
	}
	return s
}

// Parse reads a threshold: see the package's documentation for its form. An
// error is a [*SyntaxError].
func Parse(text string) (Threshold, error) {
	p := parser{text: text}
	t, ok := p.threshold()
	if !ok {
		return Threshold{}, p.err
	}
	return t, nil
}

type parser struct {
	text string
	err  *SyntaxError
}

// fail notes what is wrong at a byte offset, and returns false.
func (p *parser) fail(offset int, format string, args ...any) bool {
	column := utf8.RuneCountInString(p.text[:offset]) + 1
	p.err = &SyntaxError{Text: p.text, Column: column, Message: fmt.Sprintf(format, args...)}
	return false
}

// word is a part of the metric and where it begins.
type word struct {
	text string
	at   int
}

func (p *parser) threshold() (t Threshold, ok bool) {
	start := len(p.text) - len(strings.TrimLeft(p.text, " \t"))
	i := strings.IndexAny(p.text, "<>=!~≤≥")
	switch {
	case start == len(p.text):
		return t, p.fail(0, "empty: want METRIC < VALUE, such as retr.service.p99 < 250ms")
	case i < 0:
		return t, p.fail(len(p.text), "no comparison: want METRIC < VALUE, with %s", listed(operators(), "or"))
	case strings.TrimSpace(p.text[:i]) == "":
		return t, p.fail(i, "no metric before the comparison: want one such as retr.service.p99")
	}
	if !p.metric(&t, strings.TrimRight(p.text[start:i], " \t"), start) {
		return t, false
	}
	rest := strings.TrimLeft(p.text[i:], "<>=!~≤≥")
	t.operator = operator(p.text[i : len(p.text)-len(rest)])
	if !slices.Contains(operators(), t.operator) {
		return t, p.fail(i, "unknown comparison %q: want %s", clip(string(t.operator)), listed(operators(), "or"))
	}
	at := len(p.text) - len(strings.TrimLeft(rest, " \t"))
	d := t.dimension()
	v, offset, wrong := parseValue(d, strings.TrimRight(p.text[at:], " \t"))
	switch {
	case d == ratio && t.operator == equal:
		return t, p.fail(i, "a ratio has an interval, so it never equals one number: want <, <=, > or >=")
	case d == difference && !t.operator.upper():
		return t, p.fail(i, "errors need an upper bound: want < or <=")
	case wrong != "":
		return t, p.fail(at+offset, "%s %s", t.about(), wrong)
	case d == difference && t.operator == below && v.base == 0:
		return t, p.fail(i, "without errors on either side the difference is 0: want <=")
	case t.operator == below && v.base == 0:
		return t, p.fail(i, "no value is below 0: want <= or ==")
	}
	t.bound = v
	return t, true
}

// about names the subject and the statistic.
func (t Threshold) about() string {
	if t.OfComparison() {
		return clip(t.Metric())
	}
	all, optional := t.subject.statistics()
	if optional && t.statistic == all[0] {
		return t.subject.String()
	}
	return t.subject.String() + "." + t.statistic.String()
}

// metric reads the left side, which begins at a byte offset.
func (p *parser) metric(t *Threshold, text string, offset int) bool {
	words, ok := p.words(text, offset)
	if !ok {
		return false
	}
	if words[0].text == forComparisons {
		return p.comparison(t, words)
	}
	for _, w := range words {
		if lower := strings.ToLower(w.text); lower != w.text && isWord(lower) {
			return p.fail(w.at, "write %q as %s", w.text, lower)
		}
	}
	i, ok := p.subject(t, words)
	if !ok {
		return false
	}
	head := words[:i]
	if len(head) > 0 && head[0].text == sessions.String() {
		t.session, head = true, head[1:]
	}
	if t.subject.kind == sessions {
		t.session = true
	}
	return p.selection(t, head, words[i])
}

// words cuts the metric at its dots; the one in p99.9 does not count.
func (p *parser) words(text string, offset int) ([]word, bool) {
	at := offset
	for i, r := range text {
		_, width := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && width == 1, !unicode.IsPrint(r):
			return nil, p.fail(offset+i, "a metric is words with dots between them, without %q and spaces", r)
		case r == ' ':
			return nil, p.fail(offset+i, "a space in the metric: want words with dots between them, then a comparison")
		}
	}
	var words []word
	for _, s := range strings.Split(text, ".") {
		if n := len(words); n > 0 && s != "" && strings.Trim(s, "0123456789") == "" && looksLikePercentile(words[n-1].text) {
			words[n-1].text += "." + s
		} else {
			words = append(words, word{s, at})
		}
		at += len(s) + 1
	}
	for _, w := range words {
		if w.text == "" {
			return nil, p.fail(w.at, "a word is missing before or after a dot")
		}
	}
	return words, true
}

// subject finds the phase or rate and its statistic at the end of the metric.
// It returns the index of the former.
func (p *parser) subject(t *Threshold, words []word) (i int, ok bool) {
	last := len(words) - 1
	x, isStatistic := statisticOf(words[last].text)
	i = last
	if isStatistic || looksLikePercentile(words[last].text) {
		if i--; i < 0 {
			return 0, p.fail(words[last].at, "%s needs a phase: want one such as service.%[1]s", words[last].text)
		}
	} else if i > 0 {
		// What follows a phase or rate can only be its statistic.
		_, own := subjectOf(words[last].text)
		if s, before := subjectOf(words[last-1].text); before && !own && s.kind != sessions {
			i--
		}
	}
	w := words[i]
	t.subject, ok = subjectOf(w.text)
	if !ok {
		return 0, p.noSubject(w, words[:i], i < last)
	}
	all, optional := t.subject.statistics()
	switch {
	case i == last && optional:
		t.statistic = all[0]
	case i == last:
		return 0, p.fail(w.at+len(w.text), "%s needs a statistic: want %s.%s", w.text, w.text, listed(namesOf(all), "or"))
	case !slices.Contains(all, x) && t.subject.kind == sessions:
		return 0, p.fail(words[last].at, "sessions have no %q: want sessions.count, sessions.errors or a phase such as sessions.login.p99", clip(words[last].text))
	case !slices.Contains(all, x):
		advice := ""
		if like := spelling.Nearest(words[last].text, namesOf(all)); like != "" && !isStatistic && !looksLikePercentile(words[last].text) {
			advice = ", did you mean " + like + "?"
		}
		return 0, p.fail(words[last].at, "%s has no %q%s: want %s", w.text, clip(words[last].text), advice, listed(namesOf(all), "or"))
	default:
		t.statistic = x
	}
	return i, true
}

// noSubject tells what stands where a phase or rate should.
func (p *parser) noSubject(w word, head []word, followed bool) bool {
	want := "want " + listed(subjectWords(), "or")
	if _, err := stats.ParseOp(w.text); err == nil && len(head) == 0 {
		return p.fail(w.at+len(w.text), "a phase or rate of %s is missing, such as %s.service.p99", w.text, w.text)
	}
	if !followed {
		all := append(subjectWords(), namesOf([]statistic{p50, p90, p99, p999, p9999, mean, least, most, count, rate})...)
		if like := spelling.Nearest(w.text, all); like != "" {
			return p.fail(w.at, "unknown phase, rate or statistic %q, did you mean %s?", clip(w.text), like)
		}
	}
	if like := spelling.Nearest(w.text, subjectWords()); like != "" {
		return p.fail(w.at, "unknown phase or rate %q, did you mean %s?", clip(w.text), like)
	}
	return p.fail(w.at, "unknown phase or rate %q: %s", clip(w.text), want)
}

// selection reads what stands before the subject, which is at.
func (p *parser) selection(t *Threshold, head []word, at word) bool {
	s := t.subject
	if t.session {
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
	if len(head) > 0 {
		if op, err := stats.ParseOp(head[0].text); err == nil {
			t.op, t.hasOp, head = op, true, head[1:]
		}
	}
	switch {
	case s.kind == latency && s.phase.OfSession() && !t.hasOp:
		return p.fail(at.at, "%s is a phase of a session: want sessions.%[1]s, or login.%[1]s for the operation login", at.text)
	case t.hasOp && !s.has(t.op):
		why := "it has no data connection"
		if t.op.Transfers() {
			why = "only sessions and the operation login do"
		}
		return p.fail(at.at, "%s has no %s: %s", t.op, at.text, why)
	}
	var names []string
	for _, w := range head {
		if i := strings.Index(w.text, "/"); i >= 0 {
			return p.fail(w.at+i, "the name of a variant cannot have a /: %s", comparisonForm)
		}
		if isWord(w.text) {
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
