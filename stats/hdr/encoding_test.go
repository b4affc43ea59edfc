package hdr

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

func sampleHistograms() map[string]*Histogram {
	r := rand.New(rand.NewPCG(7, 8))
	m := map[string]*Histogram{
		"empty latency":    NewLatencyHistogram(),
		"empty throughput": NewThroughputHistogram(),
		"zero":             NewLatencyHistogram(),
		"edges":            NewLatencyHistogram(),
		"spread":           NewLatencyHistogram(),
		"rates":            NewThroughputHistogram(),
		"over only":        NewThroughputHistogram(),
		"huge":             NewThroughputHistogram(),
	}
	m["zero"].Record(0)
	for _, v := range []int64{64, 192, 200, 3_600_000_000_000, 3_600_000_000_001} {
		m["edges"].Record(v)
	}
	for range 5000 {
		m["spread"].Record(int64(math.Exp(r.Float64() * 28)))
		m["rates"].Record(int64(1e8 + r.NormFloat64()*1e7))
	}
	m["over only"].Record(2e12)
	for range 3 {
		m["huge"].Record(math.MaxInt64)
	}
	return m
}

func TestHistogramSurvivesJSON(t *testing.T) {
	for name, h := range sampleHistograms() {
		b, err := json.Marshal(h)
		if err != nil {
			t.Fatal(name, err)
		}
		var back Histogram
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatalf("%s: %v in %s", name, err, b)
		}
		same(t, &back, h)
		again, err := json.Marshal(&back)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%s: encodes differently the second time (%v)", name, err)
		}
	}
}

func TestHdrHistogramReadsOurEncoding(t *testing.T) {
	for name, h := range sampleHistograms() {
		d, err := hdr.Decode([]byte(hdrOf(t, h)))
		if err != nil {
			t.Fatal(name, err)
		}
		if want := dense(t, h); !d.Equals(want) {
			t.Errorf("%s: reads as another histogram", name)
		}
	}
}

func TestWeReadHdrHistogramsEncoding(t *testing.T) {
	for name, h := range sampleHistograms() {
		b, err := dense(t, h).Encode(hdr.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(name, err)
		}
		var back Histogram
		if err := json.Unmarshal(withHDR(t, h, string(b)), &back); err != nil {
			t.Fatal(name, err)
		}
		same(t, &back, h)
	}
}

// dense returns the buckets of h in HdrHistogram-go's usual histogram.
func dense(t *testing.T, h *Histogram) *hdr.Histogram {
	t.Helper()
	d := theirs(h.kind)
	h.Each(func(low, _, n int64) {
		if err := d.RecordValues(low, n); err != nil {
			t.Fatal(err)
		}
	})
	return d
}

