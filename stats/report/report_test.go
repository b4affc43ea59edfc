package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/render/text"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update rewrites it):\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}

func written(t *testing.T, s *summary.Summary, f Format, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&Report{Summary: s}).Write(&b, f, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textOf writes a report as text, which must not fail.
func textOf(t testing.TB, r *Report, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b, Text, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		name    string
		summary *summary.Summary
		options Options
	}{
		{name: "two-modes", summary: twoModes()},
		{name: "two-modes-color", summary: twoModes(), options: Options{Color: true}},
		{name: "two-modes-narrow", summary: twoModes(), options: Options{Width: 60}},
		{name: "two-modes-80", summary: twoModes(), options: Options{Width: 80}},
		{name: "two-modes-wide", summary: twoModes(), options: Options{Width: 160}},
		{name: "four-modes", summary: fourModes()},
		{name: "six-columns", summary: sixColumns()},
		{name: "two-operations", summary: twoOperations()},
		{name: "paths", summary: withPaths()},
		{name: "one-series", summary: runOf(passive())},
		{name: "open-load", summary: openLoad()},
		{name: "open-late", summary: openLate()},
		{name: "open-paces", summary: openPaces()},
		{name: "open-counted", summary: countedLate()},
		{name: "mix", summary: mix()},
		{name: "mix-open", summary: openMix(), options: Options{Width: 120}},
		{name: "mix-narrow", summary: mix(), options: Options{Width: 80}},
		{name: "mix-fallback", summary: mixWithFallback(), options: Options{Width: 120}},
		{name: "login", summary: logins()},
		{name: "stages", summary: staged()},
		{name: "stages-narrow", summary: staged(), options: Options{Width: 72}},
		{name: "stages-open-mix", summary: stagedOpenMix()},
		{name: "stages-partial", summary: stagedPartial()},
		{name: "partial", summary: partial()},
		{name: "limited", summary: limited()},
		{name: "hostile", summary: hostile()},
		{name: "hostile-color", summary: hostile(), options: Options{Color: true}},
		{name: "few-samples", summary: fewSamples()},
		{name: "blocked", summary: blocked()},
		{name: "nothing", summary: nothing()},
		{name: "empty", summary: &summary.Summary{}},
		{name: "overridden", summary: overridden()},
		{name: "ipv6", summary: ipv6()},
		{name: "broken", summary: broken()},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := written(t, c.summary, Text, c.options)
			golden(t, c.name, out)
			checkText(t, out, c.options)
			if bytes.Contains(out, []byte("NaN")) || bytes.Contains(out, []byte("Inf")) {
				t.Error("a number that is none was printed")
			}
		})
	}
}

