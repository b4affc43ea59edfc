package capacity

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const (
	ms       = time.Millisecond
	tooMany  = "421 There are too many connected users, please try later."
	unproven = "unknown"
)

func of(t *testing.T, r *resultfile.Result) *Report {
	t.Helper()
	c, err := Of(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func one(t *testing.T, r *resultfile.Result) *Result {
	t.Helper()
	c := of(t, r)
	if len(c.Results) != 1 {
		t.Fatalf("%d results", len(c.Results))
	}
	return &c.Results[0]
}

// generatorLimited is a level that says nothing of the server.
func generatorLimited(level float64) look {
	return look{level: level, verdict: unproven, limited: true, perSec: 900, p99: 500 * ms, step: func(s *resultfile.Step) {
		s.Cause, s.Text = resultfile.CauseGenerator, "the load generator was the limit: cpu: 99%"
	}}
}

func TestWhatASearchFound(t *testing.T) {
	confirm := func(x look) look { return x.as(resultfile.StepConfirm) }
	search := func(x look) look { return x.as(resultfile.StepSearch) }
	for name, c := range map[string]struct {
		looks                         []look
		capacity                      float64 // 0: null
		confirmed, atLeast, fell, cut bool
		limit                         float64 // 0: null
		cause, headline, why          string
	}{
		"refused": {
			looks: []look{held(32, 500, 9*ms), turnedAway(64, 50, resultfile.CauseTooMany, 421, tooMany),
				search(held(50, 600, 12*ms)), search(turnedAway(51, 50, resultfile.CauseTooMany, 421, tooMany)), confirm(held(50, 601, 13*ms))},
			capacity: 50, confirmed: true, limit: 51, cause: resultfile.CauseTooMany,
			headline: "vsftpd held 50 sessions passive (p99 13 ms); at 51 it refused logins with 421: max_clients",
		},
		"cut off, and told why before": {
			looks: []look{held(32, 500, 9*ms), turnedAway(64, 50, resultfile.CauseTooMany, 421, tooMany),
				search(held(50, 600, 12*ms)), search(turnedAway(64, 64, resultfile.CauseResets, 0, "connections were cut")), confirm(held(50, 601, 13*ms))},
			capacity: 50, confirmed: true, limit: 64, cause: resultfile.CauseTooMany,
			headline: "vsftpd held 50 sessions passive (p99 13 ms); at 64 it refused logins with 421: max_clients",
			why:      "the search ended between 50 sessions and 64 sessions, further apart than the requested precision",
		},
		"slow": {
			looks:    []look{held(320, 900, 90*ms), slow(640, 910, 300*ms), search(held(620, 905, 187*ms)), confirm(held(620, 905, 188*ms))},
			capacity: 620, confirmed: true, limit: 640, cause: resultfile.CauseLatency,
			headline: "vsftpd held 620 sessions passive (p99 188 ms); at 640 service.p99 < 200ms (retr) was missed: 300 ms",
		},
		"not confirmed": {
			looks:    []look{held(620, 900, 90*ms), slow(640, 910, 300*ms)},
			capacity: 620, limit: 640, cause: resultfile.CauseLatency, cut: true,
			headline: "vsftpd held 620 sessions passive (p99 90 ms; not confirmed); at 640 service.p99 < 200ms (retr) was missed: 300 ms",
			why:      "the search was cut short before the level was confirmed",
		},
		"cut in between": {
			looks:    []look{held(320, 900, 90*ms), slow(640, 910, 300*ms)},
			capacity: 320, limit: 640, cause: resultfile.CauseLatency, cut: true,
			headline: "vsftpd held 320 sessions passive (p99 90 ms; not confirmed); at 640 service.p99 < 200ms (retr) was missed: 300 ms",
			why:      "the search was cut short between 320 sessions and 640 sessions, further apart than the requested precision",
		},
		"cut on the way up": {
			looks: []look{held(320, 900, 90*ms), held(640, 910, 120*ms)}, cut: true,
			headline: "the capacity of vsftpd is unknown: it held 640 sessions passive (p99 120 ms), but the search was cut short before a level failed",
			why:      "the search was cut short before a level failed",
		},
		"all of it": {
			looks:    []look{held(500, 900, 90*ms), held(1000, 910, 120*ms), confirm(held(1000, 910, 121*ms))},
			capacity: 1000, confirmed: true, atLeast: true,
			headline: "vsftpd held 1,000 sessions passive (p99 121 ms), the highest level tried",
		},
		"generator": {
			looks:    []look{held(320, 900, 90*ms), generatorLimited(640)},
			headline: "the capacity of vsftpd is unknown: it held 320 sessions passive (p99 90 ms), but at 640 sessions the load generator was the limit: use a larger machine, or several",
			why:      "at 640 sessions the load generator was the limit: use a larger machine, or several",
		},
		"generator from the start": {
			looks:    []look{generatorLimited(10)},
			headline: "the capacity of vsftpd is unknown: at 10 sessions the load generator was the limit: use a larger machine, or several",
			why:      "at 10 sessions the load generator was the limit: use a larger machine, or several",
		},
		"generator, against the record": {
			looks: []look{held(320, 900, 90*ms), func() look { x := slow(640, 900, 300*ms); x.limited = true; return x }()},
			headline: "the capacity of vsftpd is unknown: it held 320 sessions passive (p99 90 ms), but at 640 sessions the load generator was the limit: " +
				"use a larger machine, or several",
			why: "at 640 sessions the load generator was the limit: use a larger machine, or several",
		},
		"refused, whatever the generator": {
			looks: []look{held(50, 900, 90*ms), func() look {
				x := turnedAway(51, 50, resultfile.CauseTooMany, 421, tooMany)
				x.limited = true
				return x
			}(), confirm(held(50, 900, 91*ms))},
			capacity: 50, confirmed: true, limit: 51, cause: resultfile.CauseTooMany,
			headline: "vsftpd held 50 sessions passive (p99 91 ms); at 51 it refused logins with 421: max_clients",
		},
		"generator in between": {
			looks:    []look{held(320, 900, 90*ms), slow(640, 910, 300*ms), search(generatorLimited(480))},
			capacity: 320, limit: 640, cause: resultfile.CauseLatency,
			headline: "vsftpd held 320 sessions passive (p99 90 ms; not confirmed); at 640 service.p99 < 200ms (retr) was missed: 300 ms",
			why:      "at 480 sessions the load generator was the limit: use a larger machine, or several",
		},
		"generator at the end": {
			looks:    []look{held(620, 900, 90*ms), slow(640, 910, 300*ms), confirm(generatorLimited(620))},
			capacity: 620, limit: 640, cause: resultfile.CauseLatency,
			headline: "vsftpd held 620 sessions passive (p99 90 ms; not confirmed); at 640 service.p99 < 200ms (retr) was missed: 300 ms",
			why:      "in the confirmation of 620 sessions the load generator was the limit: use a larger machine, or several",
		},
		"too few samples": {
			looks:    []look{held(10, 900, 90*ms), {level: 20, verdict: unproven, perSec: 3, p99: ms}},
			headline: "the capacity of vsftpd is unknown: it held 10 sessions passive (p99 90 ms), but at 20 sessions there was not enough data to judge",
			why:      "at 20 sessions there was not enough data to judge",
		},
		"nothing held": {
			looks: []look{slow(10, 20, 900*ms), slow(1, 5, 800*ms)}, limit: 1, cause: resultfile.CauseLatency,
			headline: "vsftpd held none of the levels tried: at 1 session passive, the lowest that failed, service.p99 < 200ms (retr) was missed: 800 ms",
			why:      "none of the levels tried was held",
		},
		"fell over": {
			looks: []look{held(100, 900, 90*ms), held(200, 900, 95*ms), slow(400, 910, 300*ms),
				search(turnedAway(200, 0, resultfile.CauseDown, 0, "")), search(held(100, 880, 91*ms)), confirm(held(100, 880, 92*ms))},
			capacity: 100, confirmed: true, fell: true, limit: 200, cause: resultfile.CauseDown,
			headline: "vsftpd held 100 sessions passive (p99 92 ms); at 200 it accepted no more sessions; it held 200 " +
				"before the step at 400, but not after it",
			why: "the search ended between 100 sessions and 200 sessions, further apart than the requested precision",
		},
		"failed once, held at last": {
			looks:    []look{slow(50, 900, 300*ms), held(50, 900, 80*ms), slow(52, 900, 300*ms), confirm(held(50, 900, 81*ms))},
			capacity: 50, confirmed: true, limit: 52, cause: resultfile.CauseLatency,
			headline: "vsftpd held 50 sessions passive (p99 81 ms); at 52 service.p99 < 200ms (retr) was missed: 300 ms",
		},
		"held above what failed": {
			looks:    []look{held(50, 900, 80*ms), held(70, 900, 90*ms), slow(52, 900, 300*ms)},
			capacity: 50, limit: 52, cause: resultfile.CauseLatency, why: "the level was not held again in a longer run",
			headline: "vsftpd held 50 sessions passive (p99 80 ms; not confirmed); at 52 service.p99 < 200ms (retr) was missed: 300 ms",
		},
		"held though not all were let in": {
			looks:    []look{held(10, 900, 80*ms), {level: 20, opened: 15, perSec: 900, p99: 80 * ms}},
			headline: "the capacity of vsftpd is unknown: it held 10 sessions passive (p99 80 ms), but at 20 sessions there was not enough data to judge",
			why:      "at 20 sessions there was not enough data to judge",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := searched(c.looks...)
			if c.cut {
				r.Footer = nil
			}
			got := one(t, r)
			if value(got.Capacity) != c.capacity || got.Confirmed != c.confirmed || got.AtLeast != c.atLeast || got.FellOver != c.fell {
				t.Errorf("capacity %v, confirmed %v, at least %v, fell over %v", value(got.Capacity), got.Confirmed, got.AtLeast, got.FellOver)
			}
			if l := got.Limit; (l == nil) != (c.limit == 0) || l != nil && (l.Level != c.limit || l.Cause != c.cause) {
				t.Errorf("limit %+v", l)
			}
			if got.Headline != c.headline || got.Why != c.why {
				t.Errorf("headline %q\nwhy %q", got.Headline, got.Why)
			}
		})
	}
}

func value(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// Every cause has words of its own, and they never end in nothing.
func TestHeadlineOfEachCause(t *testing.T) {
	for _, c := range []struct {
		cause, banner string
		code          int
		text, want    string
	}{
		{resultfile.CauseTooMany, "(vsFTPd 3.0.5)", 421, tooMany, "it refused logins with 421: max_clients"},
		{resultfile.CauseTooMany, "hello", 421, tooMany, `it refused logins with 421 "There are too many connected users, please try later."`},
		{resultfile.CauseTooMany, "ProFTPD Server (x)", 530, "530 Sorry, the maximum number of allowed clients (40) already connected.", "it refused logins with 530: MaxClients"},
		{resultfile.CauseTooMany, "Welcome to Pure-FTPd", 421, "421 40 users (the maximum) are already logged in, sorry", "it refused logins with 421: MaxClientsNumber"},
		{resultfile.CauseTooMany, "pyftpdlib 2.0.1 ready.", 421, "421 Too many connections. Service temporarily unavailable.", "it refused logins with 421: max_cons"},
		{resultfile.CauseTooMany, "", 0, "", "it refused logins"},
		{resultfile.CausePerAddress, "(vsFTPd 3.0.5)", 421, "421 There are too many connections from your internet address.", "it refused further logins from one address with 421: max_per_ip"},
		{resultfile.CausePerAddress, "pyftpdlib", 421, "Too many connections from the same IP address.", "it refused further logins from one address with 421: max_cons_per_ip"},
		{resultfile.CauseRefused, "", 0, "", "it refused connections"},
		{resultfile.CauseNoGreeting, "ProFTPD", 0, "EOF", "some connections got no greeting"},
		{resultfile.CauseLogin, "", 530, "530 Login incorrect.", `it refused logins with 530 "Login incorrect."`},
		{resultfile.CauseAccept, "", 0, "", "its active data connections timed out"},
		{resultfile.CauseDataPorts, "", 425, "12 operations failed in negotiate: 425", "data ports ran out with 425"},
		{resultfile.CauseResets, "", 0, "", "it dropped connections"},
		{resultfile.CauseErrors, "", 451, "3 operations failed in payload: 451", "operations failed with 451"},
		{resultfile.CauseLatency, "", 0, "MISSED  service.p99 < 200ms: 243 ms", "service.p99 < 200ms was missed: 243 ms"},
		{resultfile.CauseLatency, "", 0, "", "a latency objective was missed"},
		{resultfile.CauseThroughput, "", 0, "MISSED  goodput > 1GiB/s: 900 MiB/s", "goodput > 1GiB/s was missed: 900 MiB/s"},
		{resultfile.CauseThroughput, "", 0, "x", "a throughput objective was missed"},
		{resultfile.CauseRate, "", 0, "90 of 100 due", "it did not keep up with the arrivals"},
		{resultfile.CauseBandwidth, "", 0, "", "only 57.2 MiB/s was achieved"},
		{resultfile.CauseDown, "", 0, "", "it accepted no more sessions"},
		{resultfile.CauseObjective, "", 0, "MISSED  wasted < 1MiB", "wasted < 1MiB was missed"},
		{"a cause of tomorrow", "", 0, "", "an objective was missed"},
	} {
		x := slow(20, 916, 300*ms)
		x.step = func(s *resultfile.Step) { s.Cause, s.Code, s.Text = c.cause, c.code, c.text }
		r := searched(held(19, 900, 80*ms), x)
		r.Header.Target.Banner = c.banner
		if got := one(t, r).Headline; !strings.HasSuffix(got, "at 20 "+c.want) {
			t.Errorf("%s: %s", c.cause, got)
		}
	}
}

func TestHeadlineOfEachLoad(t *testing.T) {
	for _, c := range []struct {
		vary         string
		level, fails float64
		cause, want  string
	}{
		{resultfile.VaryRate, 1240, 1287.5, resultfile.CauseRate,
			"the embedded target handled 1,240 operations/s active (service p99 80 ms; not confirmed); at 1,288/s it did not keep up with the arrivals"},
		{resultfile.VaryBandwidth, 812 << 20, 845 << 20, resultfile.CauseBandwidth,
			"the embedded target handled 812 MiB/s active (p99 80 ms; not confirmed); at 845 MiB/s only 57.2 MiB/s was achieved"},
		{resultfile.VarySessions, 1, 2, resultfile.CauseResets,
			"the embedded target held 1 session active (p99 80 ms; not confirmed); at 2 it dropped connections"},
	} {
		x := slow(c.fails, 916, 300*ms)
		x.variant, x.step = "active", func(s *resultfile.Step) { s.Cause = c.cause }
		y := held(c.level, 900, 80*ms)
		y.variant = "active"
		r := searched(y, x)
		r.Header.Capacity.Vary, r.Header.Target.Embedded = c.vary, true
		if got := one(t, r).Headline; got != c.want {
			t.Errorf("%s", got)
		}
	}
}

func TestModeAsked(t *testing.T) {
	for name, c := range map[string]struct {
		variant, setting, profile, want string
	}{
		"by name":    {"active", "", `{"mode":"passive"}`, " active"},
		"by setting": {"v1", "epsv", `{"mode":"passive"}`, " by EPSV"},
		"by profile": {"v1", "", `{"mode":["passive"]}`, " passive"},
		"as text":    {"v1", "", `{"mode":"port"}`, " by PORT"},
		"several":    {"v1", "", `{"mode":["passive","active"]}`, ""},
		"nowhere":    {"v1", "sideways", ``, ""},
	} {
		r := searched(look{variant: c.variant, level: 1000, perSec: 100, p99: ms})
		r.Variants[0].Settings = map[string]string{"mode": c.setting}
		r.Header.Profile = []byte(c.profile)
		if got := one(t, r); !strings.Contains(got.Headline, "1,000 sessions"+c.want+" (") || got.Modes[0] != "epsv" {
			t.Errorf("%s: %s, %v", name, got.Headline, got.Modes)
		}
	}
}

func TestWhatAStepMeasured(t *testing.T) {
	r := searched(
		held(10, 100, 80*ms),
		look{level: 20, perSec: 40, p99: 100 * ms, bad: 20, series: func(s *resultfile.Series) { s.Unfinished, s.Dropped = 60, 20 }},
		turnedAway(40, 30, resultfile.CauseTooMany, 421, tooMany),
	)
	// The same operation by another verb, and another one.
	other := look{perSec: 300, p99: 90 * ms}.measured()
	other.Mode = stats.PASV
	noop := look{perSec: 1, p99: ms}.measured()
	noop.Op, noop.Mode, noop.MovedInside = stats.Noop, stats.NoMode, 0
	r.Trials[0].Series = append(r.Trials[0].Series, other, noop)
	before := r.Trials[0].Series[0].Latency[stats.Service].Count()
	got := one(t, r)
	s := got.Steps[0]
	if got.Operation != "retr" || strings.Join(got.Modes, " ") != "epsv pasv" {
		t.Errorf("%q %v", got.Operation, got.Modes)
	}
	if *s.OperationsPerSecond != 401 || *s.Goodput != 400<<16 || s.WindowSeconds != 10 || s.Attempts != 4010 || *s.ErrorRate != 0 {
		t.Errorf("%v/s, %v B/s in %v s, %d attempts", *s.OperationsPerSecond, *s.Goodput, s.WindowSeconds, s.Attempts)
	}
	if *s.ServiceP50 != 45*1e6 && math.Abs(float64(*s.ServiceP50)/45e6-1) > 0.001 || math.Abs(float64(*s.ServiceP99)/90e6-1) > 0.001 || s.Doubtful {
		t.Errorf("p50 %v, p99 %v", *s.ServiceP50, *s.ServiceP99)
	}
	if r.Trials[0].Series[0].Latency[stats.Service].Count() != before {
		t.Error("a trial's histogram was changed")
	}
	s = got.Steps[1]
	if s.ServiceP99 != nil || s.ServiceP50 == nil || !s.MedianDoubtful && s.Doubtful || *s.ErrorRate != 100./500 || s.Failed != 20 || s.Attempts != 480 {
		t.Errorf("%+v", s)
	}
	s = got.Steps[2]
	if s.OperationsPerSecond != nil || s.Goodput != nil || s.ServiceP50 != nil || s.ErrorRate != nil || s.WindowSeconds != 0 {
		t.Errorf("known of a level that was not measured: %+v", s)
	}
	x := look{level: 10, perSec: 100, p99: 80 * ms, bad: 50}
	if s := one(t, searched(x)).Steps[0]; s.ServiceP99 == nil || !s.Doubtful {
		t.Errorf("not doubtful: %+v", s)
	}
}

func TestBothModes(t *testing.T) {
	active := func(x look) look { x.variant = "active"; return x }
	r := searched(
		held(50, 900, 80*ms), active(held(50, 700, 90*ms)), slow(52, 900, 300*ms), active(held(60, 700, 99*ms)), active(slow(61, 700, 250*ms)))
	r.Header.Planned = []string{"active", "passive", "epsv"}
	c := of(t, r)
	if len(c.Results) != 3 || value(c.Results[0].Capacity) != 60 || value(c.Results[1].Capacity) != 50 || c.Results[2].Capacity != nil {
		t.Fatalf("%+v", c.Results)
	}
	if got := c.Results[2].Headline; got != "the capacity of vsftpd is unknown: no level was measured" {
		t.Error(got)
	}
}

func TestNoSearch(t *testing.T) {
	r := searched()
	r.Header.Capacity = nil
	var none *NoCapacity
	if _, err := Of(r); !errors.As(err, &none) || !strings.Contains(err.Error(), "ftpmark capacity") {
		t.Error(err)
	}
	r = searched()
	for i := range 101 {
		r.Header.Planned = append(r.Header.Planned, fmt.Sprint(i))
	}
	if _, err := Of(r); !errors.As(err, &none) {
		t.Error(err)
	}
}
