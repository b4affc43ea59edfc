package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats/summary"
)

// mebibyte is the size of the files in most runs.
const mebibyte = 1 << 20

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a text, with what is other in each run masked, with its golden file.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if text != string(want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, text, want)
	}
}

// outcome is what came of a command line that was run in this process.
type outcome struct {
	stdout, stderr string
	code           int
}

// executed runs a command line in this process. That is quicker than a process
// of its own, and what races in it is seen by this test binary.
func executed(args ...string) outcome {
	var out, err safeBuffer
	code := execute(args, streams{in: strings.NewReader(""), out: &out, err: &err})
	return outcome{out.String(), err.String(), code}
}

// measured runs `run` with the given arguments, in this process, and returns
// its JSON report together with the name of its result file. It checks what
// holds for every run that reports: the file gives the same report, the report
// keeps to its schema, and nobody sees a password.
func measured(tb testing.TB, password string, args ...string) (*summary.Summary, string, outcome) {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "result.jsonl")
	o := executed(append([]string{"run", "--quiet", "--format", "json", "-o", file}, args...)...)
	if o.stdout == "" {
		tb.Fatalf("exit %d and no report, stderr\n%s", o.code, o.stderr)
	}
	var s summary.Summary
	if err := json.Unmarshal([]byte(o.stdout), &s); err != nil {
		tb.Fatalf("%v in\n%s", err, o.stdout)
	}
	keepsToSchema(tb, o.stdout)
	again := executed("report", "--format", "json", file)
	if again.code != exitFine || again.stderr != "" || again.stdout != o.stdout {
		tb.Errorf("the file gives exit %d and another report, stderr %q:\n%s\nnot\n%s", again.code, again.stderr, again.stdout, o.stdout)
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	tellsNobody(tb, password, o.stdout, o.stderr, string(kept))
	return &s, file, o
}

// tellsNobody checks that a password is in none of the texts.
func tellsNobody(tb testing.TB, password string, texts ...string) {
	tb.Helper()
	for _, text := range texts {
		if password != "" && strings.Contains(text, password) {
			tb.Errorf("the password %q is in\n%s", password, text)
		}
	}
}

// keepsToSchema holds a JSON report against its schema.
func keepsToSchema(tb testing.TB, text string) {
	tb.Helper()
	const name = "summary.schema.json"
	b, err := os.ReadFile(filepath.Join("..", "..", "stats", "summary", name))
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		tb.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		tb.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		tb.Errorf("%v in\n%s", err, text)
	}
}

// emptyFolder checks that nothing is left in a folder.
func emptyFolder(tb testing.TB, path string) {
	tb.Helper()
	left, err := os.ReadDir(path)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range left {
		tb.Errorf("left behind: %s", filepath.Join(path, e.Name()))
	}
}

// modeFlags are --mode flags.
func modeFlags(modes ...string) (flags []string) {
	for _, m := range modes {
		flags = append(flags, "--mode", m)
	}
	return flags
}
