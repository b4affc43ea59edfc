package report

import (
	"math"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// The summaries below are made up, but hang together: segments add up to the
// mean of service, percentiles rise, rates are counts over the window.

// run returns a complete, unlimited run of the given series.
func run(series ...stats.SeriesSummary) *stats.Summary {
	return &stats.Summary{
		Schema:  stats.SummarySchema,
		Status:  stats.Complete,
		Tool:    stats.ToolInfo{Name: "ftpmark", Version: "v0.1.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"},
		Started: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC),
		Seed:    42,
		Target: stats.TargetInfo{
			URL:    "ftp://bench@192.0.2.10:2121/pub",
			Banner: "220 (vsFTPd 3.0.5)", Syst: "UNIX Type: L8",
			Features: []string{"EPRT", "EPSV", "SIZE"},
		},
		Generator: stats.GeneratorSummary{
			CPUSeconds: 6.21, CPUs: 4, PeakRSSBytes: 47_400_000,
			SchedLag: latency(4000, 0.06),
		},
		Series: series,
		Sessions: stats.SessionsSummary{
			Opened: int64(8 * len(series)),
			Latency: map[stats.Phase]*stats.Latency{
				stats.Connect: latency(16, 0.09), stats.Greeting: latency(16, 1.31),
				stats.LoginDone: latency(16, 4.07), stats.Setup: latency(16, 0.61),
			},
		},
	}
}

