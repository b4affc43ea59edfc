package report

import (
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

func TestWaitsAreShownWhereOperationsCouldWait(t *testing.T) {
	load := func(model string) *summary.Summary {
		s := openLoad()
		s.Load = &resultfile.LoadInfo{Model: model, Sessions: 8}
		return s
	}
	unhurried := runOf(passive())
	for name, c := range map[string]struct {
		summary *summary.Summary
		want    bool
	}{
		"open":                       {load(resultfile.OpenLoad), true},
		"closed":                     {load(resultfile.ClosedLoad), false},
		"of a later version":         {load("replay"), true},
		"not recorded, late":         {openLoad(), true},
		"not recorded, never late":   {unhurried, false},
		"not recorded, only dropped": {dropping(), true},
		"nothing ran":                {&summary.Summary{}, false},
	} {
		text := string(written(t, c.summary, Text, Options{}))
		for _, row := range []string{"  due ", "  dropped ", "  due/s ", "  lag p50 ", "  lag max ", "  response p99.9 ", "  lag  ", "  response  "} {
			if got := strings.Contains(text, "\n"+row); got != c.want {
				t.Errorf("%s: row %q is shown: %v\n%s", name, row, got, text)
			}
		}
	}
}

// dropping dropped arrivals and began the others in time.
func dropping() *summary.Summary {
	s := runOf(passive())
	c := &s.Series[0]
	c.Dropped, c.Due = 5, c.Due+5
	c.Latency[stats.Lag] = latency(c.OK, 0.01)
	c.Latency[stats.Response] = latency(c.OK, 4)
	return s
}

// A generator that was the limit says nothing of the target.
func TestALimitedGeneratorIsNotTheTargetsFault(t *testing.T) {
	const aloud = "DID NOT KEEP UP"
	s := openLate()
	if text := string(written(t, s, Text, Options{})); !strings.Contains(text, aloud) {
		t.Errorf("not said:\n%s", text)
	}
	s.Generator.Limited = true
	text := string(written(t, s, Text, Options{Width: 200}))
	if strings.Contains(text, aloud) || !strings.Contains(text, "the rate was NOT REACHED; the load generator was or may have been the limit; 19.6% were dropped") {
		t.Errorf("said of the target:\n%s", text)
	}
}

// A run that was cut off does not know what was waiting: it is not said to have
// kept up.
func TestACutOffRunIsNotSaidToHaveKeptUp(t *testing.T) {
	s := openPaces()
	s.Series, s.Totals = s.Series[:1], s.Totals[:1]
	if text := string(written(t, s, Text, Options{})); !strings.Contains(text, "199/s succeeded of 200/s due: kept up") {
		t.Errorf("the whole run:\n%s", text)
	}
	s.Status = summary.Partial
	if text := string(written(t, s, Text, Options{})); !strings.Contains(text, "199/s succeeded of 200/s due: unknown whether it kept up") {
		t.Errorf("cut off:\n%s", text)
	}
}

// A window that lasts until the last of a number of operations is done has as
// many due as were done, however late they were: the rate that was asked for is
// what tells.
func TestPaceOfANumberOfOperations(t *testing.T) {
	const (
		upheld  = ": kept up"
		behind  = ": the target DID NOT KEEP UP with this number of sessions and these limits"
		busy    = " (all 8 sessions were busy: raise --max-sessions)"
		refused = ": the rate was NOT REACHED, because operations failed"
		unclear = ": unknown whether it kept up, because its last operations or chance may have made the window longer"
	)
	for _, c := range []struct {
		what    string
		summary *summary.Summary
		edit    func(*summary.Summary)
		want    string
	}{
		{"far behind", counted(100, 100, 0, 100/36.0, 8/36.0, 8), nil, "36.0/s succeeded of 500/s due" + behind + busy},
		{"far behind, a session for each", counted(100, 100, 0, 100/36.0, 50/36.0, 512), nil, "36.0/s succeeded of 500/s due" + behind},
		{"in time", counted(5000, 5000, 0, 10, 0.002, 8), nil, "500/s succeeded of 500/s due" + upheld},
		{"as good as in time", counted(5000, 5000, 0, 10.5, 0.002, 8), nil, "476/s succeeded of 500/s due" + upheld},
		{"a little behind", counted(5000, 5000, 0, 10.6, 0.002, 8), nil, "472/s succeeded of 500/s due" + behind},
		// The last one alone took a third of the window.
		{"short and in time, as far as one knows", counted(100, 100, 0, 0.298, 0.1, 64), nil, "336/s succeeded of 500/s due" + unclear},
		{"longer than the last one explains", counted(100, 100, 0, 0.4, 0.1, 64), nil, "250/s succeeded of 500/s due" + behind},
		// 50 arrivals, and a session for each of them: none waited.
		{"all at once", counted(50, 50, 0, 2.7, 2.6, 64), nil, "18.5/s succeeded of 500/s due" + unclear},
		{"refused in time", counted(5000, 4000, 1000, 10, 0.002, 8), nil, "400/s succeeded of 500/s due" + refused},
		{"chance", counted(100, 100, 0, 0.25, 0.002, 8), func(s *summary.Summary) { s.Load.Arrivals = "poisson" }, "400/s succeeded of 500/s due" + unclear},
		{"no chance", counted(100, 100, 0, 0.25, 0.002, 8), nil, "400/s succeeded of 500/s due" + behind},
		// 10 ms each, but for one of 200 ms that may have been the last.
		{"one that took long", counted(100, 100, 0, 0.4, 0.01, 8), longest(200), "250/s succeeded of 500/s due" + unclear},
		{"one that took long, of many", counted(5000, 5000, 0, 12.5, 0.01, 8), longest(200), "400/s succeeded of 500/s due" + behind},
		{"one that took very long, of many", counted(5000, 5000, 0, 12.5, 0.01, 8), longest(2500), "400/s succeeded of 500/s due" + unclear},
		{"one that took very long, while others waited", counted(5000, 5000, 0, 12.5, 0.01, 8), func(s *summary.Summary) {
			longest(2500)(s)
			s.Series[0].Latency[stats.Lag].Mean = 1.25e9
		}, "400/s succeeded of 500/s due" + behind},
		{"beyond chance", counted(100, 100, 0, 0.6, 0.002, 8), func(s *summary.Summary) { s.Load.Arrivals = "poisson" }, "167/s succeeded of 500/s due" + behind},
		{"the rate was not recorded", counted(100, 100, 0, 1, 0.002, 8), func(s *summary.Summary) { s.Load.RatePerSecond = 0 }, "100/s succeeded: unknown whether it kept up, because the rate was not recorded"},
		{"cut off", counted(5000, 5000, 0, 10, 0.002, 8), func(s *summary.Summary) { s.Status = summary.Partial }, "500/s succeeded of 500/s due: unknown whether it kept up, because the run was interrupted"},
		{"dropping", counted(5000, 4900, 0, 9.8, 0.002, 8), func(s *summary.Summary) { s.Totals[0].Dropped = 100 }, "500/s succeeded of 500/s due" + behind + "; 2.00% were dropped"},
	} {
		if c.edit != nil {
			c.edit(c.summary)
		}
		text := string(written(t, c.summary, Text, Options{Width: 200}))
		if want := "\nrate        " + c.want + "\n"; !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", c.what, want, text)
		}
	}
}

