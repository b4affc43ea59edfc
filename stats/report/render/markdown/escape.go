package markdown

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// Words from servers and files must not become Markdown: no link, no image, no
// heading, no table cell, no mention of somebody who is then sent mail.

// noWidth keeps mentions and references from being found: they are looked for in
// what was rendered, where a character reference is gone.
const noWidth = "&#8203;"

// escaped returns text so that it reads as it is in a sentence or a table cell, at
// most width columns of it. It must not begin a line.
func escaped(s string, width int) string {
	words := strings.Split(terminal.Printable(plain(s), width), " ")
	for i, w := range words {
		if end := strings.TrimRight(w, ",;:)"); address(end) {
			words[i] = code(end, width) + escapedWord(w[len(end):])
		} else {
			words[i] = escapedWord(w)
		}
	}
	return strings.Join(words, " ")
}

// address reports whether a word is an address that can stand as code, in tables
// too.
func address(w string) bool {
	return strings.Contains(w, "://") && !strings.ContainsFunc(w, func(r rune) bool {
		return !(r < unicode.MaxASCII && wordly(r)) && !strings.ContainsRune("-._~:/?[]@!&()+,;=%", r)
	})
}

func escapedWord(w string) string {
	runes := []rune(w)
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
			special = !wordly(before) || !wordly(after)
		case '.': // www.example.org is a link even without a scheme
			special = i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www")
		case ':': // and so is mailto:someone; :tada: is a picture
			special = after == '/' || unicode.IsLetter(after)
		}
		if !special {
			b.WriteRune(r)
			continue
		}
		b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		if r == '@' || r == '#' {
			b.WriteString(noWidth)
		}
	}
	return b.String()
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// code returns text as code, at most width columns of it. It is for lists, not for
// tables: there a pipe ends the cell even within code.
func code(s string, width int) string {
	s = terminal.Printable(s, width)
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