// latency returns a distribution around a median given in milliseconds.
func latency(n int64, median float64) *stats.Latency {
	at := func(f float64) int64 { return int64(median * f * 1e6) }
	l := &stats.Latency{
		Count: n, Min: at(0.5), Mean: median * 1.1 * 1e6, P50: at(1), P90: at(1.7), Max: at(9.3),
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
func retr(variant string, mode stats.Mode, ms [stats.NumSegments]float64) stats.SeriesSummary {
	return transfers(variant, stats.Retr, mode, ms)
}

func transfers(variant string, op stats.Op, mode stats.Mode, ms [stats.NumSegments]float64) stats.SeriesSummary {
	const window, sessions, size = 10.0, 8, 1 << 20
	segments, mean, upTo := map[string]float64{}, 0.0, [stats.NumSegments]float64{}
	for i, name := range stats.SegmentNames {
		segments[name] = ms[i] * 1e6
		mean += ms[i]
		upTo[i] = mean
	}
	n := int64(window * 1000 / mean * sessions)
	phase := func(mean float64) *stats.Latency { return latency(n, mean/1.1) }
	rate := float64(size) / ((ms[3] + ms[4]) / 1000)
	s := stats.SeriesSummary{
		Variant: variant, Op: op, Mode: mode,
		Attempts: n + sessions, OK: n, Unfinished: sessions, Due: n + sessions, Bytes: n * size,
		WindowSeconds: window, OperationsPerSecond: float64(n) / window,
		GoodputBytesPerSecond:  float64(n) * size / window,
		ControlRoundTripsPerOp: 2, ConnectsPerOp: 1,
		PartitionMean: segments,
		Latency: map[stats.Phase]*stats.Latency{
			stats.Lag:       {Count: n},
			stats.Negotiate: phase(ms[0]), stats.DataReady: phase(ms[0] + ms[1]),
			stats.Startup: phase(upTo[2]), stats.Command: phase(ms[2]), stats.TTFB: phase(upTo[3]),
			stats.Payload: phase(ms[4]), stats.Finish: phase(ms[5]),
			stats.Service: phase(mean), stats.Response: phase(mean),
		},
		Throughput: &stats.Throughput{
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

func passive() stats.SeriesSummary {
	return retr("passive", stats.EPSV, [...]float64{0.212, 0.094, 0.131, 0.208, 2.871, 0.052})
}

func active() stats.SeriesSummary {
	return retr("active", stats.EPRT, [...]float64{0.174, 0.004, 1.307, 0.211, 2.902, 0.051})
}

func twoModes() *stats.Summary {
	s := run(passive(), active())
	s.Target.URL, s.Target.Embedded = "ftp://127.0.0.1:41873/", true
	s.Target.Banner, s.Target.Syst = "220 ftpmark embedded target", "UNIX Type: L8"
	s.Generator.Warnings = []string{"shared-host: the target runs on this machine and takes from the same CPUs"}
	return s
}

func fourModes() *stats.Summary {
	return run(
		retr("epsv", stats.EPSV, [...]float64{0.212, 0.094, 0.131, 0.208, 2.871, 0.052}),
		retr("pasv", stats.PASV, [...]float64{0.209, 0.093, 0.129, 0.210, 2.869, 0.049}),
		retr("eprt", stats.EPRT, [...]float64{0.174, 0.004, 1.307, 0.211, 2.902, 0.051}),
		retr("port", stats.PORT, [...]float64{0.171, 0.004, 1.301, 0.207, 2.911, 0.050}),
	)
}

// sixColumns has more columns than a table shows side by side, and variants
// whose names are long and alike.
func sixColumns() *stats.Summary {
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
func twoOperations() *stats.Summary {
	n := int64(91_204)
	size := stats.SeriesSummary{
		Variant: "passive", Op: stats.Size, Mode: stats.NoMode,
		Attempts: n, OK: n, Due: n, WindowSeconds: 10, OperationsPerSecond: 9120.4, ControlRoundTripsPerOp: 1,
		Latency: map[stats.Phase]*stats.Latency{
			stats.Lag: {Count: n}, stats.Service: latency(n, 0.08), stats.Response: latency(n, 0.08),
		},
	}
	return run(
		transfers("passive", stats.Stor, stats.EPSV, [...]float64{0.2, 0.1, 0.1, 0.2, 31, 0.9}),
		transfers("passive", stats.Stor, stats.PASV, [...]float64{0.2, 0.1, 0.1, 0.2, 14, 0.9}),
		size,
	)
}

// openLoad started operations late and dropped some.
func openLoad() *stats.Summary {
	s := run(passive(), active())
	for i := range s.Series {
		c := &s.Series[i]
		c.Latency[stats.Lag] = latency(c.OK, 0.012)
		c.Latency[stats.Response] = latency(c.OK, 4.9)
	}
	s.Series[1].Dropped = 1204
	s.Series[1].Due += 1204
	return s
}

func partial() *stats.Summary {
	s := run(passive())
	s.Status = stats.Partial
	s.Missing = []string{
		"the end of passive: 4 of 10 seconds were recorded",
		"active: it had not begun",
	}
	s.Series[0].WindowSeconds = 4
	s.Generator = stats.GeneratorSummary{}
	s.Notes = []string{"the size of 12 downloads could not be checked: the server has no SIZE"}
	s.Series[0].SizeUnverified = 12
	return s
}

func limited() *stats.Summary {
	s := run(passive(), active())
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

func hostile() *stats.Summary {
	s := run(passive(), active())
	s.Target.Banner = "220 \x1b[31mwelcome\r\nsecond line\u0085 \u2028 of a very long banner that says nothing of use to anyone at all"
	s.Target.Syst = "UNIX\x07"
	a := &s.Series[1]
	a.Attempts += 212
	a.Failed, a.WastedBytes, a.WarmupFailed = 212, 3_512_004, 31
	a.Latency[stats.Service].Doubtful = []string{"p99", "p99_9"}
	s.Sessions.Failed = 2
	s.Errors = []stats.ErrorSummary{
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

func fewSamples() *stats.Summary {
	s := run(
		retr("passive", stats.EPSV, [...]float64{2, 1, 3, 2, 190, 1}),
		retr("active", stats.EPRT, [...]float64{2, 1, 12, 2, 120, 1}),
	)
	return s
}

func nothing() *stats.Summary {
	s := run(
		stats.SeriesSummary{Variant: "passive", Op: stats.Retr, Mode: stats.EPSV, WindowSeconds: 10},
		stats.SeriesSummary{Variant: "active", Op: stats.Retr, Mode: stats.EPRT, Attempts: 8, Failed: 8, WindowSeconds: 10},
	)
	return s
}

// blocked is a client that no server can connect to.
func blocked() *stats.Summary {
	s := run(passive(), stats.SeriesSummary{
		Variant: "active", Op: stats.Retr, Mode: stats.EPRT, Attempts: 8, Failed: 8, Due: 8, WindowSeconds: 10,
	})
	s.Errors = []stats.ErrorSummary{{
		Variant: "active", Op: "retr", Mode: stats.EPRT, Phase: stats.DataReady, Class: stats.ClassAcceptTimeout, Count: 8,
		Example: "no connection from 192.0.2.10 within 10s",
		Hint:    "a firewall or NAT between keeps the server from connecting here: try --mode passive",
	}}
	return s
}

func ipv6() *stats.Summary {
	s := run(passive())
	s.Target.URL = "ftp://bench@[2001:db8::10]:2121/"
	return s
}

// broken holds numbers that no run gives and a report must survive.
func broken() *stats.Summary {
	s := run(passive(), active())
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