func hdrOf(t *testing.T, h *Histogram) string {
	t.Helper()
	var e encodedHistogram
	b, err := json.Marshal(h)
	if err == nil {
		err = json.Unmarshal(b, &e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e.HDR
}

// withHDR encodes h with other buckets.
func withHDR(t *testing.T, h *Histogram, text string) []byte {
	t.Helper()
	b, err := json.Marshal(encodedHistogram{
		Count: h.count, Min: h.min, Max: h.max, Sum: h.sum, SumHi: h.sumHi, Over: h.over, HDR: text,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// forge encodes a payload under a header of any shape.
func forge(digits uint32, lowest, highest int64, announced int, payload []byte) string {
	be := binary.BigEndian
	head := be.AppendUint32(nil, uint32(hdr.V2EncodingCookieBase)|0x10)
	head = be.AppendUint32(head, uint32(announced))
	head = be.AppendUint32(head, 0)
	head = be.AppendUint32(head, digits)
	head = be.AppendUint64(head, uint64(lowest))
	head = be.AppendUint64(head, uint64(highest))
	head = be.AppendUint64(head, math.Float64bits(1))
	return envelope(append(head, payload...))
}

func envelope(content []byte) string {
	var z bytes.Buffer
	w, _ := zlib.NewWriterLevel(&z, zlib.BestSpeed) // a level there is
	w.Write(content)
	w.Close()
	be := binary.BigEndian
	b := be.AppendUint32(nil, uint32(hdr.V2CompressedEncodingCookieBase)|0x10)
	b = be.AppendUint32(b, uint32(z.Len()))
	return base64.StdEncoding.EncodeToString(append(b, z.Bytes()...))
}

// Whatever an encoding claims, decoding it takes little memory. In the worst
// legitimate case, counts of nine bytes in every bucket, that is some 2 MiB.
func TestHostileEncodingsAreRefusedInLittleMemory(t *testing.T) {
	s := scales[Nanoseconds]
	ours := func(announced int, payload []byte) string {
		return forge(significant, s.lowest, s.highest, announced, payload)
	}
	bomb := make([]byte, 4<<20)
	most := []byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff} // 2^63 - 1
	for name, text := range map[string]string{
		"nothing":             "",
		"no header":           "HISTFA==",
		"no content":          "HISTFAAAAAA=",
		"empty stream":        envelope(nil),
		"half a header":       envelope(make([]byte, 20)),
		"header of zeros":     envelope(make([]byte, 40)),
		"bomb":                ours(len(bomb), bomb),
		"bomb, not announced": ours(10, bomb),
		"bomb, negative":      ours(-1, bomb),
		"bomb of a wide one":  forge(5, 1, math.MaxInt64, len(bomb), bomb),
		"wide":                forge(5, 1, math.MaxInt64, 1, []byte{2}),
		"no digits":           forge(0, s.lowest, s.highest, 1, []byte{2}),
		"other lowest":        forge(significant, 64, s.highest, 1, []byte{2}),
		"negative lowest":     forge(significant, -1, s.highest, 1, []byte{2}),
		"other highest":       forge(significant, s.lowest, s.highest+1, 1, []byte{2}),
		"too many buckets":    ours(s.buckets()+1, make([]byte, s.buckets()+1)),
		"run beyond the end":  ours(10, binary.AppendVarint(nil, math.MinInt64)),
		"cut count":           ours(1, []byte{0x80}),
		"counts overflow":     ours(10, append([]byte{2}, most...)),
		"as many as can be":   ours(9, most),
	} {
		if new(Histogram).decode(text) == nil {
			t.Errorf("%s: accepted", name)
		}
		line := withHDR(t, &Histogram{count: 1}, text)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := json.Unmarshal(line, new(Histogram))
		runtime.ReadMemStats(&after)
		if errors.Is(err, io.EOF) {
			t.Errorf("%s: %v would pass for the end of the file", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20+4*uint64(len(line)) {
			t.Errorf("%s: %d KiB were allocated for %d", name, n>>10, len(line)>>10)
		}
	}
}

func TestContradictoryHistogramsAreRefused(t *testing.T) {
	h := NewLatencyHistogram()
	h.Record(1000)
	h.Record(5000)
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := hdr.New(1, 1e9, 2).Encode(hdr.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ from, to string }{
		"count":        {`"count":2`, `"count":3`},
		"over":         {`"count":2`, `"count":2,"over_range":-1`},
		"min":          {`"min":1000`, `"min":900`},
		"negative min": {`"min":1000`, `"min":-5`},
		"max":          {`"max":5000`, `"max":6000`},
		"sum":          {`"sum":6000`, `"sum":10001`},
		"small sum":    {`"sum":6000`, `"sum":1999`},
		"sum beyond":   {`"sum":6000`, `"sum":6000,"sum_hi":1`},
		"no buckets":   {`"hdr":"`, `"hdr":"", "was":"`},
		"not base64":   {`"hdr":"`, `"hdr":"!`},
		"other shape":  {`"hdr":"`, `"hdr":"` + string(foreign) + `", "was":"`},
	} {
		bad := strings.Replace(string(b), c.from, c.to, 1)
		if bad == string(b) {
			t.Fatalf("%s: nothing replaced in %s", name, b)
		}
		var x Histogram
		if err := json.Unmarshal([]byte(bad), &x); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzHistogramDecode(f *testing.F) {
	for _, h := range sampleHistograms() {
		b, err := json.Marshal(h)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"count":1,"hdr":"HISTFAAAAA=="}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var h Histogram
		if json.Unmarshal(b, &h) != nil {
			return
		}
		for _, p := range []float64{0, 50, 99.9, 100} {
			if v := h.ValueAtPercentile(p); v < h.Min() || v > h.Max() {
				t.Errorf("p%g = %d outside %d..%d", p, v, h.Min(), h.Max())
			}
		}
		again, err := json.Marshal(&h)
		if err != nil {
			t.Fatal(err)
		}
		var back Histogram
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatal(err)
		}
		same(t, &back, &h)
	})
}

// FuzzHistogramPayload gets behind the compression, where a random change of
// the encoded bytes hardly comes.
func FuzzHistogramPayload(f *testing.F) {
	f.Add([]byte{2, 3, 4})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, s := range scales {
			var h, back Histogram
			text := forge(significant, s.lowest, s.highest, len(payload), payload)
			err := h.decode(text)
			asTheLibrary(t, &h, err, text)
			if err != nil {
				continue
			}
			h.Each(func(low, _, n int64) {
				if n < 0 {
					t.Errorf("%d values of %d", n, low)
				}
			})
			h.count = h.recorded()
			if err := back.decode(hdrOf(t, &h)); err != nil {
				t.Fatal(err)
			}
			back.count = back.recorded()
			same(t, &back, &h)
		}
	})
}

// asTheLibrary wants of a decoded histogram what HdrHistogram's own decoder makes of its text:
// the same buckets, or an error too.
func asTheLibrary(t *testing.T, h *Histogram, err error, text string) {
	t.Helper()
	p, theirs := hdr.DecodePacked([]byte(text))
	if theirs == nil && p.TotalCount() == math.MaxInt64 { // where its total stays
		theirs = errTooMany
	}
	if (err == nil) != (theirs == nil) {
		t.Fatalf("%v, and the library: %v", err, theirs)
	}
	if err != nil {
		return
	}
	want, got := map[int64]int64{}, map[int64]int64{}
	for low, count := range p.ForEachBucket {
		want[low] = count
	}
	h.Each(func(low, _, count int64) { got[low] = count })
	if !maps.Equal(want, got) {
		t.Errorf("buckets %v, and the library: %v", got, want)
	}
}

// TestDamagedEncodingsAreReadAsByTheLibrary cuts encodings short and changes each of their bytes.
func TestDamagedEncodingsAreReadAsByTheLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	refused, read := 0, 0
	try := func(b []byte) {
		text := base64.StdEncoding.EncodeToString(b)
		var h Histogram
		err := h.decode(text)
		if err != nil && strings.Contains(err.Error(), "is not one of ours") {
			return // the library reads other shapes
		}
		asTheLibrary(t, &h, err, text)
		if err != nil {
			refused++
		} else {
			read++
		}
	}
	for name, h := range sampleHistograms() {
		whole, err := base64.StdEncoding.DecodeString(hdrOf(t, h))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range min(len(whole), 300) {
			try(whole[:i])
			for _, bit := range []byte{0x01, 0x10, 0x80} {
				bad := bytes.Clone(whole)
				bad[i] ^= bit
				try(bad)
			}
		}
		try(append(bytes.Clone(whole), 0))
		try(whole)
	}
	if read == 0 || refused == 0 {
		t.Errorf("%d were read, %d refused: want some of both", read, refused)
	}
	// Counts that the library would not write but reads: one zero as a run, zeros at the end,
	// two runs in a row, and no counts at all.
	for _, payload := range [][]byte{{}, {0}, {1, 2}, {2, 0}, {2, 3}, {2, 3, 3, 2}, {0, 0, 2}, {0x80}, {0x81, 0x80}} {
		for _, s := range scales {
			var h Histogram
			text := forge(significant, s.lowest, s.highest, len(payload), payload)
			err := h.decode(text)
			asTheLibrary(t, &h, err, text)
		}
	}
}
