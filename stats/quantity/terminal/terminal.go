// Package terminal makes text from elsewhere fit for a terminal: nothing of it can
// steer the terminal, and its width is known.
package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Ellipsis marks where text was cut.
const Ellipsis = "…"

// Printable returns s with everything escaped that could steer a terminal, hide
// text or spoil a table: controls, line and paragraph separators, direction
// overrides, combining marks, invalid UTF-8. Servers choose some of the text in
// a report, and they are not to be trusted. The result is at most width columns
// wide, with an ellipsis where it was cut.
func Printable(s string, width int) string {
	var b strings.Builder
	at, cut := 0, 0 // columns so far; length of b where an ellipsis still fits
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		piece := s[:n]
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) || unicode.IsMark(r) {
			piece = escaped(r, s[:n])
		}
		s = s[n:]
		at += Width(piece)
		if at > width {
			return b.String()[:cut] + strings.Repeat(Ellipsis, min(width, 1))
		}
		b.WriteString(piece)
		if at < width {
			cut = b.Len()
		}
	}
	return b.String()
}

func escaped(r rune, raw string) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r == utf8.RuneError && len(raw) == 1, r < 0x80:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	default:
		return fmt.Sprintf(`\u%04x`, r)
	}
}

// Middle shortens printable text to width columns by leaving out its middle:
// names given to variants differ more often at their ends.
func Middle(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	runes := []rune(s)
	tail := len(runes)
	for w := 0; tail > 0 && w+runeWidth(runes[tail-1]) <= width/2; tail-- {
		w += runeWidth(runes[tail-1])
	}
	end := string(runes[tail:])
	head, w := 0, Width(end)+1
	for ; head < tail && w+runeWidth(runes[head]) <= width; head++ {
		w += runeWidth(runes[head])
	}
	return string(runes[:head]) + Ellipsis + end
}

// Width returns how many terminal columns printable text takes.
func Width(s string) (w int) {
	for _, r := range s {
		w += runeWidth(r)
	}
	return w
}

// runeWidth is 2 for East Asian Wide and Fullwidth (Unicode Annex 11).
func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// NoBreak is a blank that Wrapped does not break a line at. Text from outside
// cannot hold it: Printable escapes it.
const NoBreak = "\u00a0"

// Wrapped breaks printable text into lines of at most width columns, between
// words where it can.
func Wrapped(s string, width int) []string {
	var lines []string
	line := ""
	flush := func() {
		if line != "" {
			lines = append(lines, strings.ReplaceAll(line, NoBreak, " "))
		}
		line = ""
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		if line != "" && Width(line)+1+Width(word) > width {
			flush()
		}
		if line != "" {
			line += " "
		}
		for _, r := range word {
			if Width(line)+runeWidth(r) > width {
				flush()
			}
			line += string(r)
		}
	}
	flush()
	return lines
}

// Unbroken keeps a number and its unit on one line.
func Unbroken(s string) string { return strings.ReplaceAll(s, " ", NoBreak) }
