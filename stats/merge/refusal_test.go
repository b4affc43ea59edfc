package merge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// pair returns two generators that can be merged.
func pair() (a, b *generator) {
	one := func(name string, seed uint64) *generator {
		return &generator{name: name, seed: seed, begin: second + stats.Moment(seed)*ms, open: 2 * second, close: 7 * second}
	}
	return one("gen1.jsonl", 1), one("gen2.jsonl", 2)
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		change func(*generator)
		want   string
	}{
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Epoch = time.Time{} } },
			"gen2.jsonl does not have the time of day at which its clock began (it was written by ftpmark test): it cannot be aligned with another result"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Target.Embedded = true } },
			"gen2.jsonl is of ftpmark's embedded target, and each run starts its own: merge results of one server"},
		{func(g *generator) {
			g.change = func(h *resultfile.Header) {
				h.Capacity = &resultfile.CapacityPlan{Vary: resultfile.VarySessions, From: 1, Most: 10, Precision: 0.1}
			}
		},
			"gen2.jsonl is of a search for capacity, in which each generator chose its own levels: run one level on all machines at the same time (ftpmark run), and merge these results"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Profile = nil } },
			"gen2.jsonl has no profile, so it is unknown whether it is of the same run"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Profile = json.RawMessage("[1]") } },
			"gen2.jsonl: the profile in its header cannot be read"},
		{func(g *generator) { g.seed, g.begin = 1, second+ms },
			"gen1.jsonl and gen2.jsonl are the same result, which would count twice"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Target.URL = "ftp://other/" } },
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in target (ftp://host/ and ftp://other/)"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Target.Banner = "220 welcome" } },
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in banner (220 hello and 220 welcome)"},
		{func(g *generator) {
			g.profile = `{"version":1,"op":{"retr": 1, "stor": 2},"sessions":7,"rate":"5/s","seed":2,"size":"1MiB","duration":"10s"}`
		},
			`gen1.jsonl and gen2.jsonl are not of one run: they differ in op ("retr" and {"retr":1,"stor":2}), size (none and "1MiB")`},
		{func(g *generator) { g.variants = []string{"active"} },
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in variants (passive and active)"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Trials = 3 } },
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in trials (1 and 3)"},
		{func(g *generator) { g.change = func(h *resultfile.Header) { h.Load.Model = resultfile.ClosedLoad } },
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in load (open and closed)"},
		{func(g *generator) {
			g.change = func(h *resultfile.Header) {
				h.Compare = &resultfile.ComparePlan{Pairs: 6, MaxPairs: 6, Primary: []string{"goodput"}, ThresholdEffect: 0.03}
			}
		},
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in the settings of the comparison"},
		{func(g *generator) { g.steps = []stats.Moment{4 * second} },
			"gen1.jsonl and gen2.jsonl are not of one run: they differ in the stages' lengths"},
		{func(g *generator) { g.open, g.close = 8*second, 13*second },
			"passive, trial 1: the windows do not overlap: that of gen2 opened 1.000 s after that of gen1 had closed: start the generators at the same time, with synchronized clocks"},
		{func(g *generator) { g.open, g.close = 5*second, 10*second },
			"passive, trial 1: the windows have 2.000 s in common, which is less than half of the shortest, 5.000 s: that of gen2 opened 3.000 s after the first: start the generators at the same time, with synchronized clocks"},
		{func(g *generator) { g.open, g.close = 6*second+100*ms, 7*second },
			"passive, trial 1: the windows have 0.900 s in common, which is less than 1.000 s: that of gen2 opened 4.100 s after the first: start the generators at the same time, with synchronized clocks"},
	} {
		a, b := pair()
		c.change(b)
		if got := refused(t, a.file(t), b.file(t)); got != c.want {
			t.Errorf("%s\nnot\n%s", got, c.want)
		}
	}
	a, b := pair()
	if got := refused(t, a.file(t)); got != "one result cannot be merged: give those of two or more generators" {
		t.Error(got)
	}
	a.variants, b.variants = []string{"passive", "active"}, []string{"active", "passive"}
	same := func(h *resultfile.Header) { h.Planned = nil }
	a.change, b.change = same, same
	if got := refused(t, a.file(t), b.file(t)); got != "gen1.jsonl and gen2.jsonl ran their trials in different orders, so not at the same time (seeds 1 and 2)" {
		t.Error(got)
	}
}

// TestFartherThanClocksReach: a forged time of day does no harm.
func TestFartherThanClocksReach(t *testing.T) {
	a, b := pair()
	b.change = func(h *resultfile.Header) { h.Epoch = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC) }
	if got := refused(t, a.file(t), b.file(t)); !strings.Contains(got, "the windows do not overlap") {
		t.Error(got)
	}
}

// TestShares: what may differ adds up.
func TestShares(t *testing.T) {
	a, b := pair()
	a.profile = `{"version":1,"op":"retr","sessions":4,"rate":"100/s","seed":1,"bandwidth":"1MB/s","source":["192.0.2.1"],"threshold":["errors.count == 0"]}`
	b.profile = `{"op":"retr","version":1,"sessions":5,"rate":"50/s","seed":2,"bandwidth":"1MB/s","threshold":["errors.count < 9"]}`
	limits := func(h *resultfile.Header) { h.Load.Bandwidth, h.Load.Count = "1MB/s", 10 }
	a.change, b.change = limits, func(h *resultfile.Header) {
		limits(h)
		h.Load.RatePerSecond, h.Load.OpRate = 50, "7/s"
		h.Target.Banner = "220 hello, you are user number 2"
		h.Tool.Version = "test2"
	}
	if got := refused(t, a.file(t), b.file(t)); !strings.Contains(got, "banner") {
		t.Error(got)
	}
	first := a.change
	a.change = func(h *resultfile.Header) { first(h); h.Target.Banner = "220 hello, you are user number 1" }
	got, _ := merged(t, a.file(t), b.file(t))
	const want = `{"bandwidth":"2 × 1MB/s","op":"retr","rate":"150/s","seed":1,"sessions":9,"source":["192.0.2.1"],"version":1}`
	if p := string(got.Header.Profile); p != want {
		t.Errorf("%s\nnot\n%s", p, want)
	}
	l := got.Header.Load
	if l.Rate != "150/s" || l.OpRate != "no limit + 7/s" || l.Bandwidth != "2 × 1MB/s" || l.Count != 20 || l.MaxSessions != 20 {
		t.Errorf("%+v", l)
	}
	text := strings.Join(append(got.Footer.Warnings, got.Footer.Notes...), "\n")
	for _, want := range []string{"gen1 was measured by ftpmark test, gen2 by test2", "user number 2", "none is kept"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestDue: a target that kept up with the rate is seen to have, although the
// window of the merged result is shorter than those in which operations were due.
func TestDue(t *testing.T) {
	a, b := pair()
	a.close, b.open, b.close = 10*second, 5*second, 13*second
	for _, g := range []*generator{a, b} {
		for at := g.begin; at < g.close; at += 10 * ms {
			g.operations = append(g.operations, operation{due: at, at: at + 2*ms, bytes: 1000})
		}
	}
	got, _ := merged(t, a.file(t), b.file(t))
	total := summary.Of(got).Totals[0]
	if due := float64(total.Due) / total.DueSeconds; total.WindowSeconds != 5 || due < 199.9 || due > 200.1 || total.OperationsPerSecond < 199 || total.OperationsPerSecond > 201 {
		t.Errorf("%g/s of %g/s: %+v", total.OperationsPerSecond, due, total)
	}
}

// TestDamaged: a file that contradicts itself is refused, not added up.
func TestDamaged(t *testing.T) {
	a, b := pair()
	b.operations = load(rand.New(rand.NewPCG(1, 1)), 100, 3*second, 6*second)
	whole := contents(t, b.file(t))
	// The trial's own count, which is the last.
	at := bytes.LastIndex(whole, []byte(`"completed_inside":`)) + len(`"completed_inside":`)
	more := append(append(bytes.Clone(whole[:at]), '9'), whole[at:]...)
	if got := refused(t, a.file(t), inMemory("gen2.jsonl", more)); got != "gen2.jsonl is damaged: the intervals of passive, trial 1 do not add up to it" {
		t.Error(got)
	}
	var again []byte
	for _, line := range bytes.SplitAfter(whole, []byte("\n")) {
		again = append(again, line...)
		if bytes.HasPrefix(line, []byte(`{"record":"interval"`)) {
			again = append(again, line...)
		}
	}
	if got := refused(t, a.file(t), inMemory("gen2.jsonl", again)); got != "gen2.jsonl is damaged: the intervals of passive, trial 1 overlap" {
		t.Error(got)
	}
}

// TestCannotBeReadTwice: neither a pipe nor a file that was emptied hangs.
func TestCannotBeReadTwice(t *testing.T) {
	a, b := pair()
	whole, opened := contents(t, b.file(t)), 0
	pipe := Input{Name: "pipe", Open: func() (io.ReadCloser, error) {
		opened++
		if opened > 1 {
			return io.NopCloser(strings.NewReader("")), nil
		}
		return io.NopCloser(bytes.NewReader(whole)), nil
	}}
	_, err := mergedFile(a.file(t), pipe)
	if err == nil || err.Error() != "pipe changed while it was read, or cannot be read twice" {
		t.Error(err)
	}
}

// TestMangled: whatever a file says, it is merged or refused.
func TestMangled(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	a, b := pair()
	a.steps, b.steps = []stats.Moment{4 * second}, []stats.Moment{4 * second}
	b.operations = load(rand.New(rand.NewPCG(1, 1)), 50, 3*second, 6*second)
	first, whole := a.file(t), contents(t, b.file(t))
	r := rand.New(rand.NewPCG(9, 9))
	digits := []int{}
	for i, c := range whole {
		if c >= '0' && c <= '9' {
			digits = append(digits, i)
		}
	}
	outcomes := map[string]int{}
	for range 60 {
		forged := bytes.Clone(whole)
		for range 1 + r.IntN(3) {
			at := digits[r.IntN(len(digits))]
			forged[at] = byte('0' + r.IntN(10))
			if r.IntN(4) == 0 { // a longer number
				forged = append(append(bytes.Clone(forged[:at]), "99999999999"...), forged[at:]...)
			}
		}
		b, err := mergedFile(first, inMemory("gen2.jsonl", forged))
		var refusal *Refusal
		var file *resultfile.FileError
		switch {
		case err == nil:
			outcomes["merged"]++
			if _, err := resultfile.Read(resultfile.NewReader(bytes.NewReader(b)), nil); err != nil {
				t.Errorf("the merged file cannot be read: %v", err)
			}
			if len(b) > 4*len(whole) {
				t.Errorf("%d bytes of two files of %d", len(b), len(whole))
			}
		case errors.As(err, &refusal):
			outcomes["refused"]++
		case errors.As(err, &file):
			outcomes["unreadable"]++
		default:
			t.Errorf("%v", err)
		}
	}
	t.Log(outcomes)
}

func contents(t testing.TB, in Input) []byte {
	t.Helper()
	f, err := in.Open()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
