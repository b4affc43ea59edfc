package stats

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
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
		d, err := hdr.Decode([]byte(h.EncodeHDR()))
		if err != nil {
			t.Fatal(name, err)
		}
		want := theirs(h.kind)
		h.Each(func(low, _, n int64) {
			if err := want.RecordValues(low, n); err != nil {
				t.Fatal(name, err)
			}
		})
		if !d.Equals(want) {
			t.Errorf("%s: reads as another histogram", name)
		}
	}
}

func TestWeReadHdrHistogramsEncoding(t *testing.T) {
	for name, h := range sampleHistograms() {
		from := theirs(h.kind)
		h.Each(func(low, _, n int64) { _ = from.RecordValues(low, n) })
		b, err := from.Encode(hdr.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(name, err)
		}
		var exact encodedHistogram
		whole, _ := json.Marshal(h)
		_ = json.Unmarshal(whole, &exact)
		exact.HDR = nil
		line, _ := json.Marshal(exact)
		line = bytes.Replace(line, []byte(`"hdr":null`), []byte(`"hdr":"`+string(b)+`"`), 1)
		var back Histogram
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatal(name, err)
		}
		same(t, &back, h)
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
		h := NewLatencyHistogram()
		if h.fill(payload) != nil {
			return
		}
		back := NewLatencyHistogram()
		if err := back.decodeV2(h.encodeV2()); err != nil {
			t.Fatal(err)
		}
		if back.recorded() != h.recorded() {
			t.Errorf("%d values came back as %d", h.recorded(), back.recorded())
		}
	})
}
