package report

import (
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
)

func TestPercentChange(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0%", 0.05: "+5.0%", -0.082: "-8.2%", 0.0003: "+0.03%", -0.00004: "-0.004%", 0.0000001: "~0%", -0.0000001: "~0%",
		0.0004996: "+0.05%", 0.0005: "+0.1%", 0.99949: "+99.9%", 0.9995: "+100%", 1.005: "+100%", 1.006: "+101%", 12.3456: "+1,230%",
		-1: "-100%", -0.99999: "<-99.9%", -0.999: "-99.9%", 1e300: "+1.00e+302%",
		math.Inf(1): unknown, math.NaN(): unknown, math.MaxFloat64: unknown,
	} {
		if got := percentChange(in); got != want {
			t.Errorf("%v: %s, want %s", in, got, want)
		}
	}
}

func TestChangeNeverReadsAsNone(t *testing.T) {
	for x := 1e-15; x < 1e12; x *= 1.37 {
		for _, v := range []float64{x, -x} {
			if v <= -1 {
				continue
			}
			got := percentChange(v)
			if got == "0%" || got == "+0%" || got == "-0%" || strings.HasPrefix(got, "+0.0%") {
				t.Errorf("%v reads %s", v, got)
			}
			if digits := strings.TrimRight(strings.TrimLeft(strings.NewReplacer("+", "", "-", "", "%", "", ",", "", ".", "", "~", "", "<", "").Replace(got), "0"), "0"); len(digits) > 3 {
				t.Errorf("%v has more than three digits: %s", v, got)
			}
		}
	}
}

func TestChangeForms(t *testing.T) {
	for _, x := range []struct {
		finding compare.Finding
		change  string
		between string
	}{
		{compare.Finding{Ratio: number(0.918), Low: number(0.91), High: number(0.929)}, "-8.2%", "-9.0% to -7.1%"},
		{compare.Finding{Ratio: number(1.98), Low: number(1.91), High: number(2.1)}, "+98.0%", "+91.0% to +110%"},
		{compare.Finding{Ratio: number(2.63), Low: number(1.001), High: number(26.34)}, "x2.63", "+0.1% to x26.3"},
		{compare.Finding{Ratio: number(0.25), Low: number(0.2), High: number(0.3)}, "x0.250", "x0.200 to x0.300"},
		{compare.Finding{Ratio: number(123456), Low: number(99999), High: number(1e20)}, "x123,000", "x100,000 to x1.00e+20"},
		{compare.Finding{Ratio: number(0)}, "-100%", unknown},
		{compare.Finding{Ratio: number(-1), Low: number(-1), High: number(1)}, unknown, unknown},
		{compare.Finding{}, unknown, unknown},
		{compare.Finding{Difference: true, Unit: compare.Share, Ratio: number(0.0122), Low: number(-0.001), High: number(0.5)}, "+1.22 pp", "-0.100 to +50.0 pp"},
		{compare.Finding{Difference: true, Unit: compare.Share, Ratio: number(0), Low: number(0), High: number(1e-9)}, "0 pp", "0 to ~0 pp"},
		{compare.Finding{Difference: true, Ratio: number(-2.5)}, "-2.50", unknown},
	} {
		form := formOf(&x.finding)
		if got := form.show(numberOr(x.finding.Ratio)); got != x.change {
			t.Errorf("%s, want %s", got, x.change)
		}
		if got := form.interval(x.finding.Low, x.finding.High); got != x.between {
			t.Errorf("%s, want %s", got, x.between)
		}
	}
}

func TestPText(t *testing.T) {
	for _, x := range []struct {
		p, critical float64
		want        string
	}{
		{0.00195, 0.05, "0.002"}, {0.0009, 0.05, "<0.001"}, {0, 0.05, "<0.001"}, {1, 0.05, "1.000"}, {0.05, 0.05, "0.050"},
		{0.0504, 0.05, "0.0504"}, {0.05004, 0.05, "0.05004"}, {0.0496, 0.05, "0.050"}, {0.02884, 0.0288, "0.029"}, {0.02876, 0.0288, "0.0288"},
		{-1, 0.05, unknown}, {1.1, 0.05, unknown}, {math.NaN(), 0.05, unknown},
	} {
		if got := pText(&x.p, x.critical); got != x.want {
			t.Errorf("%v of %v: %s, want %s", x.p, x.critical, got, x.want)
		}
	}
	if got := pText(nil, 0.05); got != unknown {
		t.Error(got)
	}
}

func TestPercentage(t *testing.T) {
	for in, want := range map[float64]string{
		0.03: "3%", 0.9712: "97.1%", 0.95: "95%", 0: "0%", 1: "100%", 0.99999: ">99.9%", 1e-9: "<0.001%", 0.0071: "0.71%", 12.345: "1,230%",
		-1: unknown, math.Inf(1): unknown,
	} {
		if got := percentage(in); got != want {
			t.Errorf("%v: %s, want %s", in, got, want)
		}
	}
}

func TestWorseInWords(t *testing.T) {
	for _, x := range []struct {
		form         changeForm
		v, low, high float64
		want         string
		between      string
	}{
		{percents, 0.082, 0.075, 0.089, "8.2% worse", "7.5% to 8.9%"},
		{percents, -0.011, -0.018, -0.004, "1.1% better", "0.4% to 1.8%"},
		{percents, 0.004, -0.003, 0.011, "0.4% worse", "0.3% better to 1.1% worse"},
		{percents, 0, -0.003, 0, "unchanged", "0% to 0.3%"},
		{percents, 1e-9, math.NaN(), 1, "~0% worse", ""},
		{percents, -0.99999, math.Inf(-1), 1, ">99.9% better", ""},
		{points, 0.0121, 0.0119, 0.0124, "1.21 pp worse", "1.19 pp to 1.24 pp"},
	} {
		if got := worseBy(x.form, x.v); got != x.want {
			t.Errorf("%s, want %s", got, x.want)
		}
		if got := strings.ReplaceAll(worseInterval(x.form, x.low, x.high), noBreak, " "); got != x.between {
			t.Errorf("%s, want %s", got, x.between)
		}
	}
}
