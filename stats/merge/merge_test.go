package merge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sortedErrors makes lists that are equal but for the order of errors equal.
func sortedErrors(l resultfile.SeriesList) resultfile.SeriesList {
	for _, s := range l {
		for _, all := range []resultfile.ErrorCounts{s.Errors, s.WarmupErrors} {
			slices.SortFunc(all, func(a, b resultfile.ErrorCount) int {
				return cmp.Or(cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.Code, b.Code))
			})
		}
	}
	return l
}

// TestNothingIsLost: the operations of a run, dealt out at random to generators
// with the same window, merge to what one generator would have had of them all.
func TestNothingIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		base := generator{name: "one", begin: 1 * second, open: 3 * second, close: 13 * second}
		if seed%2 == 0 {
			base.steps = []stats.Moment{6 * second, 10*second + 300*ms}
		}
		all := base
		all.operations = load(r, 1000, 1*second, 13*second+500*ms)
		parts := make([]generator, 2+r.IntN(4))
		for i := range parts {
			parts[i] = base
			parts[i].name, parts[i].seed = string(rune('a'+i)), uint64(i)
			parts[i].epoch = stats.Moment(r.Int64N(int64(second)))
		}
		for _, o := range all.operations {
			p := &parts[r.IntN(len(parts))]
			p.operations = append(p.operations, o)
		}
		var inputs []Input
		for i := range parts {
			inputs = append(inputs, parts[i].file(t))
		}
		got, intervals := merged(t, inputs...)
		want := all.result(t)
		if g, w := jsonOf(t, sortedErrors(got.Trials[0].Series)), jsonOf(t, sortedErrors(want.Trials[0].Series)); g != w {
			t.Fatalf("seed %d: the sum is\n%s\nnot\n%s", seed, g, w)
		}
		if len(got.Trials[0].Stages) != len(want.Trials[0].Stages) {
			t.Fatalf("%d stages, not %d", len(got.Trials[0].Stages), len(want.Trials[0].Stages))
		}
		for i := range want.Trials[0].Stages {
			g, w := got.Trials[0].Stages[i], want.Trials[0].Stages[i]
			g.Sessions, w.Sessions = 0, 0
			if g, w := jsonOf(t, g), jsonOf(t, w); g != w {
				t.Fatalf("seed %d: stage %d is\n%s\nnot\n%s", seed, i+1, g, w)
			}
		}
		gs, ws := summary.Of(got), summary.Of(want)
		if g, w := jsonOf(t, gs.Totals), jsonOf(t, ws.Totals); g != w {
			t.Fatalf("seed %d: the totals are\n%s\nnot\n%s", seed, g, w)
		}
		addUp(t, got, intervals)
		if !got.Complete() {
			t.Errorf("not complete: %q", got.Missing)
		}
	}
}

// addUp checks that the intervals are the trials, and follow on each other.
func addUp(t testing.TB, r *resultfile.Result, intervals []*resultfile.Interval) {
	t.Helper()
	for _, trial := range r.Trials {
		all := sums{}
		at := trial.Start
		for _, i := range intervals {
			if i.Variant != trial.Variant || i.Trial != trial.Trial {
				continue
			}
			if i.Start != at || i.End <= i.Start || i.End > i.Start+2*second {
				t.Errorf("an interval from %d to %d follows on %d", i.Start, i.End, at)
			}
			at = i.End
			for _, s := range i.Series {
				if i.Stage != stats.Measured && s.CompletedInside+s.MovedInside > 0 {
					t.Errorf("%s has completions inside the window: %+v", i.Stage, s.Counters)
				}
				if err := all.add(s); err != nil {
					t.Fatal(err)
				}
			}
		}
		if at != trial.End {
			t.Errorf("the intervals end at %d, the trial at %d", at, trial.End)
		}
		if g, w := jsonOf(t, sortedErrors(all.list())), jsonOf(t, sortedErrors(trial.Series)); g != w {
			t.Errorf("the intervals add up to\n%s\nnot\n%s", g, w)
		}
	}
}

// inWindow counts the ok operations that ended in a window, and their bytes.
func inWindow(lists [][]operation, lo, hi stats.Moment) (operations, bytes int64) {
	for _, list := range lists {
		for _, o := range list {
			if o.failure == nil && o.at > lo && o.at <= hi {
				operations++
				bytes += o.bytes
			}
		}
	}
	return operations, bytes
}

