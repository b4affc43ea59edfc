package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// What memory refuses is a mistake, of which the file must not suffer nor be
// said to.
func TestTheFileGetsWhatMemoryRefuses(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.jsonl")
	file, err := resultfile.CreateFile(name)
	if err != nil {
		t.Fatal(err)
	}
	kept := &tee{file: file}
	for what, err := range map[string]error{
		"header":   kept.Write(&resultfile.Header{}),
		"variant":  kept.Write(&resultfile.Variant{Variant: "a", Trial: 1}),
		"interval": kept.Write(&resultfile.Interval{Variant: "b", Trial: 1}),
		"trial":    kept.Write(&resultfile.Trial{Variant: "a", Trial: 1, Complete: true}),
		"footer":   kept.Write(&resultfile.Footer{Complete: true}),
		"closing":  file.Close(),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	r, err := kept.result()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Trials) != 1 || r.Complete() || !strings.Contains(strings.Join(r.Missing, "\n"), `interval of variant "b", trial 1, which is not in progress`) {
		t.Errorf("%d trials, missing %q", len(r.Trials), r.Missing)
	}
	if _, err := resultfile.ReadFile(name); err == nil || !strings.Contains(err.Error(), "line 3 ") {
		t.Errorf("the file lacks the record: %v", err)
	}
}
