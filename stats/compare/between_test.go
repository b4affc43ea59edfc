package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// trials makes that many trials of passive downloads.
func trials(n int, change func(i int, s *spec)) (ts []*resultfile.Trial) {
	for i := 1; i <= n; i++ {
		s := download("passive", i)
		change(i, &s)
		ts = append(ts, s.trialOf())
	}
	return ts
}

func plus(d time.Duration) func(int, *spec) {
	return func(i int, s *spec) { s.payload += noise(i) + d }
}

func TestVerdictsOfTwoResults(t *testing.T) {
	faster, slower := plus(-2*time.Millisecond), plus(2*time.Millisecond)
	for name, c := range map[string]struct {
		base, new       int
		change, changed func(int, *spec)
		metric          string
		want            Verdict
		why             string
	}{
		"slower":                   {5, 6, plus(0), slower, "retr.service.p99", Slower, ""},
		"slower with few":          {4, 4, plus(0), slower, "retr.service.p99", Slower, ""},
		"faster":                   {5, 5, plus(0), faster, "retr.service.p99", Faster, ""},
		"equivalent":               {8, 8, plus(0), plus(3 * time.Microsecond), "retr.service.p99", Equivalent, ""},
		"too few to decide more":   {4, 4, plus(0), slower, "retr.service.p50", Inconclusive, "4 trials against 4 cannot reach p = 0.05, adjusted for 5 metrics"},
		"enough to decide more":    {6, 6, plus(0), slower, "retr.service.p50", Slower, ""},
		"too few":                  {3, 9, plus(0), slower, "retr.service.p99", Descriptive, "descriptive only: 3 trials against 9, 4 of each are needed"},
		"one each":                 {1, 1, plus(0), slower, "goodput", Descriptive, "descriptive only: 1 trials against 1, 4 of each are needed"},
		"none":                     {4, 0, plus(0), slower, "retr.service.p99", Descriptive, "descriptive only: 4 trials against 0"},
		"few samples":              {4, 4, plus(0), func(i int, s *spec) { s.n = 600 - 101*(i/4) }, "retr.service.p99", Inconclusive, "trial 4 of the new result: p99 needs 500 samples, it has 499"},
		"few samples, few trials":  {2, 2, func(i int, s *spec) { s.n = 5 }, slower, "retr.service.p99", Descriptive, "needed; trial 1 of the base: p99 needs 500 samples, it has 5 (and 1 more"},
		"faster with more errors":  {6, 6, plus(0), func(i int, s *spec) { faster(i, s); s.failed = i / 6 }, "goodput", Equivalent, ""},
		"faster, with more errors": {6, 6, plus(0), func(i int, s *spec) { s.bytes = 2000; s.failed = i / 6 }, "goodput", Inconclusive, "faster, but with more errors: 0.0278% (1 failed of 3601 due) against 0% (0 of 3600 due)"},
		"slower than more errors":  {6, 6, func(i int, s *spec) { s.bytes = 2000; s.failed = i / 6 }, plus(0), "goodput", Inconclusive, "slower, but the base has more errors: 0.0278%"},
		"clearly more errors":      {6, 6, plus(0), func(i int, s *spec) { s.failed = 60 + i }, "errors.rate", Slower, ""},
		"in noise":                 {5, 5, plus(0), func(i int, s *spec) { s.payload += time.Duration(i-2) * time.Millisecond }, "retr.service.p99", Inconclusive, "the interval includes zero change; p is"},
	} {
		t.Run(name, func(t *testing.T) {
			new := result(nil, trials(c.new, c.changed)...)
			new.Header.Planned = []string{"passive"}
			d := diff(t, result(nil, trials(c.base, c.change)...), new, DiffOptions{})
			f := finding(t, d.Variants[0].Findings, c.metric)
			if f.Verdict != c.want || !strings.Contains(f.Why, c.why) || (f.Why == "") != (c.why == "") {
				t.Errorf("%s", shown(f))
			}
			if f.Verdict == Descriptive && (f.P != nil || f.Low != nil) {
				t.Errorf("a test of too few: %s", shown(f))
			}
		})
	}
}