// checkText checks what holds for every text report: lines no wider than
// allowed, nothing a terminal would obey, no blanks at the end of lines.
func checkText(t *testing.T, out []byte, o Options) {
	t.Helper()
	plain := string(out)
	if o.Color {
		plain = regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(plain, "")
	}
	width := o.Width
	if width == 0 {
		width = text.DefaultWidth
	}
	width = max(width, text.LeastWidth)
	if !strings.HasSuffix(plain, "\n") {
		t.Error("the report does not end its last line")
	}
	for line := range strings.Lines(plain) {
		line = strings.TrimSuffix(line, "\n")
		if w := terminal.Width(line); w > width {
			t.Errorf("%d columns, more than %d: %q", w, width, line)
		}
		if strings.HasSuffix(line, " ") {
			t.Errorf("blanks at the end: %q", line)
		}
		for _, r := range line {
			if r != ' ' && !unicode.IsPrint(r) || unicode.IsMark(r) {
				t.Errorf("%U in %q", r, line)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	bare := &summary.Summary{Stages: []summary.StageSummary{{Step: 1, Series: []summary.StageSeries{{}}}, {Step: 2}}}
	for name, s := range map[string]*summary.Summary{
		"json-bare-stages": bare,
		"json-two-modes":   twoModes(),
		"json-hostile":     hostile(),
		"json-empty":       {},
		"json-stages":      stagedOpenMix(),
	} {
		t.Run(name, func(t *testing.T) {
			out := written(t, s, JSON, Options{Color: true, Width: 3})
			golden(t, name, out)
			checkJSON(t, out)
		})
	}
}

func checkJSON(t *testing.T, out []byte) {
	t.Helper()
	if !json.Valid(out) || !bytes.HasSuffix(out, []byte("}\n")) {
		t.Errorf("not JSON with a newline at its end: %q", out)
	}
	for _, r := range string(out) {
		if r != '\n' && unicode.IsControl(r) {
			t.Errorf("%U in JSON", r)
		}
	}
}

func TestJSONReadsBackAsTheSameSummary(t *testing.T) {
	first := written(t, twoModes(), JSON, Options{})
	var back summary.Summary
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}
	if second := written(t, &back, JSON, Options{}); !bytes.Equal(first, second) {
		t.Errorf("came back as\n%s\nnot\n%s", second, first)
	}
}

func TestJSONKeepsTheServersWords(t *testing.T) {
	s := &summary.Summary{Run: summary.Run{Target: resultfile.TargetInfo{Banner: "<a href=\"x\">&\u007f\u009b"}}}
	out := written(t, s, JSON, Options{})
	if want := `"banner": "<a href=\"x\">&\u007f\u009b"`; !bytes.Contains(out, []byte(want)) {
		t.Errorf("no %s in\n%s", want, out)
	}
	var back summary.Summary
	if err := json.Unmarshal(out, &back); err != nil || back.Target.Banner != s.Target.Banner {
		t.Errorf("came back as %q, %v", back.Target.Banner, err)
	}
}

func TestWriteLeavesTheSummaryAlone(t *testing.T) {
	s := hostile()
	s.Errors = append(s.Errors, summary.ErrorSummary{Count: 9999})
	s.Series = append(s.Series, summary.SeriesSummary{Variant: "third"})
	before, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		rendered(t, &Report{Summary: s, Result: &resultfile.Result{}, Thresholds: outcomes(t, s, "retr.goodput > 1MiB/s")}, Format(f), Options{})
	}
	after, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("changed from\n%s\nto\n%s", before, after)
	}
}

func TestFormats(t *testing.T) {
	for _, name := range Formats() {
		f, err := ParseFormat(name)
		if err != nil {
			t.Error(err)
		}
		rendered(t, &Report{Summary: &summary.Summary{}, Result: &resultfile.Result{}}, f, Options{})
	}
	const want = `unknown report format "yaml": want text, json, csv, markdown, junit, gobench, hlog, hgrm or html`
	if _, err := ParseFormat("yaml"); err == nil || err.Error() != want {
		t.Errorf("ParseFormat: %v, want %s", err, want)
	}
	if err := (&Report{Summary: &summary.Summary{}}).Write(&bytes.Buffer{}, "yaml", Options{}); err == nil || err.Error() != want {
		t.Errorf("Write: %v, want %s", err, want)
	}
}

type fullDisk struct{}

