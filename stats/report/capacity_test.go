package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/report/search"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func searches() map[string]func() *resultfile.Result {
	return map[string]func() *resultfile.Result{
		"refused": refusedAt50, "latency": byLatency, "modes": bothModes, "at-least": atLeast, "generator": heldBackAt32,
		"fallen": fallen, "ports": outOfPorts, "partial": cutSearch, "rate": byRate, "bandwidth": byBandwidth, "hostile": forgedSearch,
		"empty": func() *resultfile.Result { return searched(resultfile.VarySessions, 10) },
	}
}

func TestCapacityText(t *testing.T) {
	check := func(name string, c *capacity.Report, o Options) {
		t.Run(name, func(t *testing.T) {
			out := textOf(t, &Report{Capacity: c}, o)
			golden(t, "capacity-"+name, out)
			checkText(t, out, o)
			if bytes.Contains(out, []byte("NaN")) || bytes.Contains(out, []byte("Inf")) {
				t.Error("a number that is none was printed")
			}
		})
	}
	for name, r := range searches() {
		check(name, found1(t, r()), Options{})
	}
	check("latency-narrow", found1(t, byLatency()), Options{Width: 60})
	check("latency-80", found1(t, byLatency()), Options{Width: 80})
	check("modes-wide", found1(t, bothModes()), Options{Width: 160})
	check("refused-color", found1(t, refusedAt50()), Options{Color: true})
	check("hostile-narrow", found1(t, forgedSearch()), Options{Width: 72, Color: true})
	check("nothing", &capacity.Report{}, Options{})
}

func TestCapacityInOtherFormats(t *testing.T) {
	for name, r := range searches() {
		t.Run(name, func(t *testing.T) {
			c := found1(t, r())
			md := rendered(t, &Report{Capacity: c}, Markdown, Options{})
			checkMdReport(t, md)
			table := rendered(t, &Report{Capacity: c}, CSV, Options{})
			checkCSV(t, table)
			one := &Report{Name: "search.jsonl", Capacity: c, Result: r()}
			junit := rendered(t, one, JUnit, Options{})
			switch name {
			case "refused", "modes", "generator", "hostile", "partial":
				golden(t, "capacity-markdown-"+name, md)
				golden(t, "capacity-csv-"+name, table)
				golden(t, "capacity-junit-"+name, junit)
			}
			if name == "modes" {
				golden(t, "capacity-json", rendered(t, one, JSON, Options{}))
			}
			for _, f := range []Format{Text, JSON, GoBench, HLog, HGRM} {
				rendered(t, one, f, Options{})
			}
		})
	}
	checkMdReport(t, rendered(t, &Report{Capacity: &capacity.Report{}}, Markdown, Options{}))
	checkCSV(t, rendered(t, &Report{Capacity: &capacity.Report{}}, CSV, Options{}))
	out := rendered(t, &Report{Capacity: &capacity.Report{}}, JUnit, Options{})
	if !bytes.Contains(out, []byte("nothing was measured")) {
		t.Errorf("%s", out)
	}
}

func TestCapacityReportLeavesItsInputAlone(t *testing.T) {
	c := found1(t, bothModes())
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []Format{Text, JSON, CSV, Markdown, JUnit} {
		rendered(t, &Report{Capacity: c}, f, Options{})
	}
	after, err := json.Marshal(c)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("changed: %v", err)
	}
}

func TestModesAnswer(t *testing.T) {
	edit := func(change func(a, b *capacity.Result)) string {
		c := found1(t, bothModes())
		change(&c.Results[0], &c.Results[1])
		return search.ModesAnswer(c)
	}
	for _, x := range []struct {
		want   string
		change func(a, b *capacity.Result)
	}{
		{"the server holds more with passive: 107 against 61 (+75.4%); passive ended with a missed latency objective; active ended with exhausted data ports (425)", func(a, b *capacity.Result) {}},
		{"the server holds about as much with passive and active, within the precision of the search: ", func(a, b *capacity.Result) { *b.Capacity = 105 }},
		{"unknown which one the server holds more with: no capacity was found for active", func(a, b *capacity.Result) { b.Capacity = nil }},
		{"the server holds more with active: at least 1,000 against 107 (x9.35); active did not fail at the highest level", func(a, b *capacity.Result) { *b.Capacity, b.AtLeast, b.Limit = 1000, true, nil }},
	} {
		if got := edit(x.change); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s", got)
		}
	}
}

// FuzzCapacity puts arbitrary words and numbers where files put theirs.
func FuzzCapacity(f *testing.F) {
	f.Add(hostileText, "passive", 1.5, 0.03, 100, int64(7))
	f.Add("", "日本語\u0301", 0.0, -1.0, 0, int64(-1))
	f.Add("@a|b", "<b>", 1e308, 1e-308, 73, int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, words, name string, a, b float64, width int, n int64) {
		o := Options{Width: min(max(width, 0), 500)}
		c := found1(t, bothModes())
		c.Plan.Vary = [...]string{resultfile.VarySessions, resultfile.VaryRate, resultfile.VaryBandwidth, words}[uint64(n)%4]
		c.Plan.From, c.Plan.Most, c.Plan.Precision = a, b, a
		c.Target.URL, c.Warnings, c.Missing, c.Status = words, []string{words}, []string{name}, words
		for i := range c.Results {
			r := &c.Results[i]
			r.Vary, r.Variant, r.Mode, r.Headline, r.Why, r.Operation = c.Plan.Vary, name, words, words, name, words
			r.Capacity, r.ModelWhy = number(a), words
			r.Limit = &capacity.Limit{Cause: words, Code: int(n), Text: name, Hint: words, Level: b}
			r.Cost = &capacity.Cost{BytesPerSession: number(a), CPUSecondsPerGiB: number(b), SessionsPerCore: number(-a)}
			for j := range r.Steps {
				s := &r.Steps[j]
				if j%2 == 0 {
					s.Level, s.OperationsPerSecond, s.Goodput = a*float64(j), number(b), number(a)
				}
				s.ServiceP99, s.Verdict, s.Cause, s.Opened = &n, words, name, int(n)
				s.ErrorRate = number(b)
			}
		}
		m := found1(t, byLatency()).Results[0].USL
		m.Alpha.Value, m.Beta.Low, m.PeakN.Value, m.Residuals = number(a), number(b), nil, []float64{a}
		m.Knee.Load.Value, m.Knee.Throughput.Value, m.Difference, m.Deviation, m.R2 = number(b), number(a), a, b, number(a)
		c.Results[0].USL = m
		checkText(t, textOf(t, &Report{Capacity: c}, o), o)
		checkMdReport(t, rendered(t, &Report{Capacity: c}, Markdown, Options{}))
		checkCSV(t, rendered(t, &Report{Capacity: c}, CSV, Options{}))
		rendered(t, &Report{Name: words, Capacity: c}, JUnit, o)
	})
}
