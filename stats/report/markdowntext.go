package report

import (
	"strconv"
	"strings"
	"unicode"
)

// Words from servers and files must not become Markdown: no link, no image, no
// heading, no table cell, no mention of somebody who is then sent mail.

// mdProse returns text from outside so that it reads as it is in a sentence or a
// table cell, at most width columns of it. It must not begin a line.
func mdProse(s string, width int) string {
	runes := []rune(printable(s, width))
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	var b strings.Builder
	for i, r := range runes {
		before, after := at(i-1), at(i+1)
		special := false
		switch r {
		case '&', '<', '>', '\\', '`', '*', '[', ']', '#', '|', '~', '@', '$':
			special = true
		case '_': // within a word it is no emphasis
			special = !mdWord(before) || !mdWord(after)
		case '.': // www.example.org is a link even without a scheme
			special = unicode.IsLetter(after)
		case ':': // and so is mailto:someone; :tada: is a picture
			special = after == '/' || unicode.IsLetter(after)
		}
		if !special {
			b.WriteRune(r)
			continue
		}
		b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		if r == '@' || r == '#' {
			// Mentions and references are looked for in what was rendered, where
			// the entity is gone: a space of no width keeps them from being found.
			b.WriteRune('\u200b')
		}
	}
	return b.String()
}

func mdWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// mdCode returns text from outside as code, at most width columns of it. It is
// for lists, not for tables: there a pipe ends the cell even within code.
func mdCode(s string, width int) string {
	s = printable(s, width)
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.Trim(s, " ") == "" || strings.ContainsAny(s[:1]+s[len(s)-1:], "` ") {
		s = " " + s + " " // the first and the last blank do not show
	}
	return fence + s + fence
}
