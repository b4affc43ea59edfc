package report

import (
	"bytes"
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
)

func TestDiffText(t *testing.T) {
	for _, x := range []struct {
		name    string
		diff    *compare.Diff
		options Options
	}{
		{name: "missed", diff: builds()},
		{name: "missed-color", diff: builds(), options: Options{Color: true}},
		{name: "missed-narrow", diff: builds(), options: Options{Width: 60}},
		{name: "missed-80", diff: builds(), options: Options{Width: 80}},
		{name: "missed-wide", diff: builds(), options: Options{Width: 160}},
		{name: "passed", diff: goodBuild()},
		{name: "undecided", diff: undecided()},
		{name: "descriptive", diff: singles()},
		{name: "forced", diff: forcedDiff()},
		{name: "errors", diff: moreFailures()},
		{name: "limited", diff: nothingPasses()},
		{name: "hostile", diff: forgedDiff()},
		{name: "hostile-color", diff: forgedDiff(), options: Options{Color: true, Width: 72}},
		{name: "empty", diff: &compare.Diff{}},
	} {
		t.Run(x.name, func(t *testing.T) {
			out := textOf(t, &Report{Diff: x.diff}, x.options)
			golden(t, "diff-"+x.name, out)
			checkText(t, out, x.options)
			if bytes.Contains(out, []byte("NaN")) || bytes.Contains(out, []byte("Inf")) {
				t.Error("a number that is none was printed")
			}
		})
	}
}

func TestDiffMarkdown(t *testing.T) {
	for name, x := range map[string]*compare.Diff{
		"missed": builds(), "passed": goodBuild(), "undecided": undecided(), "descriptive": singles(), "forced": forcedDiff(),
		"errors": moreFailures(), "limited": nothingPasses(), "hostile": forgedDiff(), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, &Report{Diff: x}, Markdown, Options{})
			golden(t, "diff-markdown-"+name, out)
			checkMdReport(t, out)
		})
	}
}

func TestDiffCSV(t *testing.T) {
	for name, x := range map[string]*compare.Diff{
		"missed": builds(), "forced": forcedDiff(), "errors": moreFailures(), "hostile": forgedDiff(), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, &Report{Diff: x}, CSV, Options{})
			golden(t, "diff-csv-"+name, out)
			checkCSV(t, out)
		})
	}
}
