package hdr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
)

// variedHistograms returns histograms of all sorts in pages.
func variedHistograms(t testing.TB) []*Histogram {
	r := rand.New(rand.NewPCG(21, 22))
	var list []*Histogram
	for _, h := range sampleHistograms() {
		list = append(list, h)
	}
	for _, n := range []int64{1, 63, 64, 8191, 8192, math.MaxInt64 - 1} { // counts of all lengths
		h := NewLatencyHistogram()
		h.add(r.IntN(1000), n)
		h.settle(0)
		list = append(list, h)
	}
	for range 50 {
		list = append(list, randomHistogram(r))
	}
	for range 10 { // recorded, with values over the range
		h := NewThroughputHistogram()
		most := int64(1) << (1 + r.IntN(45))
		for range 1 + r.IntN(3000) {
			h.Record(r.Int64N(most))
		}
		list = append(list, h)
	}
	used := NewLatencyHistogram() // with pages and nothing in them
	used.Record(5000)
	used.Reset()
	return append(list, used, &Histogram{})
}

// readAll is what every reading of a histogram gives.
func readAll(t testing.TB, h *Histogram, r *rand.Rand) string {
	var b bytes.Buffer
	fmt.Fprintln(&b, h.kind, h.Count(), h.Over(), h.Min(), h.Max(), h.Mean(), h.recorded(), h.check())
	for _, p := range []float64{0, 1, 50, 90, 99, 99.9, 99.99, 100, 100 * r.Float64()} {
		fmt.Fprintln(&b, p, h.ValueAtPercentile(p), h.Doubtful(p, 0), h.Doubtful(p, 1+r.Int64N(1+h.Count()/8)))
	}
	for range 5 {
		fmt.Fprintln(&b, h.bucketAtRank(1+r.Int64N(max(h.Count(), 1))))
	}
	h.Each(func(low, high, n int64) { fmt.Fprintln(&b, low, high, n) })
	packed, err := h.Packed()
	if err != nil {
		t.Fatal(err)
	}
	for low, n := range packed.ForEachBucket {
		fmt.Fprintln(&b, low, n)
	}
	for _, v := range []any{h, h.Percentile(50), h.Percentile(99), h.Percentile(1)} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", text)
	}
	return b.String()
}

func TestCompactHistogramsReadAsThoseInPages(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	for n, h := range variedHistograms(t) {
		seeded := func() *rand.Rand { return rand.New(rand.NewPCG(uint64(n), 1)) }
		want := readAll(t, h, seeded())
		c := h.Compacted()
		if c.pages != nil || readAll(t, c, seeded()) != want || readAll(t, c.Compacted(), seeded()) != want || readAll(t, c.Clone(), seeded()) != want {
			t.Fatalf("compact:\n%s\nin pages:\n%s", readAll(t, c, seeded()), want)
		}
		if c.pages != nil {
			t.Fatal("reading took pages")
		}
		if readAll(t, h, seeded()) != want {
			t.Fatal("it changed what it was made of")
		}
		same(t, c, h)
		checkEncoding(t, c)
		c.expand()
		if c.compact != "" || c.pages == nil || readAll(t, c, seeded()) != want {
			t.Fatal("expanded it reads as another")
		}
	}
	if (*Histogram)(nil).Compacted() != nil {
		t.Error("there is one of nothing")
	}
}

// All four ways in which two histograms can be merged give the same, and what
// was merged in stays as it was.
func TestCompactHistogramsMergeAndRecordAsThoseInPages(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	list := slices.DeleteFunc(variedHistograms(t), func(h *Histogram) bool { return h.count > math.MaxInt64/4 })
	for range 300 {
		a, b := list[r.IntN(len(list))], list[r.IntN(len(list))]
		if a.kind != b.kind {
			continue
		}
		want := a.Clone()
		want.Merge(b)
		v := r.Int64N(1 << (1 + r.IntN(44)))
		want.Record(v)
		for way := range 4 {
			x, y := a.Clone(), b
			if way&1 > 0 {
				x = a.Compacted()
			}
			if way&2 > 0 {
				y = b.Compacted()
			}
			x.Merge(y)
			x.Record(v)
			same(t, x, want)
			same(t, y, b)
			if x == a || way&2 > 0 && y.pages != nil {
				t.Fatal("merging changed what was merged in")
			}
		}
	}
	h := NewLatencyHistogram()
	for i := range 1000 {
		h.Record(int64(i * i))
	}
	doubled, c := h.Clone(), h.Compacted()
	doubled.Merge(h)
	c.Merge(c)
	same(t, c, doubled)
	c = h.Compacted()
	c.Reset()
	same(t, c, NewLatencyHistogram())
	c.Record(77)
	if c.Count() != 1 || c.ValueAtPercentile(50) != 77 {
		t.Errorf("after a reset it has %d values", c.Count())
	}
}

// Reports read the same trials side by side.
func TestCompactHistogramsAreReadConcurrently(t *testing.T) {
	h := spread()
	c := h.Compacted()
	want := readAll(t, h, rand.New(rand.NewPCG(1, 1)))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if readAll(t, c, rand.New(rand.NewPCG(1, 1))) != want {
				t.Error("it reads as another")
			}
		})
	}
	wg.Wait()
}

// Counts that no encoding takes stay what they are.
func TestCountsThatOverflowStayInPages(t *testing.T) {
	h := NewLatencyHistogram()
	h.add(3, math.MaxInt64-1)
	h.add(700, 5)
	h.count = 1
	c := h.Compacted()
	if c.pages == nil || &c.pages[0] == &h.pages[0] {
		t.Fatal("it is compact, or no copy")
	}
	same(t, c, h)
}

func TestSizesAreThoseOfTheTypes(t *testing.T) {
	if n := int(reflect.TypeOf(Histogram{}).Size()); n > histogramBytes {
		t.Errorf("a histogram takes %d bytes, more than the reckoned %d", n, histogramBytes)
	}
	if n := int(reflect.TypeOf(page{}).Size()); n > pageBytes {
		t.Errorf("a page takes %d bytes, more than the reckoned %d", n, pageBytes)
	}
}

// A few thousand samples, as a trial has of an operation.
func TestCompactHistogramsAreSmall(t *testing.T) {
	for _, n := range []int{10, 1000, 10_000, 100_000} {
		r := rand.New(rand.NewPCG(25, 26))
		h := NewLatencyHistogram()
		for range n {
			h.Record(int64(300_000 + r.ExpFloat64()*5e6))
		}
		if got := memory(h.Compacted()); got > min(histogramBytes+3*n, 8<<10) {
			t.Errorf("%d samples take %d bytes, in pages %d", n, got, memory(h))
		}
	}
}

func BenchmarkMergeCompact(b *testing.B) {
	h := spread()
	for name, from := range map[string]*Histogram{"pages": h, "compact": h.Compacted()} {
		b.Run(name, func(b *testing.B) {
			to := h.Clone()
			for b.Loop() {
				to.Merge(from)
			}
		})
	}
}

func BenchmarkCompact(b *testing.B) {
	h := spread()
	b.ReportAllocs()
	for b.Loop() {
		h.Compacted()
	}
}

// The sizes of what a histogram is made of, in bytes.
const (
	histogramBytes = 104
	pageBytes      = 8 * (1 + pageSize)
)

// memory returns the bytes that h takes, none if it is nil.
func memory(h *Histogram) int {
	if h == nil {
		return 0
	}
	n := histogramBytes + len(h.compact) + 8*len(h.pages)
	for _, p := range h.pages {
		if p != nil {
			n += pageBytes
		}
	}
	return n
}
