package report

import (
	"math"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The summaries below are made up, but hang together: segments add up to the
// mean of service, percentiles rise, rates are counts over the window.

// run returns a complete, unlimited run of the given series.
func runOf(series ...summary.SeriesSummary) *summary.Summary {
	return &summary.Summary{
		Schema: summary.Schema,
		Run: summary.Run{Status: summary.Complete, Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "v0.1.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"}, Started: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC), Seed: 42, Target: resultfile.TargetInfo{
			URL:    "ftp://bench@192.0.2.10:2121/pub",
			Banner: "220 (vsFTPd 3.0.5)", Syst: "UNIX Type: L8",
			Features: []string{"EPRT", "EPSV", "SIZE"},
		}, Generator: summary.GeneratorSummary{
			CPUSeconds: 6.21, CPUs: 4, PeakRSSBytes: 47_400_000,
			SchedLag: latency(4000, 0.06),
		}},

		Series: series,
		Sessions: summary.SessionsSummary{
			Opened: int64(8 * len(series)),
			Latency: map[stats.Phase]*summary.Latency{
				stats.Connect: latency(16, 0.09), stats.Greeting: latency(16, 1.31),
				stats.LoginDone: latency(16, 4.07), stats.Setup: latency(16, 0.61),
			},
		},
	}
}

// latency returns a distribution around a median given in milliseconds.
func latency(n int64, median float64) *summary.Latency {
	at := func(f float64) int64 { return int64(median * f * 1e6) }
	l := &summary.Latency{
		Count: n, Min: at(0.5), Mean: median * 1.1 * 1e6, P50: at(1), P90: at(1.7), Max: at(9.3),
	}
	if n >= 200 {
		l.P95 = pointer(at(2.2))
	}
	if n >= 500 {
		l.P99 = pointer(at(3.1))
	}
	if n >= 3000 {
		l.P999 = pointer(at(6.2))
	}
	return l
}

func pointer(v int64) *int64 { return &v }

// retr returns ten seconds of 1 MiB downloads in 8 sessions; ms are the means
// of the six segments.
func retr(variant string, mode stats.Mode, ms [stats.NumSegments]float64) summary.SeriesSummary {
	return transfers(variant, stats.Retr, mode, ms)
}

func transfers(variant string, op stats.Op, mode stats.Mode, ms [stats.NumSegments]float64) summary.SeriesSummary {
	const window, sessions, size = 10.0, 8, 1 << 20
	segments, mean, upTo := map[string]float64{}, 0.0, [stats.NumSegments]float64{}
	for i, name := range stats.SegmentNames {
		segments[name] = ms[i] * 1e6
		mean += ms[i]
		upTo[i] = mean
	}
	n := int64(window * 1000 / mean * sessions)
	phase := func(mean float64) *summary.Latency { return latency(n, mean/1.1) }
	rate := float64(size) / ((ms[3] + ms[4]) / 1000)
	s := summary.SeriesSummary{
		Variant: variant, Op: op, Mode: mode,
		Attempts: n + sessions, OK: n, Unfinished: sessions, Due: n + sessions, Bytes: n * size,
		WindowSeconds: window, OperationsPerSecond: float64(n) / window,
		GoodputBytesPerSecond:  float64(n) * size / window,
		ControlRoundTripsPerOp: 2, ConnectsPerOp: 1,
		PartitionMean: segments,
		Latency: map[stats.Phase]*summary.Latency{
			stats.Lag:       {Count: n},
			stats.Negotiate: phase(ms[0]), stats.DataReady: phase(ms[0] + ms[1]),
			stats.Startup: phase(upTo[2]), stats.Command: phase(ms[2]), stats.TTFB: phase(upTo[3]),
			stats.Payload: phase(ms[4]), stats.Finish: phase(ms[5]),
			stats.Service: phase(mean), stats.Response: phase(mean),
		},
		Throughput: &summary.Throughput{
			Count: n, Min: int64(rate / 9), P50: int64(rate), Max: int64(rate * 2),
		},
	}
	if n >= 500 {
		s.Throughput.P1, s.Throughput.P99 = pointer(int64(rate/3)), pointer(int64(rate*1.6))
	}
	if mode.Active() {
		// As vsftpd does it: connected after the transfer command.
		s.Latency[stats.DataReady] = phase(upTo[2] - 0.02)
	}
	return s
}

