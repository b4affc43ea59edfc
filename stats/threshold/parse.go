package threshold

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
