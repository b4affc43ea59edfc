package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestResultFilesOfTheVersionBefore: testdata/before holds result files as an earlier
// version wrote them, and the JSON reports that it made of them. They are still read, and
// to the byte as they were.
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
			if o := executed("report", "--format", "json", file); o.code != exitFine || o.stdout != string(want) {
				t.Errorf("exit %d, %s\n%s\nwant\n%s", o.code, o.stderr, o.stdout, want)
			}
		})
	}
}
