package hdr

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
)

func BenchmarkHistogramRecord(b *testing.B) {
	h := NewLatencyHistogram()
	r := rand.New(rand.NewPCG(11, 12))
	values := make([]int64, 1024)
	for i := range values {
		values[i] = 10_000_000 + int64(r.ExpFloat64()*1_600_000)
	}
	for i := 0; b.Loop(); i++ {
		h.Record(values[i&1023])
	}
}

func BenchmarkHistogramEncode(b *testing.B) {
	h := spread()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(h); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHistogramDecode(b *testing.B) {
	line, err := json.Marshal(spread())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		var h Histogram
		if err := json.Unmarshal(line, &h); err != nil {
			b.Fatal(err)
		}
	}
}

func spread() *Histogram {
	h := NewLatencyHistogram()
	r := rand.New(rand.NewPCG(11, 12))
	for range 8192 {
		v := int64(7 * 20_000)
		for range 7 {
			v += int64(r.ExpFloat64() * 200_000)
		}
		h.Record(v)
	}
	return h
}
