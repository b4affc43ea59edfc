package profiles

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// refused checks that a parser refuses texts with a word of why.
func refused[T any](t *testing.T, parse func(string) (T, error), bad map[string]string) {
	t.Helper()
	for in, why := range bad {
		got, err := parse(in)
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), "want") && !strings.Contains(err.Error(), "range") && !strings.Contains(err.Error(), "whole") {
			t.Errorf("%q: %v, %v; want an error with %q", in, got, err, why)
		}
	}
}

// again checks that what String says is read as the same value.
func again[T interface{ String() string }](t *testing.T, parse func(string) (T, error), v T) {
	t.Helper()
	if back, err := parse(v.String()); err != nil || !reflect.DeepEqual(back, v) {
		t.Errorf("%q is read as %+v, %v; want %+v", v.String(), back, err, v)
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]struct {
		rate Rate
		text string
	}{
		"200/s": {200, "200/s"}, "200": {200, "200/s"}, "600/m": {10, "10/s"}, "10/h": {10.0 / 3600, "10/h"}, "0.5/s": {0.5, "30/m"},
		"1000000/s": {1e6, "1000000/s"}, " 2 / m ": {2.0 / 60, "2/m"}, "1.5": {1.5, "90/m"}, "0.00001/s": {0.00001, "0.00001/s"},
	} {
		got, err := ParseRate(in)
		if err != nil || got != want.rate || got.String() != want.text {
			t.Errorf("%q: %v (%s), %v; want %v (%s)", in, float64(got), got, err, float64(want.rate), want.text)
		}
		again(t, ParseRate, got)
	}
	refused(t, ParseRate, map[string]string{
		"": "number", "/s": "number", "0": "more than 0", "-1/s": "number", "1e3/s": "number", "1000001": "at most", "5/d": "unit of time",
		"5/": "unit of time", "5/s/s": "unit of time", "Inf": "number", "NaN/s": "number", "5 per s": "number", "0x10": "number", "99999999999999999999999/h": "at most",
	})
}

func TestParseByteRate(t *testing.T) {
	for in, want := range map[string]struct {
		rate ByteRate
		text string
	}{
		"10MiB/s": {10 << 20, "10MiB/s"}, "10MB/s": {1e7, "10MB/s"}, "64KiB/s": {64 << 10, "64KiB/s"}, "80Mbit/s": {1e7, "10MB/s"},
		"1Gbit/s": {125e6, "125MB/s"}, "8kbit/s": {1000, "1kB/s"}, "8Mibit/s": {1 << 20, "1MiB/s"}, "1B/s": {1, "1B/s"}, "8bit/s": {1, "1B/s"},
		"1.5MiB/s": {3 << 19, "1536KiB/s"}, "2Tbit/s": {25e10, "250GB/s"}, "1 kB/s": {1000, "1kB/s"},
	} {
		got, err := ParseByteRate(in)
		if err != nil || got != want.rate || got.String() != want.text {
			t.Errorf("%q: %d (%s), %v; want %d (%s)", in, int64(got), got, err, int64(want.rate), want.text)
		}
		again(t, ParseByteRate, got)
	}
	refused(t, ParseByteRate, map[string]string{
		"": "number", "10": "10B/s (bytes) or 10bit/s (bits)", "10MiB": "10MiB/s (bytes) or 10Mibit/s (bits)", "10Mb/s": "10MB/s (bytes) or 10Mbit/s (bits)",
		"10Mbps": "10MB/s (bytes) or 10Mbit/s (bits)", "10MBps": "10MB/s (bytes) or 10Mbit/s (bits)", "10Mbit": "10MB/s (bytes) or 10Mbit/s (bits)",
		"10Kbit/s": "10kB/s (bytes) or 10kbit/s (bits)", "10mb/sec": "10MB/s", "10/s": "10B/s (bytes) or 10bit/s (bits)", "10bps": "10bit/s", "10gib/s": "10GiB/s",
		"1bit/s": "at least 1B/s", "0MB/s": "at least", "9bit/s": "whole number", "10parsecs": "MiB/s", "99999999999TB/s": "out of range", "-1B/s": "number",
	})
}

