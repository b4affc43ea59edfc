package markdown

import (
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

func TestEscaped(t *testing.T) {
	for _, c := range []struct{ in, escaped, code string }{
		{"plain words, 1.5 ms", "plain words, 1.5 ms", "`plain words, 1.5 ms`"},
		{"@octocat", "&#64;&#8203;octocat", "`@octocat`"},
		{"a|b", "a&#124;b", "`a|b`"},
		{"www.evil.org", "www&#46;evil.org", "`www.evil.org`"},
		{"https://x :tada: 15:09", "`https://x` &#58;tada: 15:09", "`https://x :tada: 15:09`"},
		{"(at ftp://a@b/c, x)", "(at `ftp://a@b/c`, x)", ""},
		{"ftp://`x`|<b>", "ftp&#58;//&#96;x&#96;&#124;&#60;b&#62;", ""},
		{"data_ready _x_", "data_ready &#95;x&#95;", "`data_ready _x_`"},
		{"<img> #1", "&#60;img&#62; &#35;&#8203;1", "`<img> #1`"},
		{"-8.2% to +1.0%", "-8.2% to +1.0%", "`-8.2% to +1.0%`"},
		{"p" + terminal.NoBreak + "0.1", "p 0.1", ""},
		{"`", "&#96;", "`` ` ``"},
		{"a``b", "a&#96;&#96;b", "```a``b```"},
		{"", "", "`  `"},
		{" x", " x", "`  x `"},
		{"two\nlines\x1b", "two&#92;nlines&#92;x1b", `{two\nlines\x1b}`},
	} {
		if got := escaped(c.in, 100); got != c.escaped {
			t.Errorf("%q is %q, want %q", c.in, got, c.escaped)
		}
		want := strings.NewReplacer("{", "`", "}", "`").Replace(c.code)
		if got := code(c.in, 100); c.code != "" && got != want {
			t.Errorf("code of %q is %q, want %q", c.in, got, want)
		}
	}
}
