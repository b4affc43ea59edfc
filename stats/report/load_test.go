package report

import (
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

func TestWaitsAreShownWhereOperationsCouldWait(t *testing.T) {
	load := func(model string) *stats.Summary {
		s := openLoad()
		s.Load = &stats.LoadInfo{Model: model, Sessions: 8}
		return s
	}
	unhurried := run(passive())
	for name, c := range map[string]struct {
		summary *stats.Summary
		want    bool
	}{
		"open":                       {load(stats.OpenLoad), true},
		"closed":                     {load(stats.ClosedLoad), false},
		"of a later version":         {load("replay"), true},
		"not recorded, late":         {openLoad(), true},
		"not recorded, never late":   {unhurried, false},
		"not recorded, only dropped": {dropping(), true},
		"nothing ran":                {&stats.Summary{}, false},
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
func dropping() *stats.Summary {
	s := run(passive())
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
	if strings.Contains(text, aloud) || !strings.Contains(text, "the rate was NOT REACHED, and the generator was the limit or may have been; 19.6% were dropped") {
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
	s.Status = stats.Partial
	if text := string(written(t, s, Text, Options{})); !strings.Contains(text, "199/s succeeded of 200/s due: whether it kept up is not known") {
		t.Errorf("cut off:\n%s", text)
	}
}

func TestLoadInWords(t *testing.T) {
	for want, l := range map[string]*stats.LoadInfo{
		"open: 200/s constant arrivals over 8 to 64 sessions":        {Model: "open", Rate: "200/s", Arrivals: "constant", Sessions: 8, MaxSessions: 64},
		"open: arrivals over 1 session, up to 1,000 waiting":         {Model: "open", Sessions: 1, MaxSessions: 1, MaxBacklog: 1000},
		"closed: 8 sessions, think 100ms":                            {Model: "closed", Sessions: 8, Think: "100ms"},
		"closed: 1,000 sessions\nlimited to 10MiB/s in all":          {Model: "closed", Sessions: 1000, Bandwidth: "10MiB/s"},
		"closed: 8 sessions\nretr=80, stor=15, list=5, 1 file of 0B": {Model: "closed", Sessions: 8, Operations: "retr=80,stor=15, list=5", Size: "0B", Files: 1},
		"closed: 8 sessions\nlimited to 5/s operations and 1MiB/s a session": {
			Model: "closed", Sessions: 8, OpRate: "5/s", SessionBandwidth: "1MiB/s"},
		"closed: 8 sessions\nverified: content of downloads, SIZE after each upload (one command more, outside of all spans)": {
			Model: "closed", Sessions: 8, Verify: "content of downloads, SIZE after each upload (one command more, outside of all spans)"},
	} {
		d := &document{width: 200}
		writeLoad(d, l, nil)
		got := strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(d.out.String(), "load")), "\n"+spaces(verdictHead), "\n")
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestBlocksThatNeverFitAreTakenApart(t *testing.T) {
	d := &document{width: 30}
	x := table{title: "t", blocks: []block{{"head", []string{"a", "b", "c"}}}}
	x.rows = []row{{label: "row", cells: cells([]string{"1234567890", "1234567890", "1234567890"})}}
	x.write(d)
	for line := range strings.Lines(d.out.String()) {
		if textWidth(line) > 31 {
			t.Errorf("%q is too wide", line)
		}
	}
	if n := strings.Count(d.out.String(), "1234567890"); n != 3 {
		t.Errorf("%d of 3 numbers:\n%s", n, d.out.String())
	}
}
