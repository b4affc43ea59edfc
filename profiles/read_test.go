package profiles

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files and the schema")

// load reads and resolves a file.
func load(path string) (*Profile, error) {
	d, err := ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, _, err := Resolve(d)
	return p, err
}

func TestBadProfiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	where := regexp.MustCompile(`^testdata/bad/[a-z0-9-]+\.yaml:[1-9][0-9]*:[1-9][0-9]*: .*[a-z]`)
	seen := map[string]string{}
	for _, file := range files {
		_, err := load(file)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v is no *Error", file, err)
			continue
		}
		got := filepath.ToSlash(err.Error())
		if !where.MatchString(got) || strings.ContainsAny(got, "\n\r") || e.Line < 1 || e.Column < 1 {
			t.Errorf("%s: no line and column, or not one line: %q", file, got)
		}
		if strings.Contains(got, "secret") {
			t.Errorf("%s: the error shows a password: %s", file, got)
		}
		_, message, _ := strings.Cut(got, ": ")
		if other, twice := seen[message]; twice {
			t.Errorf("%s and %s say the same: %s", file, other, message)
		}
		seen[message] = file
		golden := strings.TrimSuffix(file, ".yaml") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != got+"\n" {
			t.Errorf("%s:\n got %s\nwant %s%v", file, got, want, err)
		}
	}
}

func TestLargeFiles(t *testing.T) {
	for name, text := range map[string]string{
		"large":  "version: 1\n" + strings.Repeat("# a comment\n", 1<<17),
		"tokens": "version: 1\n" + strings.Repeat("a: 1\n", 20_000),
		"flow":   strings.Repeat("[", 1<<19),
		"block":  strings.Repeat("- ", 1<<19),
		"deep":   "version: 1\na:\n" + strings.Repeat(" ", 5000) + "b: 1\n",
	} {
		start := time.Now()
		_, err := Read("f", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), "too large") && !strings.Contains(err.Error(), "unknown key") {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestReadForms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"op: {retr: 80, stor@50%: 15, list: 5}", "retr=80,stor@50%=15,list=5"},
		{"op: retr=80,stor@50%=15,list=5", "retr=80,stor@50%=15,list=5"},
		{"op: 'retr'", "retr"},
		{"mode: [epsv, port]", "epsv,port"},
		{"mode:\n- epsv\n- port", "epsv,port"},
		{"mode: epsv, port", "epsv,port"},
		{"size: 4096", "4KiB"},
		{"size: '64KiB'", "64KiB"},
		{"size: 1KiB=70,64KiB=30", "1KiB=70,64KiB=30"},
		{"sessions: '3'", "3"},
		{"stages: [{for: 30s, sessions: 10}, {for: 1m, sessions: 10->200}]", "30s:10,1m0s:10..200"},
		{"stages:\n  - for: 30s\n    rate: 50→500/s\n  - for: 1s\n    rate: 0", "30s:50/s..500/s,1s:0/s"},
		{"stages: 30s:10,1m:10..200", "30s:10,1m0s:10..200"},
		{"rate: 200", "200/s"},
		{"rate: 600/m", "10/s"},
		{"source: [127.0.0.1, '::1']", "127.0.0.1,::1"},
		{"threshold:\n  - errors.rate < 0.1%\n  - 'retr.p99 < 1s'", "errors.rate < 0.1%;retr.p99 < 1s"},
		{"threshold: errors.rate < 0.1%; retr.p99 < 1s", "errors.rate < 0.1%;retr.p99 < 1s"},
		{"description: >\n  two lines\n  are one", "two lines are one"},
		{"tls_min: 1.2\ntls: explicit", "1.2"},
		{"passive_ports: 20", "20"},
		{"active_ports: 40000-40999", "40000-40999"},
		{"keep: true", "true"},
		{"seed: 18446744073709551615", "18446744073709551615"},
	} {
		d, err := Read("f", strings.NewReader("version: 1\n"+c.text+"\n"))
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		p, origins, err := Resolve(d)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		key, _, _ := strings.Cut(c.text, ":")
		k, _ := keyOf(key)
		if got := k.Text(p); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
		if o := origins[key]; o.Line != 2 && o.Line != 3 || o.Column < 1 || o.Source != FromFile {
			t.Errorf("%q: from %+v", c.text, o)
		}
	}
}

func TestWindowsFiles(t *testing.T) {
	d, err := Read("f", strings.NewReader("\ufeffversion: 1\r\nmode:\r\n  - epsv\r\nsize: 64KiB\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p, _, err := Resolve(d); err != nil || p.Mode.String() != "epsv" || p.Size.String() != "64KiB" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestReadFails(t *testing.T) {
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Read("f", failing{}); err == nil || !strings.Contains(err.Error(), "f: ") {
		t.Errorf("a failing reader: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, fmt.Errorf("no disk") }