func passive() summary.SeriesSummary {
	return retr("passive", stats.EPSV, [...]float64{0.212, 0.094, 0.131, 0.208, 2.871, 0.052})
}

func active() summary.SeriesSummary {
	return retr("active", stats.EPRT, [...]float64{0.174, 0.004, 1.307, 0.211, 2.902, 0.051})
}

func twoModes() *summary.Summary {
	s := runOf(passive(), active())
	s.Target.URL, s.Target.Embedded = "ftp://127.0.0.1:41873/", true
	s.Target.Banner, s.Target.Syst = "220 ftpmark embedded target", "UNIX Type: L8"
	s.Generator.Warnings = []string{"shared-host: the target runs on this machine and takes from the same CPUs"}
	return s
}

func fourModes() *summary.Summary {
	return runOf(
		retr("epsv", stats.EPSV, [...]float64{0.212, 0.094, 0.131, 0.208, 2.871, 0.052}),
		retr("pasv", stats.PASV, [...]float64{0.209, 0.093, 0.129, 0.210, 2.869, 0.049}),
		retr("eprt", stats.EPRT, [...]float64{0.174, 0.004, 1.307, 0.211, 2.902, 0.051}),
		retr("port", stats.PORT, [...]float64{0.171, 0.004, 1.301, 0.207, 2.911, 0.050}),
	)
}

// sixColumns has more columns than a table shows side by side, and variants
// whose names are long and alike.
func sixColumns() *summary.Summary {
	s := fourModes()
	for _, v := range []string{"tls-explicit-required-reuse-12", "tls-explicit-required-reuse-13"} {
		c := retr(v, stats.EPSV, [...]float64{0.31, 0.12, 0.22, 0.91, 3.4, 0.1})
		c.Latency[stats.DataTLS] = latency(c.OK, 0.62)
		s.Series = append(s.Series, c)
	}
	s.Sessions.Latency[stats.TLS] = latency(16, 7.4)
	return s
}

// twoOperations has an operation without a data connection and a variant that
// used two modes.
func twoOperations() *summary.Summary {
	n := int64(91_204)
	size := summary.SeriesSummary{
		Variant: "passive", Op: stats.Size, Mode: stats.NoMode,
		Attempts: n, OK: n, Due: n, WindowSeconds: 10, OperationsPerSecond: 9120.4, ControlRoundTripsPerOp: 1,
		Latency: map[stats.Phase]*summary.Latency{
			stats.Lag: {Count: n}, stats.Service: latency(n, 0.08), stats.Response: latency(n, 0.08),
		},
	}
	return runOf(
		transfers("passive", stats.Stor, stats.EPSV, [...]float64{0.2, 0.1, 0.1, 0.2, 31, 0.9}),
		transfers("passive", stats.Stor, stats.PASV, [...]float64{0.2, 0.1, 0.1, 0.2, 14, 0.9}),
		size,
	)
}

// withPaths has TCP be asked in one of two downloads and in both uploads, of
// which one lost something.
func withPaths() *summary.Summary {
	s, rate := twoOperations(), 31.5e6
	s.Series = append(s.Series[:2], passive(), active())
	s.Series[0].Path = &summary.PathSummary{Transfers: 100, RTTMean: 20_412_345, Retransmits: 17, DeliveryRateMean: &rate}
	s.Series[1].Path = &summary.PathSummary{Transfers: 90, RTTMean: 19_812_000}
	s.Series[2].Path = &summary.PathSummary{Transfers: 20, RTTMean: 41_500}
	return s
}

