package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestResultFilesOfTheVersionBefore: testdata/before holds result files as an earlier
// version wrote them, and the JSON reports that it made of them. They are still read, and
// to the byte as they were; of sentences the numbers.
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
			} else if got, want := withoutWords(o.stdout), withoutWords(string(want)); !slices.Equal(got, want) {
				at := 0
				for at < min(len(got), len(want)) && got[at] == want[at] {
					at++
				}
				t.Errorf("from line %d on %q, want %q", at+1, got[at:min(at+3, len(got))], want[at:min(at+3, len(want))])
			}
		})
	}
}

// A sentence is a string with a blank in it, as a value or in a list. Of how a
// comparison is made not even the numbers: they are those of its sources.
var (
	wordy  = regexp.MustCompile(`^(\s*(?:"\w+": )?)"([^"]* .*)"(,?)$`)
	method = regexp.MustCompile(`^\s*"(correction|interval|test|stopping)":`)
	digits = regexp.MustCompile(`\d[\d,.]*\d|\d`)
)

// withoutWords returns the lines of indented JSON, of sentences only the numbers.
func withoutWords(text string) []string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if m := wordy.FindStringSubmatch(l); m != nil {
			if lines[i] = m[1] + m[3]; method.MatchString(l) {
				continue
			}
			lines[i] = m[1] + strings.Join(digits.FindAllString(m[2], -1), " ") + m[3]
		}
	}
	return lines
}