// A target may not keep up because it was given too few sessions at a time.
func TestBusySessionsAreNamedWhereTheyMayBeTooFew(t *testing.T) {
	for _, c := range []struct {
		sessions, most int
		inHand         float64 // operations at a time
		want           string
	}{
		{8, 0, 7.3, " (all 8 sessions were busy: raise --max-sessions)"},
		{8, 0, 7.1, ""},
		{8, 64, 8, ""},
		{8, 64, 60, " (all 64 sessions were busy: raise --max-sessions)"},
		{1, 0, 1, " (the one session was busy: raise --max-sessions)"},
		{0, 0, 1, ""},
	} {
		s := counted(5000, 5000, 0, 50, c.inHand/100, c.sessions)
		s.Load.MaxSessions = c.most
		text := string(written(t, s, Text, Options{Width: 200}))
		if want := "DID NOT KEEP UP with this number of sessions and these limits" + c.want + "\n"; !strings.Contains(text, want) {
			t.Errorf("%+v: no %q in\n%s", c, want, text)
		}
	}
}

// longest lets one operation take that many milliseconds.
func longest(ms int64) func(*summary.Summary) {
	return func(s *summary.Summary) { s.Series[0].Latency[stats.Service].Max = ms * 1e6 }
}

// A target whose backlog is full at both ends of the window did not keep up,
// though the backlog did not grow.
func TestWhoDropsThroughoutDoesNotKeepUp(t *testing.T) {
	for _, c := range []struct {
		dropped, growth int64
		sessions        int
		late            bool
	}{
		{0, 0, 8, false},
		{10, 0, 8, false}, // a burst
		{11, 0, 8, true},
		{40, 0, 8, true},
		{40, -20, 8, true},
		{5, 6, 8, true},
		{40, 0, 64, true},
		{8, 30, 64, false},
		{8, 57, 64, true},
		{math.MaxInt64, math.MaxInt64, 64, true},
	} {
		s := openPaces()
		s.Series, s.Totals = s.Series[:1], s.Totals[:1]
		s.Load.Sessions = c.sessions
		x := &s.Totals[0]
		x.Due, x.OK, x.OperationsPerSecond = 1000, 1000-min(c.dropped, 40), float64(1000-min(c.dropped, 40))/10
		x.Dropped, x.BacklogGrowth = c.dropped, c.growth
		text := string(written(t, s, Text, Options{Width: 200}))
		if late := strings.Contains(text, "DID NOT KEEP UP"); late != c.late || strings.Contains(text, ": kept up\n") == c.late {
			t.Errorf("%+v: %v\n%s", c, late, text)
		}
	}
}