// totalled gives a summary the totals that its series add up to.
func totalled(s *summary.Summary) *summary.Summary {
	s.Totals = nil
	for i := range s.Series {
		c := &s.Series[i]
		at := slices.IndexFunc(s.Totals, func(t summary.TotalSummary) bool { return t.Variant == c.Variant })
		if at < 0 {
			at = len(s.Totals)
			s.Totals = append(s.Totals, summary.TotalSummary{Variant: c.Variant, Trials: 1, WindowSeconds: c.WindowSeconds})
		}
		t := &s.Totals[at]
		t.Attempts += c.Attempts
		t.OK += c.OK
		t.Failed += c.Failed
		t.Unfinished += c.Unfinished
		t.Dropped += c.Dropped
		t.Due += c.Due
		t.Bytes += c.Bytes
		t.OperationsPerSecond += c.OperationsPerSecond
		t.GoodputBytesPerSecond += c.GoodputBytesPerSecond
	}
	return s
}

// openLate is an open load whose second variant did not keep up.
func openLate() *summary.Summary {
	s := openLoad()
	s.Load = &resultfile.LoadInfo{
		Model: resultfile.OpenLoad, Rate: "2200/s", Arrivals: "poisson", Sessions: 8, MaxSessions: 64, MaxBacklog: 1000,
		Operations: "retr=1", Size: "1MiB", Files: 100, Bandwidth: "10GiB/s",
		Verify: "content of downloads",
	}
	c := &s.Series[1]
	c.Dropped, c.Due = 4204, c.Attempts+4204
	c.Latency[stats.Lag] = latency(c.OK, 412)
	c.Latency[stats.Response] = latency(c.OK, 420)
	for _, p := range []stats.Phase{stats.Lag, stats.Response} {
		c.Latency[p].Doubtful = []string{"p50", "p90", "p99", "p99_9"}
	}
	s.Series[0].Verified, c.Verified = s.Series[0].OK, c.OK
	totalled(s)
	s.Totals[1].BacklogGrowth = 998
	return s
}

// openPaces has a variant for each way in which an open load can end.
func openPaces() *summary.Summary {
	one := func(name string, due, ok, failed, growth int64) (summary.SeriesSummary, summary.TotalSummary) {
		c := summary.SeriesSummary{
			Variant: name, Op: stats.Noop, Attempts: due, Due: due, OK: ok, Failed: failed, WindowSeconds: 10,
			OperationsPerSecond: float64(ok) / 10, ControlRoundTripsPerOp: 1,
			Latency: map[stats.Phase]*summary.Latency{
				stats.Service: latency(ok, 2000), stats.Lag: latency(ok, 0.02), stats.Response: latency(ok, 2000),
			},
		}
		return c, summary.TotalSummary{
			Variant: name, Trials: 1, Attempts: due, Due: due, OK: ok, Failed: failed, WindowSeconds: 10,
			OperationsPerSecond: c.OperationsPerSecond, BacklogGrowth: growth,
		}
	}
	s := runOf()
	for _, c := range []struct {
		name                    string
		due, ok, failed, growth int64
	}{
		{"in time", 2000, 1990, 0, 3},
		// 200/s for 2.2 s are 440 in hand, but there are 64 sessions.
		{"in hand", 2000, 1840, 0, 0},
		{"behind", 2000, 1830, 0, 0},
		{"failing", 2000, 1500, 490, 0},
		{"growing", 2000, 1950, 0, 65},
	} {
		series, total := one(c.name, c.due, c.ok, c.failed, c.growth)
		s.Series, s.Totals = append(s.Series, series), append(s.Totals, total)
	}
	s.Load = &resultfile.LoadInfo{Model: resultfile.OpenLoad, Rate: "200/s", Arrivals: "constant", Sessions: 64}
	return s
}

// counted is an open load that a number of operations ended, at a rate of 500/s.
// Each operation took as many seconds.
func counted(n, ok, failed int64, window, service float64, sessions int) *summary.Summary {
	c := noop("epsv")
	c.Attempts, c.OK, c.Failed, c.Due = n, ok, failed, n
	c.WindowSeconds, c.OperationsPerSecond = window, float64(ok)/window
	ns := int64(service * 1e9)
	l := &summary.Latency{Count: ok, Min: ns, Mean: service * 1e9, P50: ns, P90: ns, Max: ns}
	c.Latency = map[stats.Phase]*summary.Latency{stats.Service: l, stats.Lag: latency(ok, 0.02), stats.Response: l}
	s := totalled(runOf(c))
	s.Load = &resultfile.LoadInfo{
		Model: resultfile.OpenLoad, Rate: "500/s", RatePerSecond: 500, Count: n, Arrivals: "constant",
		Sessions: sessions, MaxBacklog: 1000, Operations: "noop=1",
	}
	return s
}

