package hdr

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"math/bits"
	"math/rand/v2"
	"sync"
	"testing"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// randomHistogram has values in clusters, so that there are long and short
// runs of empty buckets, and counts of every length.
func randomHistogram(r *rand.Rand) *Histogram {
	h := &Histogram{kind: Unit(r.IntN(int(numScales)))}
	s := &scales[h.kind]
	for range r.IntN(8) {
		at := int64(math.Exp(r.Float64() * math.Log(float64(s.highest))))
		for range r.IntN(300) {
			i := s.index(min(at+int64(r.IntN(1+int(min(at/8, 1<<20)))), s.highest))
			h.add(i, 1+r.Int64N(1<<r.IntN(50)))
		}
	}
	if r.IntN(4) == 0 { // the ends of the range
		h.add(0, 1)
		h.add(s.index(s.highest), 1+r.Int64N(1<<40))
	}
	h.settle(r.Int64N(2))
	return h
}

// settle gives a histogram whose buckets were filled by hand, and whose values
// over the range are of the given number, the exact figures that go with them.
func (h *Histogram) settle(over int64) {
	h.count, h.over = h.recorded()+over, over
	if h.count == 0 {
		return
	}
	low, _ := scales[h.kind].bounds(max(h.bucketAtRank(1), 0))
	h.min, h.max = low, scales[h.kind].highest+1
	if i := h.bucketAtRank(h.count); i >= 0 {
		h.max, _ = scales[h.kind].bounds(i)
	} else if h.recorded() == 0 {
		h.min = h.max
	}
	h.sumHi, h.sum = bits.Mul64(uint64(h.min), uint64(h.count))
}

// content returns what an encoding holds, inflated.
func content(t *testing.T, text []byte) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if n := binary.BigEndian.Uint32(b[4:]); int(n) != len(b)-8 || binary.BigEndian.Uint32(b) != 0x1c849314 {
		t.Fatalf("framed as %x, %d of %d bytes", b[:4], n, len(b)-8)
	}
	z, err := zlib.NewReader(bytes.NewReader(b[8:]))
	if err != nil {
		t.Fatal(err)
	}
	inflated, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return inflated
}

// checkEncoding holds our encoding against the library's: the same bytes before
// compression, and the same counts for both of its decoders.
func checkEncoding(t *testing.T, h *Histogram) {
	t.Helper()
	ours, err := h.appendHDR(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := h.Packed()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := packed.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := content(t, ours), content(t, theirs); !bytes.Equal(a, b) {
		t.Fatalf("before compression ours is\n%x\ntheirs\n%x", a, b)
	}
	back, err := hdr.Decode(ours)
	if err != nil {
		t.Fatal(err)
	}
	if !back.Equals(dense(t, h)) {
		t.Error("decodes as another histogram")
	}
	sparse, err := hdr.DecodePacked(ours)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]int64{}
	h.Each(func(low, _, n int64) { want[low] = n })
	for low, n := range sparse.ForEachBucket {
		if want[low] != n {
			t.Errorf("packed: %d values of %d, want %d", n, low, want[low])
		}
		delete(want, low)
	}
	if len(want) > 0 {
		t.Errorf("packed: lost %v", want)
	}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(encodedHistogram{
		Count: h.count, Min: h.min, Max: h.max, Sum: h.sum, SumHi: h.sumHi, Over: h.over, HDR: string(ours),
	})
	if err != nil || !bytes.Equal(text, plain) {
		t.Errorf("%v: spelled out %s, by encoding/json %s", err, text, plain)
	}
	var read Histogram
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	same(t, &read, h)
}

func TestEncodingIsTheLibrarysBeforeCompression(t *testing.T) {
	t.Parallel()
	for _, h := range sampleHistograms() {
		checkEncoding(t, h)
	}
	many := 400
	if testing.Short() {
		many = 40
	}
	r := rand.New(rand.NewPCG(3, 14))
	for range many {
		checkEncoding(t, randomHistogram(r))
	}
}

// A compressor that is used again must not remember, whoever uses it.
func TestEncodersShareNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 71))
	list := make([]*Histogram, 20)
	want := make([][]byte, len(list))
	for i := range list {
		list[i] = randomHistogram(r)
		var err error
		if want[i], err = list[i].appendHDR(nil); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := range 200 {
				i := (n*7 + g) % len(list)
				got, err := list[i].appendHDR([]byte("before"))
				if err != nil || string(got) != "before"+string(want[i]) {
					t.Errorf("histogram %d: %v, %q", i, err, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTooManyCountsAreNotEncoded(t *testing.T) {
	h := NewLatencyHistogram()
	h.add(3, math.MaxInt64-1)
	if _, err := h.appendHDR(nil); err != nil {
		t.Errorf("as many as can be: %v", err)
	}
	h.add(4, 5)
	if _, err := json.Marshal(h); err == nil {
		t.Error("more than can be: encoded")
	}
}

// FuzzHistogramEncode builds a histogram from pairs of a bucket and a count.
func FuzzHistogramEncode(f *testing.F) {
	f.Add(false, []byte{})
	f.Add(true, []byte{0, 0, 1, 0, 0, 2, 7, 0xff, 9})
	f.Add(false, []byte{0, 1, 63, 0, 3, 1, 0xff, 0xff, 62})
	f.Fuzz(func(t *testing.T, rates bool, b []byte) {
		h := NewLatencyHistogram()
		if rates {
			h = NewThroughputHistogram()
		}
		s := &scales[h.kind]
		last := s.index(s.highest)
		for ; len(b) >= 3; b = b[3:] {
			n := int64(1) << (b[2] % 58)
			if h.recorded() > math.MaxInt64/2-n {
				break
			}
			h.add(int(binary.BigEndian.Uint16(b))%(last+1), n)
		}
		h.settle(int64(len(b)))
		checkEncoding(t, h)
	})
}