// TestStaggered: the rates are those of the common window, exactly where its
// edges are those of intervals, and else as exactly as the note says.
func TestStaggered(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for _, c := range []struct {
		name   string
		starts []stats.Moment
		exact  bool
	}{
		{"whole seconds", []stats.Moment{0, 3 * second, 1 * second}, true},
		{"a moment", []stats.Moment{0, 7 * ms, 3 * ms}, false},
		{"anyhow", []stats.Moment{0, 1*second + 370*ms, 4*second + 912*ms}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 6))
			var inputs []Input
			var lists [][]operation
			var opened, closed []stats.Moment
			for i, start := range c.starts {
				g := generator{
					name: string(rune('a' + i)), seed: uint64(i), epoch: start - stats.Moment(i)*123*ms,
					begin: start + second, open: start + 2*second, close: start + 12*second, sessions: i + 1, share: float64(i) / 10,
				}
				g.operations = load(r, 1000*(i+1), g.begin, g.close+100*ms)
				for k := range g.operations {
					g.operations[k].due = max(g.operations[k].due, g.begin)
					g.operations[k].failure = nil
				}
				inputs, lists = append(inputs, g.file(t)), append(lists, g.operations)
				opened, closed = append(opened, g.open), append(closed, g.close)
			}
			m, err := Plan(inputs)
			if err != nil {
				t.Fatal(err)
			}
			got, intervals := merged(t, inputs...)
			addUp(t, got, intervals)
			lo, hi := opened[0], closed[0]
			for i := range opened {
				lo, hi = max(lo, opened[i]), min(hi, closed[i])
			}
			n, bytes := inWindow(lists, lo, hi)
			total := summary.Of(got).Totals[0]
			window := time.Duration(hi - lo).Seconds()
			if total.WindowSeconds != window {
				t.Errorf("a window of %g s, not %g", total.WindowSeconds, window)
			}
			off := math.Abs(total.OperationsPerSecond*window-float64(n)) / float64(n)
			offBytes := math.Abs(total.GoodputBytesPerSecond*window-float64(bytes)) / float64(bytes)
			t.Logf("off by %.4f and %.4f: %+v", off, offBytes, m.doubt)
			// Rounding takes less than one from each interval that is cut.
			if cuts := 4 * float64(len(inputs)) * 2; off > m.doubt.likely.operations+cuts/float64(n) || offBytes > m.doubt.likely.moved+cuts/float64(bytes) {
				t.Errorf("rates are off by %g and %g, the note says %+v", off, offBytes, m.doubt.likely)
			}
			if c.exact && (off > 1e-9 || offBytes > 1e-9 || m.doubt.most != shareOfRates{}) {
				t.Errorf("exact rates are in doubt: %+v", m.doubt)
			}
			var all int64
			for _, s := range got.Trials[0].Series {
				all += s.OK
			}
			want, _ := int64(0), 0
			for i, list := range lists {
				for _, o := range list {
					if o.due >= opened[i] && o.due < closed[i] {
						want++
					}
				}
			}
			if all != want {
				t.Errorf("%d operations of the windows, not %d", all, want)
			}
			if got.Trials[0].DisconnectedShare != 0.2 || got.Header.Load.Sessions != 6 || got.Header.Load.Rate != "300/s" {
				t.Errorf("disconnected %g, load %+v", got.Trials[0].DisconnectedShare, got.Header.Load)
			}
			for _, i := range intervals {
				if i.Stage == stats.Measured && i.Sessions != 6 {
					t.Errorf("%d sessions in the window", i.Sessions)
				}
			}
			warned := strings.Contains(strings.Join(got.Footer.Warnings, "\n"), "the generators' windows differ by")
			if far := c.name != "a moment"; warned != far {
				t.Errorf("warnings %q", got.Footer.Warnings)
			}
		})
	}
}