// countedLate is two operations that came at 500/s to a target that does 36.
func countedLate() *summary.Summary {
	s := counted(75, 75, 0, 100/36.0, 8/36.0, 8)
	rare := s.Series[0]
	rare.Op, rare.Attempts, rare.OK, rare.Due = stats.Size, 25, 25, 25
	rare.OperationsPerSecond = 25 / rare.WindowSeconds
	s.Series = append(s.Series, rare)
	s.Load.Count, s.Load.Operations = 100, "noop=3,size=1"
	return totalled(s)
}

// mix is thirteen operations in two variants.
func mix() *summary.Summary {
	var series []summary.SeriesSummary
	for i, v := range []struct {
		name string
		mode stats.Mode
	}{{"passive", stats.EPSV}, {"active", stats.EPRT}} {
		slower := 1 + 0.2*float64(i)
		for op := stats.Retr; op < stats.NumOps; op++ {
			scale := slower * float64(op+3)
			c := transfers(v.name, op, v.mode, [...]float64{0.2 * scale, 0.1 * scale, 0.1 * scale, 0.2 * scale, 2 * scale, 0.9 * scale})
			if !op.Transfers() {
				service := c.Latency[stats.Service]
				c = summary.SeriesSummary{
					Variant: v.name, Op: op, Attempts: c.Attempts, OK: c.OK, Unfinished: c.Unfinished, Due: c.Due,
					WindowSeconds: c.WindowSeconds, OperationsPerSecond: c.OperationsPerSecond, ControlRoundTripsPerOp: 1,
					Latency: map[stats.Phase]*summary.Latency{
						stats.Lag: {Count: c.OK}, stats.Service: service, stats.Response: service,
					},
				}
			}
			switch op {
			case stats.Dele, stats.Rmd:
				c.Housekeeping = c.Attempts
			case stats.Rename:
				c.Failed, c.Attempts, c.Due = 17, c.Attempts+17, c.Due+17
				c.Latency[stats.Service].Doubtful = []string{"p99"}
			case stats.Stor:
				c.Verified = c.OK
			case stats.Login:
				loginPhases(&c)
			}
			series = append(series, c)
		}
	}
	s := totalled(runOf(series...))
	s.Load = &resultfile.LoadInfo{
		Model: resultfile.ClosedLoad, Sessions: 8, Think: "100ms", OpRate: "5000/s", Bandwidth: "10MiB/s", SessionBandwidth: "2MiB/s",
		Operations: "retr=40,stor=20,appe=5,list=5,mlsd=5,nlst=5,dele=4,rename=4,mkd=3,rmd=3,size=3,noop=2,login=1",
		Size:       "64KiB", Files: 1000,
		Verify: "SIZE after each upload (one command more, outside of all spans)",
	}
	return s
}

// mixWithFallback has a variant that used two modes and one that ran less.
func mixWithFallback() *summary.Summary {
	s := mix()
	pasv := transfers("passive", stats.Retr, stats.PASV, [...]float64{0.2, 0.1, 0.1, 0.2, 14, 0.9})
	s.Series = append(slices.Insert(s.Series, 1, pasv)[:20:20], noop("third"))
	return totalled(s)
}

func noop(variant string) summary.SeriesSummary {
	return summary.SeriesSummary{
		Variant: variant, Op: stats.Noop, Attempts: 12, OK: 12, Due: 12, WindowSeconds: 10, OperationsPerSecond: 1.2,
		ControlRoundTripsPerOp: 1, Latency: map[stats.Phase]*summary.Latency{stats.Service: latency(12, 0.1)},
	}
}

