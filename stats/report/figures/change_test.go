package figures

import (
	"math"
	"strings"
	"testing"
)

func TestPercentChange(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0%", 0.05: "+5.0%", -0.082: "-8.2%", 0.0003: "+0.03%", -0.00004: "-0.004%", 0.0000001: "~0%", -0.0000001: "~0%",
		0.0004996: "+0.05%", 0.0005: "+0.1%", 0.99949: "+99.9%", 0.9995: "+100%", 1.005: "+100%", 1.006: "+101%", 12.3456: "+1,230%",
		-1: "-100%", -0.99999: "<-99.9%", -0.999: "-99.9%", 1e300: "+1.00e+302%",
		math.Inf(1): Unknown, math.NaN(): Unknown, math.MaxFloat64: Unknown,
	} {
		if got := Change(in); got != want {
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
			got := Change(v)
			if got == "0%" || got == "+0%" || got == "-0%" || strings.HasPrefix(got, "+0.0%") {
				t.Errorf("%v reads %s", v, got)
			}
			if digits := strings.TrimRight(strings.TrimLeft(strings.NewReplacer("+", "", "-", "", "%", "", ",", "", ".", "", "~", "", "<", "").Replace(got), "0"), "0"); len(digits) > 3 {
				t.Errorf("%v has more than three digits: %s", v, got)
			}
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
		{-1, 0.05, Unknown}, {1.1, 0.05, Unknown}, {math.NaN(), 0.05, Unknown},
	} {
		if got := P(&x.p, x.critical); got != x.want {
			t.Errorf("%v of %v: %s, want %s", x.p, x.critical, got, x.want)
		}
	}
	if got := P(nil, 0.05); got != Unknown {
		t.Error(got)
	}
}

func TestPercentage(t *testing.T) {
	for in, want := range map[float64]string{
		0.03: "3%", 0.9712: "97.1%", 0.95: "95%", 0: "0%", 1: "100%", 0.99999: ">99.9%", 1e-9: "<0.001%", 0.0071: "0.71%", 12.345: "1,230%",
		-1: Unknown, math.Inf(1): Unknown,
	} {
		if got := Percentage(in); got != want {
			t.Errorf("%v: %s, want %s", in, got, want)
		}
	}
}
