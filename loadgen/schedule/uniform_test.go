package schedule

import (
	"math"
	"testing"
)

func TestMix64(t *testing.T) {
	// The first outputs of SplitMix64 begun at 0, as published with it.
	for i, want := range []uint64{0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f} {
		if got := mix64(golden * uint64(i+1)); got != want {
			t.Errorf("output %d is %#x, want %#x", i, got, want)
		}
	}
}

func TestUniformIsKnown(t *testing.T) {
	// Pinned, so that a seed makes the same choices in a later version.
	for _, c := range []struct {
		seed, stream uint64
		index        int64
		want         float64
	}{
		{0, 0, 0, 0.33805245419550545},
		{1, 2, 3, 0.9188633445488673},
		{2, 1, 3, 0.8545027085708837},
		{math.MaxUint64, 1, -1, 0.33566444183198973},
	} {
		if got := Uniform(c.seed, c.stream, c.index); got != c.want {
			t.Errorf("Uniform(%d, %d, %d) = %v, want %v", c.seed, c.stream, c.index, got, c.want)
		}
	}
}

// sequences that ought to be uniform and independent of each other: along the
// index, along the streams, along the seeds.
var sequences = []struct {
	name string
	at   func(i int64) float64
}{
	{"index, seed 0", func(i int64) float64 { return Uniform(0, 0, i) }},
	{"index, seed 1", func(i int64) float64 { return Uniform(1, 0, i) }},
	{"index, stream 1", func(i int64) float64 { return Uniform(0, 1, i) }},
	{"every 1024th index", func(i int64) float64 { return Uniform(7, 7, i<<10) }},
	{"stream", func(i int64) float64 { return Uniform(0, uint64(i), 0) }},
	{"seed", func(i int64) float64 { return Uniform(uint64(i), 0, 0) }},
	{"high bits of the seed", func(i int64) float64 { return Uniform(uint64(i)<<40, 3, 5) }},
	{"stream and index", func(i int64) float64 { return Uniform(5, uint64(i%100), i/100) }},
}

func TestUniform(t *testing.T) {
	const n, bins = 100_000, 256
	for _, s := range sequences {
		var counts [bins]float64
		var pairs [16][16]float64
		var serial float64
		last := s.at(-1)
		for i := range int64(n) {
			u := s.at(i)
			if u < 0 || u >= 1 {
				t.Fatalf("%s: %v", s.name, u)
			}
			counts[int(u*bins)]++
			pairs[int(last*16)][int(u*16)]++
			serial += (last - 0.5) * (u - 0.5)
			last = u
		}
		var single, double float64
		for _, c := range counts {
			single += (c - n/bins) * (c - n/bins) / (n / bins)
		}
		for _, row := range pairs {
			for _, c := range row {
				double += (c - n/256.) * (c - n/256.) / (n / 256.)
			}
		}
		// Chi-squared of 255 degrees of freedom: mean 255, standard deviation
		// 22.6. A product of two deviations has the variance 1/144.
		for name, z := range map[string]float64{
			"values":             (single - 255) / math.Sqrt(2*255),
			"pairs":              (double - 255) / math.Sqrt(2*255),
			"serial correlation": serial * 12 / math.Sqrt(n),
		} {
			if math.Abs(z) > 4 {
				t.Errorf("%s: %s are %.1f standard deviations off", s.name, name, z)
			}
		}
	}
}

func TestUniformStreamsAreIndependent(t *testing.T) {
	const n = 100_000
	for i, a := range sequences {
		for _, b := range sequences[:i] {
			var sum float64
			for k := range int64(n) {
				// From 1 on: at 0 some are the same value by definition.
				sum += (a.at(k+1) - 0.5) * (b.at(k+1) - 0.5)
			}
			if z := sum * 12 / math.Sqrt(n); math.Abs(z) > 4 {
				t.Errorf("%s and %s are correlated, %.1f standard deviations", a.name, b.name, z)
			}
		}
	}
}

func BenchmarkUniform(b *testing.B) {
	b.ReportAllocs()
	var sum float64
	var i int64
	for b.Loop() {
		sum += Uniform(1, 2, i)
		i++
	}
	if sum < 0 {
		b.Fatal(sum)
	}
}
