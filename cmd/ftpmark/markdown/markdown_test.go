package markdown

import (
	"strings"
	"testing"
)

const sample = "# Title\n" + `
A paragraph with ` + "`--a flag`" + `, **strong words that go on** over
two lines, an *emphasis*, and a [link](other.md).
<!-- a comment -->

- an item that is long enough for two lines of forty columns
- a second one, ` + "`-`" + ` is a dash
  that goes on

1. first
2. second

| name | |
|---|---|
| ` + "`a`" + ` | short |
| ` + "`b`" + ` | a cell that is too long for one line \| with a bar |

| one | two | three |
|---|---|---|
| ` + "`a_name_that_leaves_no_room`" + ` | x y | some text that needs several lines here |

` + "```sh\na line of code that stays as it is, however long it may be  # and * its `marks`\n```\n"

const printed = `Title

  A paragraph with --a flag, strong
  words that go on over two lines, an
  emphasis, and a link <other.md>.

  - an item that is long enough for two
    lines of forty columns
  - a second one, '-' is a dash that
    goes on

  1. first
  2. second

  name
  ----  --------------------------------
  a     short
  b     a cell that is too long for one
        line | with a bar

  a_name_that_leaves_no_room
      two: x y
      three: some text that needs
      several lines here

    a line of code that stays as it is, however long it may be  # and * its ` + "`marks`" + `
`

// TestText prints each part of Markdown that there is.
func TestText(t *testing.T) {
	t.Parallel()
	link := func(text, target string) string { return text + " <" + target + ">" }
	if got := Text(sample, Options{Width: 40, Link: link}); got != printed {
		t.Errorf("got\n%s\nwant\n%s", got, printed)
	}
	if got := Text("## Head\n", Options{Width: 40, Bold: true}); got != "\x1b[1mHead\x1b[0m\n" {
		t.Errorf("%q", got)
	}
	if got := Text("[a `b`](c)", Options{Width: 40}); got != "  a b\n" {
		t.Errorf("%q", got)
	}
}

// TestTextOfBrokenMarkdown comes to an end.
func TestTextOfBrokenMarkdown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "```", "```\na", "|", "| a |", "|\n|\n|", "| a | b |\n|---|\n| c | d | e |", "- ", "#", "a `b", "[a](", "**"} {
		if got := Text(text, Options{Width: 20}); strings.Count(got, "\n") > 10 {
			t.Errorf("%q: %q", text, got)
		}
	}
}
