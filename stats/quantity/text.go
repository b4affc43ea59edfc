package quantity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis marks where text was cut.
const ellipsis = "…"

// OneLine makes a server's words fit for a report: valid UTF-8, no control
// characters, of at most so many bytes. Its result is a fixed point, so that
// what was written to a file reads back the same.
func OneLine(s string, most int) string {
	s = strings.ToValidUTF8(s[:min(len(s), 2*most)], "\uFFFD")
	s = strings.TrimSpace(Masked(s, unicode.IsControl, ' '))
	if len(s) <= most {
		return s
	}
	return strings.TrimSpace(head(s, most-len(ellipsis))) + ellipsis
}

// Masked puts another character in the place of each that is unfit to be shown,
// and U+FFFD in that of bytes that are no UTF-8.
func Masked(s string, unfit func(rune) bool, by rune) string {
	return strings.Map(func(r rune) rune {
		if unfit(r) {
			return by
		}
		return r
	}, s)
}

// Printable masks what does not print, by a question mark.
func Printable(s string) string {
	return Masked(s, func(r rune) bool { return !unicode.IsPrint(r) }, '?')
}

// Cut shortens text to so many characters.
func Cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + ellipsis
}

// CutBytes shortens valid text to so many bytes, between characters.
func CutBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return head(s, most-len(ellipsis)) + ellipsis
}

// head returns the whole characters within the first n bytes of a longer text.
func head(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
