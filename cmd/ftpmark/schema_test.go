package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSchema: each schema that is in the repository is listed, and printed as it is.
func TestSchema(t *testing.T) {
	t.Parallel()
	list := executed("schema")
	if list.code != exitFine || list.stderr != "" {
		t.Fatalf("exit %d, stderr %q", list.code, list.stderr)
	}
	var names []string
	for line := range strings.Lines(list.stdout) {
		name, of, _ := strings.Cut(line, " ")
		if strings.TrimSpace(of) == "" {
			t.Errorf("%q does not say what it is of", line)
		}
		names = append(names, name)
	}
	root := filepath.Join("..", "..")
	var files int
	for _, pattern := range []string{"*/*.schema.json", "*/*/*.schema.json"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			files++
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(filepath.Base(file), ".schema.json")
			if o := executed("schema", name); o.code != exitFine || o.stderr != "" || o.stdout != string(want) {
				t.Errorf("schema %s: exit %d, stderr %q, %d bytes of %d", name, o.code, o.stderr, len(o.stdout), len(want))
			}
		}
	}
	if files != len(names) || files == 0 {
		t.Errorf("%d files, listed are %q", files, names)
	}
	for _, c := range []badInput{
		{"", []string{"schema", "sumary"}, exitUsage, []string{`unknown schema "sumary"`, strings.Join(names, ", ")}},
		{"", []string{"schema", "profile", "summary"}, exitUsage, []string{`"summary"`, "one NAME"}},
	} {
		c.run(t)
	}
}