func TestParseBandwidth(t *testing.T) {
	for in, want := range map[string]Bandwidth{
		"10MiB/s": {All: 10 << 20}, "down=10MiB/s,up=5MiB/s": {Down: 10 << 20, Up: 5 << 20}, "up=8Mbit/s": {Up: 1e6}, "down=1B/s": {Down: 1},
		"up=1MB/s, down=2MB/s": {Down: 2e6, Up: 1e6},
	} {
		got, err := ParseBandwidth(in)
		if err != nil || got != want || got.IsZero() {
			t.Errorf("%q: %+v, %v; want %+v", in, got, err, want)
		}
		again(t, ParseBandwidth, got)
	}
	refused(t, ParseBandwidth, map[string]string{
		"": "both directions", "10MiB/s,5MiB/s": "down=", "in=1MB/s": "down or up", "up=1MB/s,up=1MB/s": "twice", "up=": "number", "down=10": "bytes", "up=1MB/s,": "direction",
	})
	if (Bandwidth{}).String() != "" || !(Bandwidth{}).IsZero() {
		t.Error("no limit has a text")
	}
}

func TestParseThink(t *testing.T) {
	for in, want := range map[string]struct {
		mean time.Duration
		text string
	}{
		"100ms": {100 * time.Millisecond, "100ms"}, "uniform:50ms-150ms": {100 * time.Millisecond, "uniform:50ms-150ms"},
		"exponential:1s": {time.Second, "exponential:1s"}, "0s": {0, "0s"}, "uniform:0s-2s": {time.Second, "uniform:0s-2s"}, "24h": {24 * time.Hour, "24h0m0s"},
	} {
		got, err := ParseThink(in)
		if err != nil || got.Mean() != want.mean || got.String() != want.text || got.IsZero() != (want.mean == 0) {
			t.Errorf("%q: %v (%s), %v; want %v (%s)", in, got.Mean(), got, err, want.mean, want.text)
		}
		again(t, ParseThink, got)
		sum := 0.0
		const n = 100_000
		for i := range n {
			at := got.At((float64(i) + 0.5) / n)
			if at < 0 {
				t.Fatalf("%q: a pause of %v", in, at)
			}
			sum += float64(at)
		}
		if mean := sum / n; math.Abs(mean-float64(got.Mean())) > 0.001*float64(got.Mean()) {
			t.Errorf("%q: the mean of its quantiles is %v, want %v", in, time.Duration(mean), got.Mean())
		}
	}
	exponential, _ := ParseThink("exponential:1s")
	if got := exponential.At(0.5); (got - time.Duration(math.Round(math.Ln2*1e9))).Abs() > time.Microsecond {
		t.Errorf("the median of exponential:1s is %v, want %v", got, math.Ln2)
	}
	if exponential.At(0) != 0 || exponential.At(math.Nextafter(1, 0)) > time.Minute {
		t.Error("the ends of an exponential distribution")
	}
	refused(t, ParseThink, map[string]string{
		"": "time", "-1s": "time", "5": "time", "25h": "out of range", "uniform:1s": "range", "uniform:2s-1s": "lower", "uniform:1s-1s": "lower",
		"uniform:x-1s": "time", "uniform:1s-": "time", "exponential:0s": "above 0", "exponential:": "time", "normal:1s": "unknown distribution",
	})
}

func TestParseOffset(t *testing.T) {
	for in, want := range map[string]Offset{"50%": {Percent: 50}, "0.5%": {Percent: 0.5}, "1MiB": {Bytes: 1 << 20}, "1": {Bytes: 1}} {
		got, err := ParseOffset(in)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
		again(t, ParseOffset, got)
	}
	refused(t, ParseOffset, map[string]string{"": "number", "0": "more than 0", "0%": "more than 0%", "100%": "less than 100%", "-1%": "more", "x%": "more", "%": "more"})
	for _, c := range []struct {
		o          Offset
		size, want int64
	}{
		{Offset{Percent: 50}, 1000, 500}, {Offset{Percent: 50}, 1, 0}, {Offset{Percent: 99.9}, 1 << 40, 1098412116148}, {Offset{Bytes: 10}, 5, 5}, {Offset{Bytes: 10}, 50, 10},
		{Offset{}, 50, 0}, {Offset{Percent: 99.999999999}, math.MaxInt64, 9223372036762540032}, {Offset{Bytes: 3}, 0, 0},
	} {
		got := c.o.Of(c.size)
		if got != c.want && math.Abs(float64(got-c.want)) > 1e-12*float64(c.want) || got > c.size || got < 0 {
			t.Errorf("%s of %d: %d, want %d", c.o, c.size, got, c.want)
		}
	}
}

