package terminal

import (
	"slices"
	"testing"
)

func TestPrintable(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"220 ready", 20, "220 ready"},
		{"220 ready", 9, "220 ready"},
		{"220 ready", 8, "220 rea…"},
		{"a\r\n\tb", 20, `a\r\n\tb`},
		{"\x1b[2J\x00\x7f", 40, `\x1b[2J\x00\x7f`},
		{"\u009b31m\u0085", 40, `\u009b31m\u0085`},
		{"\xff\xfe\ufffd", 40, `\xff\xfe` + "\ufffd"},
		{"\u202egpj.exe\u2028\u00a0", 40, `\u202egpj.exe\u2028\u00a0`},
		{"e\u0301", 40, `e\u0301`},
		{"\U000e0001", 40, `\U000e0001`},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"\x1b\x1b", 6, `\x1b…`}, // an escape is whole or not there
		{"\x1b", 3, "…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"", 0, ""},
	} {
		if got := Printable(c.in, c.width); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestWrapped(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, nil},
		{"one two three", 100, []string{"one two three"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"one two", 7, []string{"one two"}},
		{"abcdefghij k", 4, []string{"abcd", "efgh", "ij k"}},
		{"日本語", 4, []string{"日本", "語"}},
		{"lag p99 " + Unbroken("186 µs"), 12, []string{"lag p99", "186 µs"}},
	} {
		if got := Wrapped(c.in, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}
