package quantity

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "550 No such file.\r\n": "550 No such file.", "a\x1b[31mb\x00c": "a [31mb c", "bad \xff\xfe utf": "bad \uFFFD utf",
		strings.Repeat("x", 40): strings.Repeat("x", 40), strings.Repeat("x", 41): strings.Repeat("x", 37) + "…",
		strings.Repeat("é", 21): strings.Repeat("é", 18) + "…", strings.Repeat("x", 36) + " yyyyyy": strings.Repeat("x", 36) + "…",
	} {
		if got := OneLine(in, 40); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzOneLine(f *testing.F) {
	for _, s := range []string{"550 No such file.\r\n", "a\x1b[31mb\x00c", "\xff" + strings.Repeat("é", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := OneLine(s, 40)
		if len(once) > 40 || !utf8.ValidString(once) || strings.ContainsAny(once, "\n\r\x1b") || OneLine(once, 40) != once {
			t.Errorf("%q became %q, then %q", s, once, OneLine(once, 40))
		}
	})
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 漢": "plain é 漢", "a\x1b[2J\n": "a?[2J?", "a\u202eb\u2028c\u00a0d": "a?b?c?d", "bad \xff": "bad \uFFFD",
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ in, characters, bytes string }{
		{"", "", ""}, {"abcde", "abcde", "abcde"}, {"abcdef", "abcd…", "ab…"}, {"ééééé", "ééééé", "é…"}, {"éééééé", "éééé…", "é…"},
		{"漢漢漢漢漢漢", "漢漢漢漢…", "…"},
	} {
		if got := Cut(c.in, 5); got != c.characters {
			t.Errorf("%q in 5 characters: %q, want %q", c.in, got, c.characters)
		}
		if got := CutBytes(c.in, 5); got != c.bytes {
			t.Errorf("%q in 5 bytes: %q, want %q", c.in, got, c.bytes)
		}
	}
}