func TestParseMix(t *testing.T) {
	for in, want := range map[string]string{
		"retr": "retr", "retr=80,stor=15,list=5": "retr=80,stor=15,list=5", "RETR, stor": "retr,stor", "retr=1,stor=1": "retr,stor",
		"retr@50%=10,retr=90": "retr@50%=10,retr=90", "stor@1MiB=5,stor=5,stor@2MiB=1": "stor@1MiB=5,stor=5,stor@2MiB=1", "noop=0.5,login=1.5": "noop=0.5,login=1.5",
		"retr=5": "retr=5",
	} {
		got, err := ParseMix(in)
		if err != nil || got.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, got, err, want)
		}
		again(t, ParseMix, got)
	}
	refused(t, ParseMix, map[string]string{
		"": "unknown operation", "rter": `did you mean "retr"`, "retr,": "unknown operation", "retr=": "bad weight", "retr=0": "bad weight", "retr=-1": "bad weight",
		"retr=1e3": "bad weight", "retr=2000000000": "bad weight", "retr=1,stor": "for all operations or for none", "retr,stor,retr": "listed twice",
		"retr@50%=1,retr@50%=2": "listed twice", "list@1B": "only retr and stor", "retr@": "number", "retr@100%": "less than 100%",
	})
	for _, op := range Operations() {
		m := Mix{{Op: op, Weight: 1}}
		wantWrites := strings.Contains(" stor appe dele rename mkd rmd ", " "+op+" ")
		wantTransfers := strings.Contains(" retr stor appe list mlsd nlst ", " "+op+" ")
		if m.Writes() != wantWrites || m.Transfers() != wantTransfers || !m.Has(op) || m.Has("x") {
			t.Errorf("%s: writes %v, transfers %v", op, m.Writes(), m.Transfers())
		}
	}
}

