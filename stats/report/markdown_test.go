package report

import (
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/summary"
)

func TestMarkdown(t *testing.T) {
	for name, r := range map[string]*Report{
		"markdown-two-modes":   {Summary: twoModes()},
		"markdown-thresholds":  judged(t),
		"markdown-six-columns": {Summary: sixColumns()},
		"markdown-mix":         {Summary: mix()},
		"markdown-open-late":   {Summary: openLate()},
		"markdown-partial":     {Name: "partial.jsonl", Summary: partial()},
		"markdown-limited":     {Summary: limited()},
		"markdown-hostile":     {Name: "<script>.jsonl", Summary: forgedNames(), Thresholds: outcomes(t, forgedNames(), "retr.service.p99 < 1ms")},
		"markdown-blocked":     {Summary: blocked()},
		"markdown-broken":      {Summary: broken()},
		"markdown-overridden":  {Summary: overridden()},
		"markdown-empty":       {Summary: &summary.Summary{}},
	} {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, r, Markdown, Options{})
			golden(t, name, out)
			if len(out) > 16_000 {
				t.Errorf("%d bytes: no comment to read", len(out))
			}
			checkMarkdown(t, string(out))
		})
	}
}

// checkMarkdown checks that lines are only what this package makes of them, and
// that tables are as wide as their heads.
func checkMarkdown(t *testing.T, out string) {
	t.Helper()
	cells := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "| "):
			if n := strings.Count(line, "|"); cells != 0 && n != cells {
				t.Errorf("%d cells where the head has %d: %s", n, cells, line)
			} else {
				cells = n
			}
			continue
		case strings.HasPrefix(line, "|:--"):
			continue
		}
		cells = 0
		outside := line
		for _, own := range []string{"<sub>", "</sub>", "<details><summary>", "</summary>", "</details>", "**"} {
			outside = strings.ReplaceAll(outside, own, "")
		}
		// What is left of code, prose and marks is no Markdown.
		for i := strings.IndexByte(outside, '`'); i >= 0; i = strings.IndexByte(outside, '`') {
			fence := outside[i : len(outside)-len(strings.TrimLeft(outside[i:], "`"))]
			end := strings.Index(outside[i+len(fence):], fence)
			if end < 0 {
				t.Fatalf("code without an end: %s", line)
			}
			outside = outside[:i] + outside[i+len(fence)+end+len(fence):]
		}
		outside = strings.TrimPrefix(strings.TrimPrefix(outside, "### "), "- ")
		for strings.Contains(outside, "&#") {
			before, after, _ := strings.Cut(outside, "&#")
			_, after, _ = strings.Cut(after, ";")
			outside = before + after
		}
		outside = strings.ReplaceAll(outside, "&nbsp;", "")
		if strings.ContainsAny(outside, "<>[]*`@|\\#&") {
			t.Errorf("not escaped: %s", line)
		}
	}
}