func TestDiffOfOneMetric(t *testing.T) {
	base := result(nil, trials(4, plus(0))...)
	new := result(nil, append(trials(5, func(i int, s *spec) { s.payload *= 2; plus(0)(i, s) }), download("active", 1).with(func(s *spec) { s.op = stats.Stor }).trialOf())...)
	new.Header.Seed = 8
	d := diff(t, base, new, DiffOptions{BaseName: "old.jsonl", NewName: "new.jsonl", Seed: 3})
	if d.Base.Name != "old.jsonl" || d.New.Name != "new.jsonl" || d.Base.Trials != 4 || d.New.Trials != 1 || d.New.Seed != 8 {
		t.Errorf("%+v\n%+v", d.Base, d.New)
	}
	v := d.Variants[0]
	if len(d.Variants) != 1 || v.Variant != "passive" || v.BaseTrials != 4 || v.NewTrials != 5 || !slices.Equal(d.OnlyNew, []string{"active stor"}) || d.OnlyBase != nil {
		t.Errorf("%+v, only new %v", v, d.OnlyNew)
	}
	// Every new value is above every old one: p = 2 ÷ C(9,4).
	f := finding(t, v.Findings, "retr.service.p99")
	if !near(*f.P, 2.0/126) || *f.Base != 10.03e6 || *f.New != 14.98e6 || !near(*f.Ratio, *f.New / *f.Base) || len(f.BaseValues) != 4 || len(f.NewValues) != 5 {
		t.Errorf("%s", shown(f))
	}
	s := v.Shifts[0]
	if s.Op != "retr" || len(v.Shifts) != 1 {
		t.Fatalf("%+v", v.Shifts)
	}
	var at []float64
	for _, p := range s.Points {
		at = append(at, p.Percentile)
		if p.Ratio < 1.4 || p.Ratio > 1.6 || p.Doubtful {
			t.Errorf("%+v", p)
		}
	}
	if want := []float64{1, 5, 10, 25, 50, 75, 90, 95, 99}; !slices.Equal(at, want) {
		t.Errorf("quantiles %v, want %v", at, want)
	}
	if !slices.Equal(d.Primary, []string{"goodput", "service.p99"}) || d.ThresholdEffect != 0.03 || d.Gate != nil {
		t.Errorf("%v, %g, %v", d.Primary, d.ThresholdEffect, d.Gate)
	}
}