func loginPhases(c *summary.SeriesSummary) {
	for p, median := range map[stats.Phase]float64{
		stats.Connect: 0.09, stats.Greeting: 1.31, stats.TLS: 7.4, stats.LoginDone: 4.07, stats.Setup: 0.61,
	} {
		c.Latency[p] = latency(c.OK, median)
	}
}

// logins is a storm of log-ins, some of them refused.
func logins() *summary.Summary {
	c := noop("tls")
	c.Op, c.Attempts, c.OK, c.Failed, c.Due, c.OperationsPerSecond, c.ControlRoundTripsPerOp = stats.Login, 4031, 4000, 31, 4031, 400, 9
	c.Latency = map[stats.Phase]*summary.Latency{stats.Service: latency(c.OK, 13.5)}
	loginPhases(&c)
	c.Latency[stats.Service].Doubtful = []string{"p99", "p99_9"}
	s := totalled(runOf(c))
	s.Load = &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 1, Operations: "login=1"}
	s.Errors = []summary.ErrorSummary{{
		Variant: "tls", Op: "login", Phase: stats.Greeting, Code: 421, Class: stats.ClassReply, Count: 31,
		Example: "421 There are too many connected users, please try later.",
	}}
	return s
}

// stages are three stages of a variant, of which the last was cut short if
// seconds is less than 60.
func stages(variant string, seconds float64, series ...summary.StageSeries) (list []summary.StageSummary) {
	for i, planned := range []resultfile.StageInfo{
		{Name: "30s at 10→200 sessions", Seconds: 30, From: 10, To: 200, Of: "sessions"},
		{Name: "1m at 200 sessions", Seconds: 60, From: 200, To: 200, Of: "sessions"},
		{Name: "1m at 200→10 sessions", Seconds: 60, From: 200, To: 10, Of: "sessions"},
	} {
		x := summary.StageSummary{Variant: variant, Step: i + 1, Name: planned.Name, Seconds: planned.Seconds, Planned: &planned, Sessions: 200}
		if i == 2 {
			x.Seconds = seconds
		}
		factor := 1 + 0.5*float64(i)
		for _, c := range series {
			c.OK = int64(c.OperationsPerSecond * factor * x.Seconds)
			c.OperationsPerSecond *= factor
			c.GoodputBytesPerSecond *= factor
			phases := map[stats.Phase]*summary.Latency{}
			for p, l := range c.Latency {
				phases[p] = latency(c.OK, float64(l.P50)*factor/1e6)
			}
			if c.Failed *= int64(i); c.Failed > 0 {
				phases[stats.Service].Doubtful = []string{"p99"}
			}
			c.Dropped *= int64(i)
			c.Latency = phases
			x.Series = append(x.Series, c)
		}
		list = append(list, x)
	}
	return list
}

func stageSeries(op stats.Op, mode stats.Mode, perSecond, goodput float64, phases map[stats.Phase]*summary.Latency) summary.StageSeries {
	return summary.StageSeries{Op: op, Mode: mode, OperationsPerSecond: perSecond, GoodputBytesPerSecond: goodput, Latency: phases}
}

// staged is two variants of one operation.
func staged() *summary.Summary {
	s := totalled(runOf(passive(), active()))
	service := map[stats.Phase]*summary.Latency{stats.Service: latency(1000, 3.2)}
	for i, v := range []string{"passive", "active"} {
		c := stageSeries(stats.Retr, []stats.Mode{stats.EPSV, stats.EPRT}[i], 2100, 2100<<20, service)
		c.Failed = int64(i) * 3
		s.Stages = append(s.Stages, stages(v, 60, c)...)
	}
	s.Load = &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 10, MaxSessions: 200, Operations: "retr=1", Size: "1MiB"}
	return s
}