// Measured log-ins are operations: where there were no others, there is nothing
// to say of sessions.
func TestNoSessionsNoTable(t *testing.T) {
	for _, c := range []struct {
		opened, failed int64
		want           bool
	}{{0, 0, false}, {1, 0, true}, {0, 1, true}} {
		s := logins()
		s.Sessions = summary.SessionsSummary{Opened: c.opened, Failed: c.failed}
		text := string(written(t, s, Text, Options{}))
		if got := strings.Contains(text, "\nsessions"); got != c.want || strings.Contains(text, "\n  opened ") != c.want {
			t.Errorf("%d opened, %d failed: %v\n%s", c.opened, c.failed, got, text)
		}
	}
}

func TestLoadInWords(t *testing.T) {
	for want, l := range map[string]*resultfile.LoadInfo{
		"open: 200/s constant arrivals over 8 to 64 sessions":        {Model: "open", Rate: "200/s", Arrivals: "constant", Sessions: 8, MaxSessions: 64},
		"open: arrivals over 1 session, up to 1,000 waiting":         {Model: "open", Sessions: 1, MaxSessions: 1, MaxBacklog: 1000},
		"closed: 8 sessions, think 100ms":                            {Model: "closed", Sessions: 8, Think: "100ms"},
		"closed: 1,000 sessions; limited to 10MiB/s in total":        {Model: "closed", Sessions: 1000, Bandwidth: "10MiB/s"},
		"retr=80, stor=15, list=5, 1 file of 0B; closed: 8 sessions": {Model: "closed", Sessions: 8, Operations: "retr=80,stor=15, list=5", Size: "0B", Files: 1},
		"closed: 8 sessions; limited to 5/s operations and 1MiB/s per session": {
			Model: "closed", Sessions: 8, OpRate: "5/s", SessionBandwidth: "1MiB/s"},
		"closed: 8 sessions\nverified: content of downloads, SIZE after each upload (one command more, outside of all spans)": {
			Model: "closed", Sessions: 8, Verify: "content of downloads, SIZE after each upload (one command more, outside of all spans)"},
	} {
		d := doc.New("", "")
		run.WriteLoad(d, "load", "", l)
		var lines []string
		for _, f := range d.Facts {
			lines = append(lines, f.Text)
		}
		got := strings.Join(lines, "\n")
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Only one of the variants may have an open load: it is judged by its own.
func TestPaceOfVariantsWithLoadsOfTheirOwn(t *testing.T) {
	s := openPaces()
	open := *s.Load
	s.Load = &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 8}
	if text := string(written(t, s, Text, Options{Width: 200})); strings.Contains(text, "\nrate ") || strings.Contains(text, "  due/s ") {
		t.Errorf("a closed load has no pace:\n%s", text)
	}
	s.Totals[0].Load = &open
	name := s.Totals[0].Variant
	text := string(written(t, s, Text, Options{Width: 200}))
	for _, want := range []string{"\nrate        " + name + ": 199/s succeeded of 200/s due: kept up\n", "\nload        " + name + ": open: ", "  due/s "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, " succeeded of "); n != 1 {
		t.Errorf("%d of the variants have a pace:\n%s", n, text)
	}
}