func TestWhatIsNotComparable(t *testing.T) {
	profile := func(s string) func(*resultfile.Result) {
		return func(r *resultfile.Result) { r.Header.Profile = json.RawMessage(s) }
	}
	for name, c := range map[string]struct {
		change func(r *resultfile.Result)
		want   string // the differences
		remark string // one of the remarks
	}{
		"the same":                     {func(r *resultfile.Result) {}, "", ""},
		"seed":                         {profile(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":8}`), "", "seed: 7, 8"},
		"spelt otherwise":              {profile(` {"size":"1KiB", "duration":"10s", "op":"retr", "seed":7, "version":1}`), "", ""},
		"what does not matter":         {profile(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":7,"description":"x","threshold":["goodput > 1"],"keep":true,"target":"x","password_file":"y"}`), "", ""},
		"user and ports":               {profile(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":7,"user":"joe","active_ports":"1-2","mode":["passive"]}`), "", "active_ports: not set, 1-2"},
		"size and sessions":            {profile(`{"version":1,"op":"retr","size":"2KiB","duration":"10s","seed":7,"sessions":4}`), "sessions: not set, 4; size: 1KiB, 2KiB", ""},
		"what others do by default":    {profile(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":7,"active_peer":"server","upload_names":"auto"}`), "", ""},
		"laxer rules":                  {profile(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":7,"accept":"no-close-notify","active_peer":"any"}`), "accept: not set, no-close-notify; active_peer: server, any", ""},
		"other names of uploads":       {profile(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":7,"upload_names":"fresh"}`), "upload_names: auto, fresh", ""},
		"another address":              {func(r *resultfile.Result) { r.Header.Target.Address = "192.0.2.2:21" }, "", "server's address: 192.0.2.1:21, 192.0.2.2:21"},
		"a nested value":               {profile(`{"version":1,"op":{"retr":1,"stor":2},"size":"1KiB","duration":"10s","seed":7}`), `op: retr, {"retr":1,"stor":2}`, ""},
		"no profile":                   {profile(``), "profile: recorded, not recorded", ""},
		"bad profile":                  {profile(`[`), "profile: recorded, not readable", ""},
		"the hash is the same":         {func(r *resultfile.Result) { r.Header.ProfileSHA256 = "aa"; r.Header.Profile = nil }, "", ""},
		"another target":               {func(r *resultfile.Result) { r.Header.Target.URL = "ftp://10.0.0.1" }, "target: ftp://ftp.example.net:21, ftp://10.0.0.1", ""},
		"another user":                 {func(r *resultfile.Result) { r.Header.Target.URL = "ftp://joe@FTP.example.net:21/" }, "", ""},
		"embedded":                     {func(r *resultfile.Result) { r.Header.Target.Embedded = true }, "target: ftp://ftp.example.net:21, embedded", ""},
		"another schema":               {func(r *resultfile.Result) { r.Header.Schema = "ftpmark.result/v2" }, "schema: ftpmark.result/v1, ftpmark.result/v2", ""},
		"another major version":        {func(r *resultfile.Result) { r.Header.Tool.Version = "v2.0.0" }, "tool version: 1.2.0, v2.0.0", ""},
		"another version":              {func(r *resultfile.Result) { r.Header.Tool.Version = "v1.3.0" }, "", "tool version: 1.2.0, v1.3.0"},
		"another mode of that name":    {func(r *resultfile.Result) { r.Variants[0].Settings = map[string]string{"mode": "pasv"} }, "variant passive: mode: passive, pasv", ""},
		"interleaved":                  {func(r *resultfile.Result) { r.Header.Compare = planned(6) }, "", "order of trials: one variant after another, interleaved"},
		"another kernel":               {func(r *resultfile.Result) { r.Header.Host.Kernel = "6.9\x1b[1m" }, `host's kernel: 6.1, 6.9\u001b[1m`, ""},
		"another processor":            {func(r *resultfile.Result) { r.Header.Host.CPUModel = "B" }, "", "host's processor: not set, B"},
		"another number of processors": {func(r *resultfile.Result) { r.Header.Host.CPUs++ }, "host's processors: 4, 5", ""},
		"another measurement":          {func(r *resultfile.Result) { r.Header.Tool.Measurement = 2 }, "", "version of the measurement: not set, 2"},
		"another port of this machine": {func(r *resultfile.Result) { r.Header.Target.URL = "ftp://127.0.0.1:4242/" }, "", ""},
		"another sysctl":               {func(r *resultfile.Result) { r.Header.Host.Settings = map[string]string{"somaxconn": "128"} }, "", "host's somaxconn: not set, 128"},
		"another banner":               {func(r *resultfile.Result) { r.Header.Target.Banner = "220 new" }, "", "server's banner: 220 ready, 220 new"},
		"TLS": {func(r *resultfile.Result) {
			r.Header.Target.TLS = &resultfile.TLSInfo{Mode: "explicit", Version: "TLS 1.3", CipherSuite: "X", Reuse: "auto", Prot: "P"}
		}, "", "TLS: none, explicit TLS 1.3 X reuse auto prot P"},
		"fewer trials": {func(r *resultfile.Result) { r.Trials = r.Trials[:3] }, "", "variant passive: trials: 4, 3"},
	} {
		t.Run(name, func(t *testing.T) {
			base, new := result(nil, trials(4, plus(0))...), result(nil, trials(4, plus(0))...)
			if name == "another address" {
				base.Header.Target.Address = "192.0.2.1:21"
			}
			if name == "another port of this machine" {
				base.Header.Target.URL = "ftp://127.0.0.1/"
			}
			if name == "the hash is the same" {
				base.Header.ProfileSHA256 = "aa"
			}
			c.change(new)
			d, err := Between(base, new, DiffOptions{})
			var no *NotComparable
			if (c.want != "") != errors.As(err, &no) {
				t.Fatal(err)
			}
			if err != nil {
				if !strings.HasSuffix(err.Error(), "or use --force") || strings.Contains(err.Error(), "\n") {
					t.Error(err)
				}
				if got := unlike(no.Differences); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
				if d, err = Between(base, new, DiffOptions{Force: true}); err != nil {
					t.Fatal(err)
				}
			}
			if got := unlike(d.Differences); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := unlike(d.Remarks); !strings.Contains(got, c.remark) || c.remark == "" && got != "" {
				t.Errorf("remarks %s, want %s", got, c.remark)
			}
		})
	}
}

func unlike(list []Unlike) string {
	var s []string
	for _, u := range list {
		s = append(s, fmt.Sprintf("%s: %s, %s", u.What, u.Base, u.New))
	}
	return strings.Join(s, "; ")
}

func TestNotComparableInWords(t *testing.T) {
	base, new := result(nil, trials(4, plus(0))...), result(nil, trials(4, plus(0))...)
	new.Header.Profile = json.RawMessage(`{"version":1,"op":"retr","size":"2KiB","duration":"10s"}`)
	new.Header.Target.URL = "ftp://[::1"
	_, err := Between(base, new, DiffOptions{})
	if want := "the results are not comparable: size is 1KiB in the base, 2KiB in the new one, target is ftp://ftp.example.net:21 in the base, ftp://[::1 in the new one; make both with the same profile and target, or use --force"; err == nil || err.Error() != want {
		t.Error(err)
	}
	keys := map[string]int{}
	for i := range 5000 {
		keys[fmt.Sprintf("k%04d", i)] = i
	}
	b, _ := json.Marshal(keys)
	new.Header.Profile = b
	var no *NotComparable
	if _, err = Between(base, new, DiffOptions{}); !errors.As(err, &no) || len(no.Differences) != maxUnlike || len(err.Error()) > 2000 || !strings.Contains(err.Error(), "and 88 more;") {
		t.Errorf("%d: %v", len(no.Differences), err)
	}
	for i, v := range new.Trials {
		v.Variant, new.Variants[i].Variant = "active", "active"
	}
	new.Header.Profile = base.Header.Profile
	new.Header.Target = base.Header.Target
	_, err = Between(base, new, DiffOptions{Force: true})
	if want := "the results are not comparable: variants is passive in the base, active in the new one; they have no variant in common"; err == nil || err.Error() != want {
		t.Error(err)
	}
}

func TestDiffOptions(t *testing.T) {
	r := result(nil, trials(4, plus(0))...)
	for _, c := range []struct {
		o    DiffOptions
		want string
	}{
		{DiffOptions{ThresholdEffect: 1}, "a practical threshold of 100%: it must lie between 0% and 100%"},
		{DiffOptions{ThresholdEffect: -0.1}, "a practical threshold of -10%: it must lie between 0% and 100%"},
		{DiffOptions{MaxRegression: -1}, "a regression of at most -100%: it must lie between 0% and 10000%"},
		{DiffOptions{Primary: []string{"nothing"}}, "primary metric nothing: unknown metric:"},
	} {
		if _, err := Between(r, r, c.o); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

func TestGate(t *testing.T) {
	slower := plus(2 * time.Millisecond)
	complete := func(*resultfile.Result) {}
	limited := func(r *resultfile.Result) {
		r.Generators = []resultfile.Generator{{Limited: true, Reasons: []string{"cpu"}}}
	}
	for name, c := range map[string]struct {
		n       int
		changed func(int, *spec)
		bound   float64
		result  func(*resultfile.Result)
		allow   bool
		want    string // of goodput, of service.p99 and of the whole
		why     string // of the last finding with a reason
	}{
		"the same":               {6, plus(0), 0.05, complete, false, "passed passed passed", ""},
		"better":                 {6, plus(-2 * time.Millisecond), 0.05, complete, false, "passed passed passed", ""},
		"worse":                  {6, slower, 0.05, complete, false, "passed missed missed", ""},
		"worse within the bound": {6, slower, 0.25, complete, false, "passed passed passed", ""},
		"worse goodput":          {6, func(i int, s *spec) { s.bytes = 800 }, 0.05, complete, false, "missed passed missed", ""},
		"worse goodput within":   {6, func(i int, s *spec) { s.bytes = 960 }, 0.05, complete, false, "passed passed passed", ""},
		"about the bound":        {6, slower, 0.2, complete, false, "passed no verdict no verdict", "it may be worse by up to"},
		"in noise":               {4, func(i int, s *spec) { s.payload += time.Duration(i*i) * time.Millisecond / 2 * time.Duration(i%3-1) }, 0.05, complete, false, "passed no verdict no verdict", "it "},
		"not beyond doubt": {4, func(i int, s *spec) {
			s.bytes = []int64{0, 700, 800, 850, 1000}[i]
		}, 0.05, complete, false, "no verdict passed no verdict", "it is worse by more than 5%, but"},
		"beyond the bound by half of the interval": {6, func(i int, s *spec) {
			s.bytes = []int64{0, 970, 965, 940, 938, 935, 930}[i]
		}, 0.05, complete, false, "no verdict passed no verdict", "it is worse by more than 5%, but it may be by as little as 3"},
		"too few trials":           {3, slower, 0.05, complete, false, "no verdict no verdict no verdict", "descriptive only: 6 trials against 3, 4 of each are needed"},
		"an error more":            {6, func(i int, s *spec) { s.failed = i / 6 }, 0.05, complete, false, "no verdict no verdict no verdict", ""},
		"an error more and worse":  {6, func(i int, s *spec) { s.bytes = 800; s.dropped = i / 6 }, 0.05, complete, false, "missed no verdict missed", "more errors: 0.0278% (1 dropped of 3601 due) against 0% (0 of 3600 due)"},
		"clearly more errors":      {6, func(i int, s *spec) { s.dropped = 5 }, 0.05, complete, false, "missed missed missed", "clearly more errors: 0.826% (30 dropped of 3630 due) against 0% (0 of 3600 due)"},
		"more errors, not clearly": {6, func(i int, s *spec) { s.failed = min(i/2, 1) }, 0.05, complete, false, "no verdict no verdict no verdict", "more errors: 0.139% (5 failed of 3605 due) against 0% (0 of 3600 due)"},
		"without a connection":     {6, func(i int, s *spec) { s.disconnected = 0.02 }, 0.05, complete, false, "no verdict no verdict no verdict", "sessions that were without a connection for 2% of the time"},
		"limited":                  {6, plus(0), 0.05, limited, false, "no verdict no verdict no verdict", "the load generator was the limit in the new result (cpu)"},
		"limited and allowed":      {6, plus(0), 0.05, limited, true, "passed passed passed", ""},
		"limited and worse":        {6, slower, 0.05, limited, false, "no verdict missed missed", "the load generator was the limit in the new result (cpu)"},
		"partial":                  {6, plus(0), 0.05, func(r *resultfile.Result) { r.Footer = nil }, true, "no verdict no verdict no verdict", "the new result is partial"},
		"operation gone":           {6, func(i int, s *spec) { s.op = stats.Stor }, 0.05, complete, false, "passed no verdict no verdict", "trial 1 of the base: it has no samples (and 5 more trials)"},
	} {
		t.Run(name, func(t *testing.T) {
			base, new := result(nil, trials(6, plus(0))...), result(nil, trials(c.n, c.changed)...)
			c.result(new)
			g := diff(t, base, new, DiffOptions{MaxRegression: c.bound, AllowLimited: c.allow}).Gate
			got, why := fmt.Sprintf("%s %s %s", g.Findings[0].Verdict, g.Findings[1].Verdict, g.Verdict), ""
			for _, f := range g.Findings {
				if f.Why != "" {
					why = f.Why
				}
				if (f.Verdict == GateUnjudged) && f.Why == "" {
					t.Errorf("no verdict of %s without a reason", f.Metric)
				}
			}
			if got != c.want || !strings.HasPrefix(why, c.why) || why != "" && c.why == "" && !strings.Contains(c.want, "no verdict") {
				t.Errorf("%s, want %s: %s", got, c.want, why)
			}
		})
	}
}

// Change for the worse is positive whichever way a metric points, and its
// interval is in order.
func TestWorse(t *testing.T) {
	base := result(nil, trials(6, plus(0))...)
	new := result(nil, trials(6, func(i int, s *spec) { plus(2*time.Millisecond)(i, s); s.bytes = 800 + int64(i) })...)
	g := diff(t, base, new, DiffOptions{MaxRegression: 0.05, Primary: []string{"goodput", "service.p50", "errors.rate"}}).Gate
	for i, want := range []struct{ low, high float64 }{{0.19, 0.21}, {0.19, 0.21}, {-1e-9, 1e-9}} {
		f := g.Findings[i]
		if !(*f.Worse >= want.low && *f.Worse <= want.high) || !(*f.Low <= *f.Worse && *f.Worse <= *f.High) {
			t.Errorf("%s: %g (%g to %g)", f.Metric, *f.Worse, *f.Low, *f.High)
		}
	}
	if g.Findings[2].Verdict != GatePassed || g.Verdict != GateMissed {
		t.Errorf("%+v", g)
	}
}

// A metric of what neither result did is a slip of who asked, not a finding.
func TestDiffByWhatNeitherDid(t *testing.T) {
	one := result(nil, trials(6, plus(0))...)
	two := result(nil, append(trials(6, plus(0)), download("active", 1).with(func(s *spec) { s.op = stats.Appe }).trialOf())...)
	for primary, want := range map[string]string{
		"retr.service.p50":     "",
		"appe.service.p50":     "", // though of a variant that only one has
		"stor.service.p50":     `primary metric "stor.service.p50": there is no operation stor`,
		"response.p99":         `primary metric "response.p99": in a closed load operations are due when they begin: use service instead`,
		"noop.data_ready.p50":  `primary metric "noop.data_ready.p50": noop moves no data`,
		"retr.service.p50\x1b": "unknown metric",
	} {
		_, err := Between(one, two, DiffOptions{Primary: []string{"goodput", primary}})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", primary, err)
		}
	}
	// Where nothing was done at all, that is what the findings say.
	none := result(nil)
	none.Header.Planned = []string{"passive"}
	if _, err := Between(none, none, DiffOptions{Primary: []string{"stor.service.p50"}}); err != nil {
		t.Error(err)
	}
}

// A variant that is gone cannot be judged; one that is new has nothing to be
// held to.
func TestGateOfVariantsOnOneSide(t *testing.T) {
	both := result(nil, pairs(6, func(i int, p, a *spec) {})...)
	one := result(nil, trials(6, func(int, *spec) {})...)
	g := diff(t, both, one, DiffOptions{MaxRegression: 0.05}).Gate
	if g.Verdict != GateUnjudged || len(g.Findings) != 4 || g.Findings[3].Variant != "active" || g.Findings[3].Why != "the new result has no such variant" {
		t.Errorf("%+v", g)
	}
	if g := diff(t, one, both, DiffOptions{MaxRegression: 0.05}).Gate; g.Verdict != GatePassed || len(g.Findings) != 2 {
		t.Errorf("%+v", g)
	}
}
