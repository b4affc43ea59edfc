package usl

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"testing"
)

func FuzzFit(f *testing.F) {
	for _, points := range [][]Point{
		nil, specSDM91, rayTracer, schwartz, exact,
		along(powers, 0, nil, bentAt(3, 1e9)),
		along(powers, 0, nil, bentAt(3, 0.1)),
		along(powers, 0, nil, bentAt(3, 10)),
		along(powers, 0, nil, func(n float64) float64 { return 1 / n }),
		along(powers, 0, nil, func(n float64) float64 { return n * n }),
		along([]float64{1e-9, 1e-3, 1, 1e3, 1e6, 1e9}, 0, nil, law(1, 0.5, 0.5)),
		along([]float64{100, 100.1, 100.2, 100.3, 100.4, 100.5}, 0, nil, law(1, 0.5, 0)),
		series(powers, 1e-9, 1e18, 1e-9, 1e18, 1e-9, 1e18, 1e-9, 1e18),
		series(powers, 1, 2, 4, math.NaN(), 4, 4, 4, 4),
		series(powers, 1, 2, 4, 0, 4, 4, 4, -1),
	} {
		var b []byte
		for _, p := range points {
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(p.N))
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(p.X))
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var points []Point
		for ; len(b) >= 16 && len(points) < 100; b = b[16:] {
			points = append(points, Point{
				math.Float64frombits(binary.BigEndian.Uint64(b)),
				math.Float64frombits(binary.BigEndian.Uint64(b[8:])),
			})
		}
		c, err := Compare(points)
		if err != nil {
			return
		}
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
		m := c.USL
		for _, e := range []Estimate{m.Gamma, m.Alpha, m.Beta} {
			if e.Value == nil || e.Low == nil || e.High == nil {
				t.Fatalf("a parameter is not known: %+v", m)
			}
		}
		if a, b := *m.Alpha.Value, *m.Beta.Value; !(a >= 0 && a <= 1 && b >= 0 && a+b <= 1+1e-9 && *m.Gamma.Value > 0) {
			t.Fatalf("α %g, β %g, γ %g", a, b, *m.Gamma.Value)
		}
		for _, e := range []Estimate{m.Gamma, m.Alpha, m.Beta, m.PeakN, m.PeakX} {
			ordered(t, e)
		}
		if (m.PeakN.Value == nil) && !m.PeakExtrapolated {
			t.Fatal("no peak, but not extrapolated")
		}
		for _, n := range []float64{0, m.LeastN, m.LargestN, 1e12} {
			if x, _ := m.At(n); !(x >= 0) || math.IsInf(x, 0) {
				t.Fatalf("at %g: %g", n, x)
			}
		}
		for _, e := range []Estimate{c.Knee.Slope, c.Knee.Load, c.Knee.Throughput} {
			ordered(t, e)
		}
	})
}

// ordered checks that what is known of an estimate is positive and in order.
func ordered(t *testing.T, e Estimate) {
	t.Helper()
	last := 0.0
	for _, x := range []*float64{e.Low, e.Value, e.High} {
		if x == nil {
			continue
		}
		if !(*x >= last*(1-1e-9)) {
			t.Fatalf("not in order: %g after %g", *x, last)
		}
		last = *x
	}
}