// TestWhoIsWho: what generators say of themselves keeps their names.
func TestWhoIsWho(t *testing.T) {
	a := generator{name: "x/gen1.jsonl", seed: 1, begin: second, open: 2 * second, close: 6 * second}
	b := a
	b.name, b.seed, b.limited, b.begin = "y/gen2.jsonl", 2, true, second+ms
	got, _ := merged(t, a.file(t), b.file(t))
	s := summary.Of(got)
	if !s.Generator.Limited || strings.Join(s.Generator.Reasons, "|") != "gen2: passive: cpu" || s.Generator.CPUSeconds != 2 || s.Generator.CPUs != 4 {
		t.Errorf("%+v", s.Generator)
	}
	if s.Sessions.Opened != 2 || s.Sessions.Failed != 2 {
		t.Errorf("%+v", s.Sessions)
	}
	text := strings.Join(s.Notes, "\n")
	for _, want := range []string{
		"merged from the results of 2 generators that ran at the same time: gen1, gen2 (seeds 1, 2)", "gen1: a note of x/gen1", "gen2: a note of y/gen2",
		"by the machines' clocks: they opened within 0.000 s",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Count(text, "a note of all") != 1 {
		t.Errorf("in\n%s", text)
	}
}

// TestPartial: what one lacks is left out and said, and the rest is partial.
func TestPartial(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	a := generator{name: "gen1.jsonl", seed: 1, begin: second, open: 2 * second, close: 8 * second, variants: []string{"passive", "active"}}
	a.operations = load(rand.New(rand.NewPCG(1, 1)), 500, second, 8*second)
	b := a
	b.name, b.seed, b.begin = "gen2.jsonl", 2, second+ms
	var f memory
	b.write(t, resultfile.NewWriter("gen2", &f))
	lines := strings.SplitAfter(f.String(), "\n")
	cut := 0
	for i, l := range lines {
		if strings.HasPrefix(l, `{"record":"variant","variant":"active"`) {
			cut = i
		}
	}
	// Killed before the second variant.
	got, _ := merged(t, a.file(t), inMemory("gen2.jsonl", []byte(strings.Join(lines[:cut], ""))))
	text := strings.Join(got.Missing, "\n")
	if len(got.Trials) != 1 || got.Complete() || !strings.Contains(text, "active, trial 1 is left out: gen2 does not have it") ||
		!strings.Contains(text, "gen2: the end of the run") {
		t.Errorf("%d trials, %s", len(got.Trials), text)
	}
	// Killed 3 s into its window: the common part is what counts.
	got, _ = merged(t, a.file(t), inMemory("gen2.jsonl", []byte(strings.Join(lines[:cut+7], ""))))
	if len(got.Trials) != 2 || got.Trials[1].Complete || got.Complete() {
		t.Fatalf("%d trials: %+v", len(got.Trials), got.Missing)
	}
	if w := got.Trials[1].Window; w.Close-w.Open < 2*second || w.Close-w.Open > 4*second {
		t.Errorf("a window of %v", w.Close-w.Open)
	}
	// Killed before it opened.
	got, _ = merged(t, a.file(t), inMemory("gen2.jsonl", []byte(strings.Join(lines[:cut+2], ""))))
	if text := strings.Join(got.Missing, "\n"); len(got.Trials) != 1 || !strings.Contains(text, "its window never opened in gen2") {
		t.Errorf("%d trials: %s", len(got.Trials), text)
	}
}

// TestMergedAgain: a merged result can be merged with another.
func TestMergedAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var inputs []Input
	for i := range 3 {
		g := generator{
			name: string(rune('a' + i)), seed: uint64(i), epoch: stats.Moment(i) * 50 * ms,
			begin: second + stats.Moment(i)*ms, open: 2 * second, close: 6 * second, sessions: 2,
		}
		g.operations = load(r, 500, second, 6*second)
		inputs = append(inputs, g.file(t))
	}
	two, err := mergedFile(inputs[:2]...)
	if err != nil {
		t.Fatal(err)
	}
	got, intervals := merged(t, inMemory("two", two), inputs[2])
	want, _ := merged(t, inputs...)
	if g, w := jsonOf(t, sortedErrors(got.Trials[0].Series)), jsonOf(t, sortedErrors(want.Trials[0].Series)); g != w {
		t.Errorf("the sum is\n%s\nnot\n%s", g, w)
	}
	if got.Header.Load.Sessions != 6 || len(got.Generators) != 3 {
		t.Errorf("%+v, %d generators", got.Header.Load, len(got.Generators))
	}
	addUp(t, got, intervals)
}

// TestConversationsAreTheFirsts: one of each variant, whatever the number of
// generators.
func TestConversationsAreTheFirsts(t *testing.T) {
	a, b := pair()
	with := func(g *generator, name string) Input {
		head, rest, _ := bytes.Cut(contents(t, g.file(t)), []byte("\n"))
		line := `{"record":"conversation","variant":"` + name + `","mode":"epsv","op":"retr","steps":[{"at_ns":1,"kind":"reply","text":"220 hello"}]}`
		return inMemory(name, bytes.Join([][]byte{head, []byte(line), rest}, []byte("\n")))
	}
	r, _ := merged(t, with(a, "first"), with(b, "second"))
	if len(r.Conversations) != 1 || r.Conversations[0].Variant != "first" || len(r.Conversations[0].Steps) != 1 {
		t.Errorf("%+v", r.Conversations)
	}
}

// TestDifferentAddresses: generators that a name led to different addresses are
// told of, as these may be different servers.
func TestDifferentAddresses(t *testing.T) {
	for other, told := range map[string]bool{"192.0.2.1:21": false, "192.0.2.2:21": true, "": false} {
		var inputs []Input
		for i, address := range []string{"192.0.2.1:21", other} {
			g := generator{name: string(rune('a' + i)), seed: uint64(i), epoch: stats.Moment(i) * ms, begin: second, open: 2 * second, close: 8 * second,
				change: func(h *resultfile.Header) { h.Target.Address = address }}
			g.operations = load(rand.New(rand.NewPCG(uint64(i), 1)), 50, second, 8*second)
			inputs = append(inputs, g.file(t))
		}
		got, _ := merged(t, inputs...)
		text := strings.Join(got.Footer.Notes, "\n")
		if strings.Contains(text, "at different addresses: 192.0.2.1:21, "+other) != told {
			t.Errorf("%q: %s", other, text)
		}
	}
}
