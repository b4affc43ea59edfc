package workers

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// masked stands where a password was.
const masked = "***"

// withoutPassword takes a password out of what a server said: some repeat what
// they were told. It goes wherever it stands as a word of its own, and stays
// where its letters are part of another: a password "a" tells nothing in
// "anonymous access". One that no other word holds by chance goes everywhere.
// Replies are kept without blanks at their ends and without
// bytes that are not UTF-8, and so is the password in them.
func withoutPassword(text, password string) string {
	valid := strings.ToValidUTF8(password, "\uFFFD")
	for _, p := range []string{password, valid, strings.TrimSpace(password), strings.TrimSpace(valid)} {
		switch {
		case strings.TrimSpace(p) == "":
		case unmistakable(p):
			text = strings.ReplaceAll(text, p, masked)
		default:
			text = withoutWord(text, p)
		}
	}
	return text
}

// unmistakable reports whether a password is like nothing that a server says by
// itself: long, and of letters and other characters.
func unmistakable(password string) bool {
	return utf8.RuneCountInString(password) >= 8 && strings.ContainsFunc(password, unicode.IsLetter) &&
		strings.ContainsFunc(password, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsSpace(r) && r != utf8.RuneError })
}

// withoutWord masks the word, which may hold blanks and punctuation, wherever no
// letter or digit stands right before or behind it.
func withoutWord(text, word string) string {
	var b strings.Builder
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			if from == 0 && b.Len() == 0 {
				return text
			}
			b.WriteString(text[from:])
			return b.String()
		}
		begin, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:begin])
		behind, _ := utf8.DecodeRuneInString(text[end:])
		if inWord(before) || inWord(behind) {
			_, one := utf8.DecodeRuneInString(text[begin:])
			end = begin + one // it may begin again within itself
			b.WriteString(text[from:end])
		} else {
			b.WriteString(text[from:begin])
			b.WriteString(masked)
		}
		from = end
	}
}

// inWord reports whether a word goes on with the rune. The ends of a text are
// [utf8.RuneError], which is none.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