func TestPick(t *testing.T) {
	m, err := ParseMix("retr=80,stor=15,list=5")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for i := range 1000 {
		count[m.Pick(float64(i)/1000).Op]++
	}
	if count["retr"] != 800 || count["stor"] != 150 || count["list"] != 50 {
		t.Errorf("%v of 1,000", count)
	}
	for u, want := range map[float64]string{0: "retr", 0.79999: "retr", 0.8: "stor", 0.95: "list", math.Nextafter(1, 0): "list"} {
		if got := m.Pick(u); got.Op != want {
			t.Errorf("at %v: %s, want %s", u, got.Op, want)
		}
	}
	if m.Pick(0.9) != &m[1] {
		t.Error("the operation is a copy")
	}
	if (Mix{}).Pick(0.5) != nil {
		t.Error("an empty mix has an operation")
	}
	if n := testing.AllocsPerRun(100, func() { m.Pick(0.9) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestParseStages(t *testing.T) {
	for in, want := range map[string]string{
		"30s:10,1m:10..200": "30s:10,1m0s:10..200", "30s:10→20": "30s:10..20", "30s:10->0": "30s:10..0", "30s:50/s..500/s": "30s:50/s..500/s",
		"30s:50..500/s": "30s:50/s..500/s", "1m:600/m": "1m0s:10/s", "1m:60..600/m": "1m0s:1/s..10/s", "1s:0/s..10/s,1s:0/s": "1s:0/s..10/s,1s:0/s", "1s:1/s..600/m": "1s:1/s..10/s",
	} {
		got, err := ParseStages(in)
		if err != nil || got.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, got, err, want)
		}
		again(t, ParseStages, got)
		if got.OfRate() != strings.Contains(want, "/s") {
			t.Errorf("%q: of rate %v", in, got.OfRate())
		}
	}
	refused(t, ParseStages, map[string]string{
		"": "TIME:LOAD", "30s": "TIME:LOAD", "30:10": "bad time", "0s:10": "more than 0", "-1s:10": "more than 0", "1s:0": "more than 0 sessions",
		"1s:0..10": "at least 1", "1s:1.5": "whole numbers", "1s:10,1s:10/s": "all stages", "1s:1/s,1s:1": "all stages", "1s:0/s": "load", "1s:10..": "whole numbers",
		"1s:2000000": "whole numbers", "1s:2000000/s": "at most", "1s:1/d": "unit of time", "9000h:1": "longer than", "1s:1,,": "TIME:LOAD", "1s:-5": "whole numbers",
	})
	s, _ := ParseStages("30s:10,1m:10..200")
	if s.Length() != 90*time.Second || s.Most() != 200 {
		t.Errorf("%v, most %v", s.Length(), s.Most())
	}
	if _, err := ParseStages(strings.Repeat("1s:1,", maxStages) + "1s:1"); err == nil {
		t.Error("too many stages are taken")
	}
}

func TestParsePassivePorts(t *testing.T) {
	for in, want := range map[string]int{"20": 20, "40000-40019": 20, "1": 1, "65535": 65535, "5-5": 1} {
		got, err := ParsePassivePorts(in)
		if err != nil || got.Count != want || got.IsZero() {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
		again(t, ParsePassivePorts, got)
	}
	refused(t, ParsePassivePorts, map[string]string{"": "count", "0": "count", "65536": "count", "x": "count", "20-10": "LO-HI", "-1": "LO-HI"})
}

func TestParseModes(t *testing.T) {
	got, err := ParseModes("Passive, EPRT")
	if err != nil || got.String() != "passive,eprt" {
		t.Errorf("%v, %v", got, err)
	}
	refused(t, ParseModes, map[string]string{"": "unknown mode", "pasv,pasv": "twice", "pasv,": "unknown mode", "x": "unknown mode"})
}

func TestNearest(t *testing.T) {
	for in, want := range map[string]string{
		"sesions": "sessions", "Session-Bandwidth": "session_bandwidth", "treshold": "threshold", "thresholds": "threshold", "modes": "mode", "colour": "", "": "", "warm_up": "warmup",
	} {
		if got := Nearest(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestParseSizes(t *testing.T) {
	for in, want := range map[string]string{
		"1MiB": "1MiB", "0": "0B", "4096": "4KiB", "1KiB=70,64KiB=25,1MiB=5": "1KiB=70,64KiB=25,1MiB=5", "1MiB,1KiB": "1KiB,1MiB", "1MiB=3,1KiB=2.5": "1KiB=2.5,1MiB=3",
		"1KiB=7": "1KiB", "uniform:4KiB-1MiB": "uniform:4KiB-1MiB", "uniform: 0 - 1": "uniform:0B-1B",
		"lognormal:median=64KiB,sigma=1.5,max=16MiB": "lognormal:median=64KiB,sigma=1.5,max=16MiB", "lognormal:sigma=1,median=1B": "lognormal:median=1B,sigma=1",
		"pareto:min=4KiB,alpha=1.2,max=1GiB": "pareto:min=4KiB,alpha=1.2,max=1GiB", "table:a b.csv": "table:a b.csv",
	} {
		got, err := ParseSizes(in)
		if err != nil || got.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, got, err, want)
		}
		again(t, ParseSizes, got)
	}
	refused(t, ParseSizes, map[string]string{
		"": "number", "1XB": "unknown unit", "2PiB": "unknown unit", "2000TiB": "at most 1024TiB", "1KiB=1,1MiB": "all sizes or for none", "1KiB,1KiB": "twice", "1KiB=0,1=1": "bad weight",
		"1KiB,": "number", "uniform:1MiB": "range", "uniform:2-1": "smaller", "uniform:1-1": "smaller", "uniform:x-1": "unknown unit", "uniform:1-x": "unknown unit",
		"lognormal:": "unknown parameter", "lognormal:median=1KiB": "bad sigma", "lognormal:sigma=1": "bad median", "lognormal:median=0,sigma=1": "bad median",
		"lognormal:median=1,sigma=0": "bad sigma", "lognormal:median=1,sigma=11": "bad sigma", "lognormal:median=2,sigma=1,max=1": "below the median", "lognormal:median=2,sigma=1,max=x": "unknown unit",
		"lognormal:median=1,median=1,sigma=1": "twice", "pareto:min=0,alpha=1,max=2": "bad min", "pareto:min=1,alpha=0,max=2": "bad alpha", "pareto:min=2,alpha=1,max=2": "bad max",
		"pareto:min=2,alpha=101,max=20": "bad alpha", "pareto:min=2,alpha=1": "bad max", "zipf:1": "unknown distribution", "table:": "name of a file", "table:a\nb": "name of a file",
	})
}

// TestSizesAgainstTheory checks bounds, medians and means: those of the
// quantiles against the formulas.
func TestSizesAgainstTheory(t *testing.T) {
	for in, c := range map[string]struct {
		median, least, most Size
		mean                float64 // 0: not known otherwise
	}{
		"1MiB": {1 << 20, 1 << 20, 1 << 20, 1 << 20}, "0": {0, 0, 0, 0},
		"1KiB=70,64KiB=25,1MiB=5":                      {1 << 10, 1 << 10, 1 << 20, 0.7*1024 + 0.25*65536 + 0.05*1048576},
		"1KiB,1MiB":                                    {1 << 20, 1 << 10, 1 << 20, (1024 + 1048576) / 2},
		"uniform:0-1":                                  {1, 0, 1, 0.5},
		"uniform:4KiB-1MiB":                            {(4<<10 + 1<<20) / 2, 4 << 10, 1 << 20, (4096 + 1048576) / 2},
		"lognormal:median=64KiB,sigma=0.5":             {64 << 10, 1, 484247, 65536 * math.Exp(0.125)},
		"lognormal:median=64KiB,sigma=1.5,max=16MiB":   {64 << 10, 1, 16 << 20, 0},
		"lognormal:median=1B,sigma=3,max=1MiB":         {1, 1, 1 << 20, 0},
		"lognormal:median=3B,sigma=1":                  {3, 1, 164, 0},
		"lognormal:median=1MiB,sigma=10":               {1 << 20, 1, 1 << 40, 0},
		"lognormal:median=64KiB,sigma=1.5,max=64KiB":   {64 << 10, 1, 64 << 10, 0},
		"pareto:min=4KiB,alpha=1.2,max=1GiB":           {7297, 4 << 10, 1 << 30, 0},
		"pareto:min=4KiB,alpha=1,max=1GiB":             {8192, 4 << 10, 1 << 30, 4096 / (1 - 4096.0/(1<<30)) * math.Log((1<<30)/4096.0)},
		"pareto:min=4KiB,alpha=1.0000000001,max=1GiB":  {8192, 4 << 10, 1 << 30, 4096 / (1 - 4096.0/(1<<30)) * math.Log((1<<30)/4096.0)},
		"pareto:min=1B,alpha=2,max=1MiB":               {1, 1, 1 << 20, 0},
		"pareto:min=1GiB,alpha=100,max=1TiB":           {1081217740, 1 << 30, 1 << 40, (1 << 30) * 100.0 / 99},
		"pareto:min=100,alpha=0.0001,max=200":          {141, 100, 200, 100 / math.Ln2},
		"lognormal:median=1GiB,sigma=0.001,max=2GiB":   {1 << 30, 1063000000, 2 << 30, 1 << 30},
		"lognormal:median=10000B,sigma=0.0001,max=1MB": {10000, 9900, 1e6, 10000},
	} {
		s, err := ParseSizes(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := s.At(0.5); math.Abs(float64(got-c.median)) > max(1, 1e-5*float64(c.median)) {
			t.Errorf("%q: median %d, want %d", in, got, c.median)
		}
		if s.Most() != c.most && math.Abs(float64(s.Most()-c.most)) > 1e-5*float64(c.most) {
			t.Errorf("%q: most %d, want %d", in, s.Most(), c.most)
		}
		if c.mean != 0 && math.Abs(s.Mean()-c.mean) > 0.001*c.mean {
			t.Errorf("%q: mean %v, want %v", in, s.Mean(), c.mean)
		}
		// Means of heavy tails need their quantiles closer together at the end:
		// u = 1-v^4 has v even, with the weight 4v^3.
		const n = 100_000
		even, dense, last := 0.0, 0.0, Size(-1)
		for i := range n {
			u := (float64(i) + 0.5) / n
			at := s.At(u)
			even += float64(at) / n
			dense += float64(s.At(1-u*u*u*u)) * 4 * u * u * u / n
			if at < c.least && strings.HasPrefix(in, "lognormal") == (c.least == 1) || at > s.Most() || at < last || at < s.low {
				t.Fatalf("%q: %d at %v, after %d", in, at, u, last)
			}
			last = at
		}
		if math.Abs(dense-s.Mean()) > 0.001*s.Mean() {
			t.Errorf("%q: the mean of the quantiles is %v, want %v", in, dense, s.Mean())
		}
		heavy := strings.Contains(in, "sigma=10") || strings.Contains(in, "sigma=3") || strings.Contains(in, "1.2,") || strings.Contains(in, "alpha=1")
		if !heavy && math.Abs(even-s.Mean()) > 0.01*s.Mean() {
			t.Errorf("%q: the mean of even quantiles is %v, want %v", in, even, s.Mean())
		}
		for _, u := range []float64{0, math.SmallestNonzeroFloat64, math.Nextafter(1, 0)} {
			if at := s.At(u); at < 0 || at > s.Most() {
				t.Errorf("%q: %d at %v", in, at, u)
			}
		}
		if got, fixed := s.Fixed(); fixed != (s.kind == sizesFixed) || fixed && got != c.median {
			t.Errorf("%q: fixed %v, %v", in, got, fixed)
		}
	}
	s, _ := ParseSizes("1KiB=70,64KiB=25,1MiB=5")
	if n := testing.AllocsPerRun(100, func() { s.At(0.9) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if !(Sizes{}).IsZero() || FixedSize(0).IsZero() {
		t.Error("no sizes and empty files are the same")
	}
}

func TestSizeTable(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good.csv", "\ufeffsize,weight\r\n# a comment\r\n64KiB,25\r\n\"1KiB\",\"70\"\r\n\r\n1048576,2.5\r\n1MiB,2.5\r\n")
	s, err := ParseSizes("table:good.csv")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Load(folder); err != nil {
		t.Fatal(err)
	}
	if b, _ := s.MarshalText(); string(b) != "1KiB=70,64KiB=25,1MiB=5" || s.String() != "table:good.csv" {
		t.Errorf("%s, %s", b, s)
	}
	if s.At(0.69) != 1<<10 || s.At(0.7) != 64<<10 || s.At(0.9501) != 1<<20 || s.Most() != 1<<20 || math.Abs(s.Mean()-69529.6) > 0.1 {
		t.Errorf("%d %d %d, mean %v", s.At(0.69), s.At(0.7), s.At(0.9501), s.Mean())
	}
	for name, c := range map[string]struct{ text, why string }{
		"empty":    {"size,weight\n", "empty.csv:1: the table has no sizes"},
		"size":     {"1KiB,1\n1Mb,1\n", "size.csv:2: size \"1Mb\""},
		"weight":   {"1KiB,1\n\n2KiB,x\n", "weight.csv:3: bad weight \"x\""},
		"one":      {"1KiB\n", "one.csv:1: bad weight"},
		"headers":  {"size,weight\nsize,weight\n", "headers.csv:2: size"},
		"long":     {strings.Repeat("1KiB,1\n", 200_000), "long.csv: the table of sizes is larger"},
		"negative": {"1KiB,-1\n", "negative.csv:1: bad weight"},
	} {
		write(name+".csv", c.text)
		s, _ := ParseSizes("table:" + name + ".csv")
		if _, err := s.Load(folder); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %q", name, err, c.why)
		}
	}
	many := &strings.Builder{}
	for i := range maxTable + 1 {
		many.WriteString(Size(i).String() + ",1\n")
	}
	write("many.csv", many.String())
	s, _ = ParseSizes("table:many.csv")
	if _, err := s.Load(folder); err == nil || !strings.Contains(err.Error(), "many.csv:10001") {
		t.Errorf("too many: %v", err)
	}
	s, _ = ParseSizes("table:none.csv")
	if _, err := s.Load(folder); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("a missing file: %v", err)
	}
}
