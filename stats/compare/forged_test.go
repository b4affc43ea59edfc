package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Results that no run makes but a file can hold: they give an error or a report
// that can be written, at no great cost.
func TestForgedResults(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	many := func(same bool) (ts []*resultfile.Trial) {
		one := download("a", 1).with(func(s *spec) { s.n = 3 }).trialOf()
		for i := range 10_000 {
			x := *one
			x.Variant, x.Trial = string(rune('a'+i%2)), i/2+1
			if same {
				x.Trial = 1
			}
			ts = append(ts, &x)
		}
		return ts
	}
	full := func() []*resultfile.Trial {
		return pairs(6, func(i int, p, a *spec) {
			if i == 3 {
				a.n = 0
			}
		})
	}
	each := func(change func(x *resultfile.Trial)) func(r *resultfile.Result) {
		return func(r *resultfile.Result) {
			for _, x := range r.Trials {
				change(x)
			}
		}
	}
	for name, c := range map[string]struct {
		trials []*resultfile.Trial
		change func(r *resultfile.Result)
	}{
		"no trials": {nil, func(r *resultfile.Result) { r.Header.Planned = []string{"a", "a", "b"} }},
		"nothing at all": {nil, func(r *resultfile.Result) {
			plan := r.Header.Compare
			*r = resultfile.Result{}
			r.Header.Compare = plan
		}},
		"duplicate variants":           {full(), func(r *resultfile.Result) { r.Header.Planned = []string{"a", "passive", "passive", "active"} }},
		"thousands of trials":          {many(false), func(r *resultfile.Result) { r.Header.Compare.Pairs, r.Header.Compare.MaxPairs = 6, 1000 }},
		"one trial thousands of times": {many(true), func(r *resultfile.Result) {}},
		"thousands of variants": {many(false), func(r *resultfile.Result) {
			for i, x := range r.Trials {
				x.Variant = fmt.Sprint(i)
			}
		}},
		"zero windows":          {full(), each(func(x *resultfile.Trial) { x.Window = stats.Window{} })},
		"short windows":         {full(), each(func(x *resultfile.Trial) { x.Window.Close = x.Window.Open + 1 })},
		"numbers without sense": {full(), each(func(x *resultfile.Trial) { x.Trial = -x.Trial; x.DisconnectedShare = math.NaN() })},
		"counts without bound": {full(), each(func(x *resultfile.Trial) {
			for _, s := range x.Series {
				s.OK, s.Failed, s.Unfinished, s.Dropped = 1<<62, math.MaxInt64, math.MaxInt64, math.MaxInt64
				s.MovedInside, s.CompletedInside, s.Commands, s.Partition[3] = math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64
			}
		})},
		"counts without cause": {full(), each(func(x *resultfile.Trial) {
			for _, s := range x.Series {
				s.Latency = resultfile.PhaseHistograms{}
			}
		})},
		"latencies without cause": {full(), each(func(x *resultfile.Trial) {
			for _, s := range x.Series {
				s.Counters = resultfile.Counters{Failed: 1}
			}
		})},
		"names that are not for show": {full(), func(r *resultfile.Result) {
			for _, x := range r.Trials {
				x.Variant = strings.Repeat("\x1b[2J\xff", 1000) + x.Variant
			}
		}},
		"a plan that is none": {full(), func(r *resultfile.Result) { r.Header.Compare.ThresholdEffect = math.NaN() }},
		"a profile that is none": {full(), func(r *resultfile.Result) {
			r.Header.Profile = json.RawMessage(strings.Repeat(`{"a":`, 100_000))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := result(planned(10), c.trials...)
			c.change(r)
			if made, err := Of(r); err == nil {
				written(t, made)
				made.Settled()
			}
			for _, o := range []DiffOptions{{}, {Force: true, MaxRegression: 0.05}} {
				if made, err := Between(r, r, o); err == nil {
					written(t, made)
				}
				if made, err := Between(result(nil, full()...), r, o); err == nil {
					written(t, made)
				} else if strings.ContainsAny(err.Error(), "\x1b\n") || len(err.Error()) > 3000 {
					t.Errorf("%q", err)
				}
			}
		})
	}
}

func written(t *testing.T, v any) {
	t.Helper()
	if _, err := json.Marshal(v); err != nil {
		t.Error(err)
	}
}
