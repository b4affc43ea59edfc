package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// rendered writes a report, which must not fail.
func rendered(t testing.TB, r *Report, f Format, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b, f, o); err != nil {
		t.Fatal(err)
	}
	checkPlain(t, f, b.Bytes())
	return b.Bytes()
}

// checkPlain checks that a report ends its last line and that nothing in it
// steers a terminal.
func checkPlain(t testing.TB, f Format, out []byte) {
	t.Helper()
	if !bytes.HasSuffix(out, []byte("\n")) {
		t.Errorf("%s does not end its last line", f)
	}
	for _, r := range string(out) {
		if unicode.IsControl(r) && r != '\n' && (r != '\t' || f != GoBench) {
			t.Errorf("%s passes on %U", f, r)
		}
	}
}

// outcomes judges a summary.
func outcomes(t testing.TB, s *summary.Summary, thresholds ...string) (all []threshold.Outcome) {
	t.Helper()
	for _, text := range thresholds {
		x, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, x.Check(s, threshold.CheckOptions{})...)
	}
	return all
}

// judged is a run with thresholds that were met, missed and not judged.
func judged(t testing.TB) *Report {
	s := totalled(twoModes())
	return &Report{Name: "pr-41.jsonl", Summary: s, Thresholds: outcomes(t, s,
		"retr.active.service.p99 < 12ms", "retr.goodput > 1GiB/s", "retr.service.p99.9 < 25ms", "stor.service.p50 < 1s")}
}

// forgedNames is a hostile run whose variant is out for more.
func forgedNames() *summary.Summary {
	s := hostile()
	for i, name := range []string{"=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)> **b** `c` | @octocat #1 [x](http://evil)\n# h"} {
		s.Series[i].Variant = name
	}
	s.Errors[1].Example = "``` </code> | @octocat www.example.org \\"
	s.Errors[1].Variant = s.Series[1].Variant
	s.Target.URL = "ftp://`x`@[::1]|/\x1b[31m"
	s.Warnings = []string{"see https://evil.example/ or www.evil.example, @octocat/team :tada: <b>\n\n# heading"}
	s.Notes = []string{"-- a note, \x00 & <!-- comment"}
	s.Status, s.Missing = summary.Partial, []string{"| a | b |\n|--|--|"}
	return totalled(s)
}

func TestThresholdsFollowTheReport(t *testing.T) {
	r := judged(t)
	text := rendered(t, r, Text, Options{})
	if plain := written(t, r.Summary, Text, Options{}); !bytes.HasPrefix(text, plain) {
		t.Error("the report itself has changed")
	} else {
		golden(t, "thresholds", bytes.TrimPrefix(text, plain))
	}
	out := rendered(t, r, JSON, Options{})
	checkJSON(t, out)
	plain := bytes.TrimSuffix(written(t, r.Summary, JSON, Options{}), []byte("\n}\n"))
	if !bytes.HasPrefix(out, plain) {
		t.Error("the summary itself has changed")
	} else {
		golden(t, "thresholds-json", bytes.TrimPrefix(out, plain))
	}
	var b bytes.Buffer
	if err := r.Write(&b, Text, Options{Color: true}); err != nil || !strings.Contains(b.String(), "\x1b[1;31mMISSED") {
		t.Errorf("no colour, or %v", err)
	}
}

func TestFormatsMadeOfTrialsFailWithoutThem(t *testing.T) {
	for _, f := range []Format{GoBench, HLog, HGRM} {
		err := (&Report{Summary: twoModes()}).Write(&bytes.Buffer{}, f, Options{})
		want := "the " + string(f) + " format is made of the trials of a result file, and there are none here"
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Every format can be written of several runs as one document, and a single one
// is written as it is.
func TestWriteAll(t *testing.T) {
	result, _ := trialRun{variants: []string{"passive"}, trials: 1}.record(t)
	var reports []*Report
	for _, name := range []string{"a.jsonl", "b.jsonl"} {
		reports = append(reports, &Report{Name: name, Summary: runOf(passive()), Result: result})
	}
	for _, name := range Formats() {
		f := Format(name)
		var one, all bytes.Buffer
		if err := WriteAll(&one, reports[:1], f, Options{}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), rendered(t, reports[0], f, Options{})) {
			t.Errorf("%s: a single one is written otherwise", f)
		}
		if err := WriteAll(&all, reports, f, Options{}); err != nil {
			t.Fatal(err)
		}
		checkPlain(t, f, all.Bytes())
		out := all.String()
		switch f {
		case JSON:
			if !strings.HasPrefix(out, "[\n{") || !strings.HasSuffix(out, "}\n]\n") {
				t.Errorf("no array:\n%s", out)
			}
		case CSV:
			if lines := strings.Count(out, "\n"); lines != 3 {
				t.Errorf("%d lines, want a head and two rows", lines)
			}
		case JUnit:
			if strings.Count(out, "<testsuite ") != 2 || strings.Count(out, "<?xml") != 1 {
				t.Errorf("not two suites:\n%s", out)
			}
		case Text:
			if !strings.HasPrefix(out, "== a.jsonl ==\n") || !strings.Contains(out, "\n\n== b.jsonl ==\n") {
				t.Errorf("no titles:\n%s", out)
			}
		case HLog:
			if strings.Contains(out, "\n\n") {
				t.Error("an empty line, at which readers stop")
			}
		}
	}
	if err := WriteAll(fullDisk{}, reports, CSV, Options{}); err != errFull {
		t.Errorf("%v, want %v", err, errFull)
	}
	if err := WriteAll(&bytes.Buffer{}, slices.Concat(reports, []*Report{{}}), JUnit, Options{}); err == nil {
		t.Error("a report of nothing")
	}
}