// stagedOpenMix is an open load of three operations, with drops.
func stagedOpenMix() *summary.Summary {
	s := twoOperations()
	s.Series = append(s.Series[:1], passive(), s.Series[2])
	for i := range s.Series {
		c := &s.Series[i]
		c.Latency[stats.Lag], c.Latency[stats.Response] = latency(c.OK, 0.3), latency(c.OK, 9)
	}
	both := map[stats.Phase]*summary.Latency{stats.Service: latency(1000, 3.2), stats.Response: latency(1000, 5.1)}
	stor := stageSeries(stats.Stor, stats.EPSV, 31, 31<<20, both)
	stor.Dropped = 7
	rare := stageSeries(stats.Size, stats.NoMode, 1.3, 0, both)
	s.Stages = stages("passive", 60, stageSeries(stats.Retr, stats.EPSV, 210, 210<<20, both), stor, rare)
	s.Load = &resultfile.LoadInfo{Model: resultfile.OpenLoad, Rate: "250/s", Arrivals: "constant", Sessions: 10, MaxSessions: 200}
	return totalled(s)
}

// stagedPartial was killed in its second stage, and has a third without a name.
func stagedPartial() *summary.Summary {
	s := partial()
	service := map[stats.Phase]*summary.Latency{stats.Service: latency(1000, 3.2)}
	s.Stages = stages("passive", 60, stageSeries(stats.Retr, stats.EPSV, 2100, 2100<<20, service))
	s.Stages[1].Seconds = 4.02
	s.Stages[2] = summary.StageSummary{Variant: "passive", Step: 3}
	s.Load = &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 10, MaxSessions: 200}
	return totalled(s)
}

// openLoad started operations late and dropped some, before results said what
// load was asked for.
func openLoad() *summary.Summary {
	s := runOf(passive(), active())
	for i := range s.Series {
		c := &s.Series[i]
		c.Latency[stats.Lag] = latency(c.OK, 0.012)
		c.Latency[stats.Response] = latency(c.OK, 4.9)
	}
	s.Series[1].Dropped = 1204
	s.Series[1].Due += 1204
	return s
}

// openMix is a mix whose operations are due at a rate: users wait half as long again.
func openMix() *summary.Summary {
	s := mix()
	load := *s.Load
	load.Model, load.Rate = resultfile.OpenLoad, "5000/s"
	s.Load = &load
	for i := range s.Series {
		c := &s.Series[i]
		c.Latency[stats.Response] = latency(c.OK, 1.5*float64(c.Latency[stats.Service].P50)/1e6)
	}
	return s
}

func partial() *summary.Summary {
	s := runOf(passive())
	s.Status = summary.Partial
	s.Missing = []string{
		"the end of passive: 4 of 10 seconds were recorded",
		"active: it had not begun",
	}
	s.Series[0].WindowSeconds = 4
	s.Generator = summary.GeneratorSummary{}
	s.Notes = []string{"the size of 12 downloads could not be checked: the server has no SIZE"}
	s.Series[0].SizeUnverified = 12
	return s
}

func limited() *summary.Summary {
	s := runOf(passive(), active())
	s.Generator.Limited = true
	s.Generator.CPUSeconds = 79.98
	s.Generator.Reasons = []string{
		"cpu: the generator's process used 99.9% of its allowance of 4 CPUs (90% is the limit)",
		"wake-up lag: p99 was 21.4 ms (10 ms is the limit)",
	}
	return s
}

// hostileText is what a server might send to whoever reads its words in a
// terminal.
const hostileText = "425 \x1b[2J\x1b]0;owned\x07 can't open\r\n226 done\x00\x9b31m \u202etxet\u202c \u009b1m \xff " +
	"e\u0301 日本語 and then it goes on for much longer than a line can hold"

func hostile() *summary.Summary {
	s := runOf(passive(), active())
	s.Target.Banner = "220 \x1b[31mwelcome\r\nsecond line\u0085 \u2028 of a very long banner that says nothing of use to anyone at all"
	s.Target.Syst = "UNIX\x07"
	a := &s.Series[1]
	a.Attempts += 212
	a.Failed, a.WastedBytes, a.WarmupFailed = 212, 3_512_004, 31
	a.Latency[stats.Service].Doubtful = []string{"p99", "p99_9"}
	s.Sessions.Failed = 2
	s.Errors = []summary.ErrorSummary{
		{Variant: "passive", Mode: stats.EPSV, Phase: stats.LoginDone, Code: 421, Class: stats.ClassReply, Count: 2, Example: "421 Too many connections"},
		{Variant: "active", Op: "retr", Mode: stats.EPRT, Phase: stats.DataReady, Code: 425, Class: stats.ClassReply, Count: 201, Example: hostileText},
		{
			Variant: "active", Op: "retr", Mode: stats.EPRT, Phase: stats.DataReady, Class: stats.ClassAcceptTimeout, Count: 11,
			Example: "the server did not connect to 192.0.2.7:40213 within 10s",
			Hint:    "a firewall or NAT between here and the server drops connections to this machine: try --mode passive",
		},
	}
	return s
}

