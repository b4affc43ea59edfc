package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// house says of each folder what it may import of ours; a folder that ends in /... stands for
// those below it too. Who may know a thing is decided here, and by no import statement.
//
// Data goes from profiles through loadgen, rig, workers and workers/wire to stats, recorder,
// resultfile, summary and report, and every arrow points that way.
var house = map[string][]string{
	"profiles": {"stats/quantity", "stats/spelling"},

	"stats":              {"stats/quantity"},
	"stats/quantity/...": {},
	"stats/spelling":     {},
	"stats/inference":    {},
	"stats/usl":          {},
	"stats/hdr":          {},
	"stats/statstest":    {"stats"},
	"stats/resultfile":   {"stats", "stats/quantity", "stats/hdr"},
	"stats/recorder":     {"stats", "stats/hdr", "stats/resultfile"},
	"stats/summary":      {"stats", "stats/quantity", "stats/hdr", "stats/resultfile"},
	// What happened when, in a bounded number of points.
	"stats/summary/timeline": {"stats", "stats/resultfile"},
	"stats/merge":            {"stats", "stats/quantity", "stats/hdr", "stats/resultfile"},
	"stats/capacity":         {"stats", "stats/quantity", "stats/hdr", "stats/resultfile", "stats/summary", "stats/usl"},
	"stats/compare":          {"stats", "stats/quantity", "stats/hdr", "stats/resultfile", "stats/summary", "stats/inference", "stats/spelling"},
	// The one arrow between rooms of mathematics.
	"stats/threshold":   {"stats", "stats/quantity", "stats/hdr", "stats/resultfile", "stats/summary", "stats/compare", "stats/spelling"},
	"stats/metrics/...": {"stats", "stats/quantity", "stats/hdr", "stats/resultfile", "stats/metrics"},
	"stats/report/...":  {"stats/..."},

	"workers/wire/mover":  {"stats"},
	"workers/wire":        {"stats", "workers/wire/mover"},
	"workers/diagnosis":   {"stats", "profiles", "workers/wire"},
	"workers":             {"stats", "stats/quantity", "profiles", "workers/diagnosis", "workers/wire", "workers/wire/mover"},
	"workers/ftptest/...": {"stats", "workers/ftptest", "workers/ftptest/scripted"},

	"loadgen/pace":        {},
	"loadgen/schedule":    {},
	"loadgen/search":      {"stats/resultfile"},
	"loadgen/selfwatch":   {"stats/hdr", "stats/resultfile"},
	"loadgen/serverwatch": {"stats/resultfile"},
	"loadgen/target":      {"stats", "workers/wire/mover"},
	"loadgen/plan":        {"profiles", "stats", "stats/quantity", "stats/resultfile", "workers", "loadgen/schedule"},
	"loadgen/rig/connect": {"profiles", "stats", "stats/recorder", "workers", "workers/diagnosis", "loadgen/pace", "loadgen/plan"},
	"loadgen/rig/fixtures": {"profiles", "stats", "stats/quantity", "stats/recorder", "stats/resultfile", "workers", "workers/diagnosis",
		"loadgen/plan", "loadgen/schedule", "loadgen/target", "loadgen/rig/connect"},
	"loadgen/rig": {"profiles", "stats", "stats/quantity", "stats/recorder", "stats/resultfile", "workers", "workers/diagnosis",
		"loadgen/plan", "loadgen/schedule", "loadgen/selfwatch", "loadgen/rig/connect", "loadgen/rig/fixtures"},
	"loadgen": {"profiles", "stats", "stats/quantity", "stats/hdr", "stats/resultfile", "stats/summary", "stats/threshold",
		"workers/diagnosis", "loadgen/plan", "loadgen/rig", "loadgen/search"},

	// Of workers only its part of the manual.
	"cmd/ftpmark/...":    {"profiles", "stats/...", "loadgen/...", "workers", "cmd/ftpmark/liveview", "cmd/ftpmark/markdown"},
	"cmd/benchpeers/...": {},
}

// TestHouse holds every import of this module against the table above.
func TestHouse(t *testing.T) {
	t.Parallel()
	const module = "github.com/ftpmark/ftpmark"
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = filepath.Join("..", "..")
	list.Stderr = os.Stderr
	out, err := list.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := list.Start(); err != nil {
		t.Fatal(err)
	}
	rooms := 0
	for d := json.NewDecoder(out); ; {
		var room struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&room); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		rooms++
		folder := strings.TrimPrefix(room.ImportPath, module+"/")
		allowed, ok := house[folder]
		for name, list := range house {
			if !ok && within(folder, name) {
				allowed, ok = list, true
			}
		}
		if !ok {
			t.Errorf("%s has no place in the house", folder)
			continue
		}
		for _, i := range room.Imports {
			name, ours := strings.CutPrefix(i, module+"/")
			if ours && !slices.ContainsFunc(allowed, func(a string) bool { return within(name, a) }) {
				t.Errorf("%s must not import %s", folder, name)
			}
		}
	}
	if err := list.Wait(); err != nil {
		t.Fatal(err)
	}
	if rooms < 30 {
		t.Errorf("only %d rooms", rooms)
	}
}

// within reports whether a folder is the named one, or below it where that ends in /....
func within(folder, name string) bool {
	above, all := strings.CutSuffix(name, "/...")
	return folder == above || all && strings.HasPrefix(folder, above+"/")
}
