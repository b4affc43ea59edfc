package main

import "testing"

// TestFitExamples: what a shell reads stays the same.
func TestFitExamples(t *testing.T) {
	t.Parallel()
	const text = `  ftpmark short                what is said of it
  ftpmark run ftp://user@192.0.2.7/ --threshold 'a.p99   < 1' -d 5s   its comment
  ftpmark run -c 1 --and --more --flags --than --fit --here --in --one \
      --line
  # a comment of its own that has to be broken somewhere
`
	const want = `  ftpmark short                what is said of it
  ftpmark run ftp://user@192.0.2.7/ \
      --threshold 'a.p99   < 1' -d 5s
      its comment
  ftpmark run -c 1 --and --more --flags --than \
      --fit --here --in --one \
      --line
  # a comment of its own that has to be broken
  # somewhere
`
	if got := fitExamples(text, 50); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := fitExamples(text, 120); got != text {
		t.Errorf("got\n%s", got)
	}
}