func fewSamples() *summary.Summary {
	s := runOf(
		retr("passive", stats.EPSV, [...]float64{2, 1, 3, 2, 190, 1}),
		retr("active", stats.EPRT, [...]float64{2, 1, 12, 2, 120, 1}),
	)
	return s
}

func nothing() *summary.Summary {
	s := runOf(
		summary.SeriesSummary{Variant: "passive", Op: stats.Retr, Mode: stats.EPSV, WindowSeconds: 10},
		summary.SeriesSummary{Variant: "active", Op: stats.Retr, Mode: stats.EPRT, Attempts: 8, Failed: 8, WindowSeconds: 10},
	)
	return s
}

// blocked is a client that no server can connect to.
func blocked() *summary.Summary {
	s := runOf(passive(), summary.SeriesSummary{
		Variant: "active", Op: stats.Retr, Mode: stats.EPRT, Attempts: 8, Failed: 8, Due: 8, WindowSeconds: 10,
	})
	s.Errors = []summary.ErrorSummary{{
		Variant: "active", Op: "retr", Mode: stats.EPRT, Phase: stats.DataReady, Class: stats.ClassAcceptTimeout, Count: 8,
		Example: "no connection from 192.0.2.10 within 10s",
		Hint:    "a firewall or NAT between keeps the server from connecting here: try --mode passive",
	}}
	return s
}

func ipv6() *summary.Summary {
	s := runOf(passive())
	s.Target.URL = "ftp://bench@[2001:db8::10]:2121/"
	return s
}

// broken holds numbers that no run gives and a report must survive.
func broken() *summary.Summary {
	s := runOf(passive(), active())
	c := &s.Series[0]
	c.OperationsPerSecond, c.GoodputBytesPerSecond = math.NaN(), math.Inf(1)
	c.PartitionMean = map[string]float64{"payload": math.NaN()}
	c.Latency[stats.Service].Mean = math.Inf(1)
	c.Attempts, c.Failed = math.MaxInt64/2, math.MaxInt64/2-1
	c.Latency[stats.Payload] = nil
	s.Generator.CPUSeconds = math.NaN()
	s.Series[1].Latency = nil
	s.Series[1].WindowSeconds = 0
	return s
}

// overridden is variants that differ in more than the mode.
func overridden() *summary.Summary {
	s := totalled(runOf(
		retr("few", stats.EPSV, [...]float64{0.212, 0.094, 0.131, 0.208, 2.871, 0.052}),
		retr("many", stats.EPSV, [...]float64{0.209, 0.093, 0.129, 0.210, 2.869, 0.049}),
		retr("elsewhere", stats.EPSV, [...]float64{0.209, 0.093, 0.129, 0.210, 2.869, 0.049}),
	))
	load := resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 8, Operations: "retr=1", Size: "1MiB", Files: 1}
	few, many := load, load
	few.Sessions, many.Sessions = 2, 64
	s.Load = &load
	other := &resultfile.TargetInfo{URL: "ftp://bench@192.0.2.11/", Banner: "220 ProFTPD", Features: []string{}}
	again := few
	s.Totals[0].Settings, s.Totals[0].Load = map[string]string{"mode": "epsv", "sessions": "2"}, &few
	s.Totals[1].Settings, s.Totals[1].Load = map[string]string{"mode": "epsv", "sessions": "64"}, &many
	s.Totals[2].Settings, s.Totals[2].Load = map[string]string{"mode": "epsv", "sessions": "2", "target": other.URL}, &again
	s.Totals[2].Target = other
	return s
}