var errFull = errors.New("disk full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteFails(t *testing.T) {
	var b bytes.Buffer
	if err := (&Report{Summary: nil}).Write(&b, Text, Options{}); err == nil {
		t.Error("a report of nothing")
	}
	if err := (&Report{Summary: broken()}).Write(&b, JSON, Options{}); err == nil {
		t.Error("NaN has no JSON, yet it was written")
	}
	if b.Len() > 0 {
		t.Errorf("wrote %q before it failed", &b)
	}
	for _, f := range Formats() {
		r := &Report{Summary: &summary.Summary{}, Result: &resultfile.Result{}}
		if err := r.Write(fullDisk{}, Format(f), Options{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

// FuzzWrite puts arbitrary words where servers, profiles and systems put theirs,
// and arbitrary numbers where runs put theirs.
func FuzzWrite(f *testing.F) {
	f.Add(hostileText, "passive", uint8(1), int64(12), int64(90), 1.5, 100)
	f.Add("", "", uint8(200), int64(-1), int64(1)<<62, -0.5, 0)
	f.Add("0\x1b", "", uint8(208), int64(-88), int64(1)<<62, -1.5, 52)
	f.Add("日本語\u0301\x7f", "\x1b[0m", uint8(4), int64(999_960), int64(1), 1e308, 73)
	f.Fuzz(func(t *testing.T, words, variant string, kind uint8, n, m int64, x float64, width int) {
		width = min(max(width, 0), 500)
		s := hostile()
		s.Status, s.Target.URL, s.Target.Banner, s.Target.Syst = words, words, words, words
		s.Tool.Name, s.Tool.Version, s.Tool.OS = words, words, words
		s.Notes, s.Missing = []string{words}, []string{words, variant}
		s.Generator.Reasons, s.Generator.Warnings = []string{words}, []string{words}
		s.Generator.CPUSeconds, s.Generator.CPUs, s.Generator.PeakRSSBytes = x, float64(m), n
		s.Sessions.Opened, s.Sessions.Failed = n, m
		s.Load = &resultfile.LoadInfo{
			Model: [...]string{resultfile.OpenLoad, resultfile.ClosedLoad, words}[kind%3], Rate: words, Arrivals: variant,
			Sessions: int(n), MaxSessions: int(m), MaxBacklog: int(n), Think: words, OpRate: variant, Bandwidth: words,
			RatePerSecond: x, Count: m,
			SessionBandwidth: variant, Verify: words, Operations: words, Size: variant, Files: int(m),
		}
		s.Totals = append(s.Totals, summary.TotalSummary{
			Variant: variant, OK: n, Failed: m, Due: n, Dropped: m, BacklogGrowth: n, OperationsPerSecond: x, WindowSeconds: x,
		})
		for i := range int(kind % 5) {
			stage := summary.StageSummary{Variant: [...]string{variant, words}[i%2], Step: i, Name: words, Seconds: x, Sessions: int(m)}
			for j := range i {
				stage.Series = append(stage.Series, summary.StageSeries{
					Op: stats.Op(j), Mode: stats.Mode(kind % 6), OK: n, Failed: m, Dropped: n, OperationsPerSecond: x,
					Latency: map[stats.Phase]*summary.Latency{stats.Service: {Count: n, P50: m}},
				})
			}
			s.Stages = append(s.Stages, stage)
		}
		for range kind % 8 {
			c := retr(variant, stats.Mode(kind%6), [...]float64{1, x, 2, 3, 4, 5})
			c.Op = stats.Op(kind % 15)
			c.Attempts, c.Failed, c.OK, c.WastedBytes, c.Dropped = n, m, n-m, m, n
			c.Latency[stats.Service].P50, c.Latency[stats.Service].Mean = m, x
			c.Throughput.P50, c.OperationsPerSecond = n, x
			s.Series = append(s.Series, c)
		}
		for i := range s.Errors {
			s.Errors[i] = summary.ErrorSummary{
				Variant: variant, Op: words, Mode: stats.Mode(kind), Phase: stats.Phase(kind), Code: int(n),
				Class: stats.Class(words), Count: m, Example: words, Hint: words,
			}
		}
		o := Options{Width: width}
		checkText(t, written(t, s, Text, o), o)
		var b bytes.Buffer
		if err := (&Report{Summary: s}).Write(&b, JSON, o); err == nil {
			checkJSON(t, b.Bytes())
		}
		r := &Report{Name: words, Summary: s, Thresholds: outcomes(t, s, "retr.service.p99 < 1ms", "errors.rate < 1%")}
		checkMarkdown(t, string(rendered(t, r, Markdown, o)))
		p := parsed(t, rendered(t, r, HTML, o))
		checkSelfContained(t, p)
		checkAccessible(t, p)
		table2D(t, rendered(t, r, CSV, o))
		readJUnit(t, rendered(t, r, JUnit, o))
	})
}

func BenchmarkText(b *testing.B) {
	s := hostile()
	for b.Loop() {
		var out bytes.Buffer
		if err := (&Report{Summary: s}).Write(&out, Text, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Several trials of a variant are said to be several, whose numbers are one.
func TestTrialsTogether(t *testing.T) {
	for _, c := range []struct {
		trials [2]int
		want   string
	}{
		{[2]int{1, 1}, "measured for 10.0 s each\n"},
		{[2]int{0, 0}, "measured for 10.0 s each\n"}, // not recorded
		{[2]int{3, 3}, "measured for 10.0 s each, the total of 3 trials\n"},
		{[2]int{3, 2}, "measured for 10.0 s each, the total of 2 to 3 trials\n"},
	} {
		s := totalled(twoModes())
		s.Totals[0].Trials, s.Totals[1].Trials = c.trials[0], c.trials[1]
		out := string(written(t, s, Text, Options{Width: 300}))
		if strings.Contains(out, "each column is one trial") != (c.trials[0] < 2) || !strings.Contains(out, c.want) {
			t.Errorf("%v: no %q in\n%s", c.trials, c.want, out)
		}
	}
}
