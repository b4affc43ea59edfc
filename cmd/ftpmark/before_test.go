package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestResultFilesOfTheVersionBefore: testdata/before holds result files as an earlier
// version wrote them, and the JSON reports that it made of them. They are still read, and
// say what they said; members may have come.
func TestResultFilesOfTheVersionBefore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		cut  int64 // bytes that are left of it, 0 for all
	}{
		"run":         {file: "run"},
		"compare":     {file: "compare"},
		"compare-cut": {file: "compare", cut: 63_000},
		"capacity":    {file: "capacity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			packed, err := os.Open(filepath.Join("testdata", "before", c.file+".jsonl.gz"))
			if err != nil {
				t.Fatal(err)
			}
			defer packed.Close()
			unpacked, err := gzip.NewReader(packed)
			if err != nil {
				t.Fatal(err)
			}
			var whole io.Reader = unpacked
			if c.cut > 0 {
				whole = io.LimitReader(unpacked, c.cut)
			}
			content, err := io.ReadAll(whole)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), name+".jsonl")
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join("testdata", "before", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if o := executed("report", "--format", "json", file); o.code != exitFine {
				t.Errorf("exit %d: %s", o.code, o.stderr)
			} else if gone := lacking("", decoded(t, string(want)), decoded(t, o.stdout)); len(gone) > 0 {
				t.Errorf("%q", gone[:min(len(gone), 5)])
			}
		})
	}
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Of how a comparison is made not even the numbers count: they are those of its sources. A p that
// is corrected for all others is another where there are more of them.
var method = []string{"correction", "interval", "test", "stopping", "p_adjusted"}

var digits = regexp.MustCompile(`\d[\d,.]*\d|\d`)

// lacking names what is in old and is not, or is another, in new. Members may come, and metrics
// among those of a comparison; of sentences only the numbers count.
func lacking(path string, old, new any) (gone []string) {
	switch o := old.(type) {
	case map[string]any:
		n, _ := new.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(o)) {
			late := n["connects_after_command"] == true && (key == "cause" || key == "differs")
			if !late && !slices.Contains(method, key) {
				gone = append(gone, lacking(path+"."+key, o[key], n[key])...)
			}
		}
		return gone
	case []any:
		n, _ := new.([]any)
		for i, x := range o {
			var y any
			if metric := metricOf(x); metric != nil {
				if at := slices.IndexFunc(n, func(y any) bool { return metricOf(y) == metric }); at >= 0 {
					y = n[at]
				}
			} else if i < len(n) && len(n) == len(o) {
				y = n[i]
			}
			gone = append(gone, lacking(fmt.Sprintf("%s[%d]", path, i), x, y)...)
		}
		return gone
	case string:
		if n, is := new.(string); is && strings.Contains(o, " ") && slices.Equal(digits.FindAllString(o, -1), digits.FindAllString(n, -1)) {
			return nil
		}
	}
	if old != new {
		gone = append(gone, fmt.Sprintf("%s is %v, was %v", path, new, old))
	}
	return gone
}

// metricOf returns the metric that a finding is of, nil for what is none.
func metricOf(v any) any {
	m, _ := v.(map[string]any)
	return m["metric"]
}
