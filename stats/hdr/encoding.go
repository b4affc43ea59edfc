package hdr

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// encodedHistogram is a histogram in JSON: the exact figures, and the buckets
// in HdrHistogram's V2 compressed encoding, which any HdrHistogram tool reads.
// Values over the range are not in the buckets.
type encodedHistogram struct {
	Count int64  `json:"count"`
	Min   int64  `json:"min"`
	Max   int64  `json:"max"`
	Sum   uint64 `json:"sum"`
	SumHi uint64 `json:"sum_hi,omitempty"` // the sum's part beyond 2^64
	Over  int64  `json:"over_range,omitempty"`
	HDR   string `json:"hdr"` // base64
}

// MarshalJSON encodes the histogram whole; [Histogram.UnmarshalJSON] gives it
// back equal.
func (h *Histogram) MarshalJSON() ([]byte, error) { return h.AppendJSON(nil) }

// AppendJSON appends an [encodedHistogram]. It is spelled out because
// encoding/json would go through the text of each level once more.
func (h *Histogram) AppendJSON(b []byte) ([]byte, error) {
	b = strconv.AppendInt(append(b, `{"count":`...), h.count, 10)
	b = strconv.AppendInt(append(b, `,"min":`...), h.min, 10)
	b = strconv.AppendInt(append(b, `,"max":`...), h.max, 10)
	b = strconv.AppendUint(append(b, `,"sum":`...), h.sum, 10)
	if h.sumHi != 0 {
		b = strconv.AppendUint(append(b, `,"sum_hi":`...), h.sumHi, 10)
	}
	if h.over != 0 {
		b = strconv.AppendInt(append(b, `,"over_range":`...), h.over, 10)
	}
	b, err := h.appendHDR(append(b, `,"hdr":"`...))
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	return append(b, `"}`...), nil
}

// Packed returns a copy of the buckets as a histogram of HdrHistogram-go, for
// what that library writes: its encoding and its logs. The values over the
// range are not in it. It fails if the counts add up to more than 2^63 - 1.
func (h *Histogram) Packed() (*hdrhistogram.PackedHistogram, error) {
	s := &scales[h.kind]
	p := hdrhistogram.NewPacked(s.lowest, s.highest, significant)
	var err error
	h.Each(func(low, _, count int64) {
		if err == nil {
			err = p.RecordValues(low, count)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	return p, nil
}

// UnmarshalJSON accepts what MarshalJSON writes. It refuses encodings that
// contradict themselves, and allocates no more than the buckets need.
func (h *Histogram) UnmarshalJSON(b []byte) error {
	var e encodedHistogram
	err := json.Unmarshal(b, &e)
	d := Histogram{count: e.Count, min: e.Min, max: e.Max, sum: e.Sum, sumHi: e.SumHi, over: e.Over}
	if err == nil {
		err = d.decode(e.HDR)
	}
	if err == nil {
		err = d.check()
	}
	if err != nil {
		// Not wrapped: an io.EOF of the encoding is not the end of the file.
		return fmt.Errorf("histogram: %v", err)
	}
	*h = d
	return nil
}

// recorded returns how many values the buckets hold.
func (h *Histogram) recorded() (n int64) {
	for _, c := range h.compact.all() {
		n += c
	}
	for _, p := range h.pages {
		if p != nil {
			n += p.total
		}
	}
	return n
}

// check refuses exact figures that the buckets contradict.
func (h *Histogram) check() error {
	n := h.recorded()
	if h.over < 0 || h.over > math.MaxInt64-n || h.count != n+h.over {
		return fmt.Errorf("count %d is not that of the buckets (%d) and those over range (%d)", h.count, n, h.over)
	}
	if h.count == 0 {
		if h.min != 0 || h.max != 0 || h.sum != 0 || h.sumHi != 0 {
			return errors.New("figures without values")
		}
		return nil
	}
	if h.bucketOf(h.min) != h.bucketAtRank(1) || h.bucketOf(h.max) != h.bucketAtRank(h.count) || h.min > h.max {
		return fmt.Errorf("min %d or max %d does not lie where the buckets say", h.min, h.max)
	}
	minHi, minLo := bits.Mul64(uint64(h.min), uint64(h.count))
	maxHi, maxLo := bits.Mul64(uint64(h.max), uint64(h.count))
	if less(h.sumHi, h.sum, minHi, minLo) || less(maxHi, maxLo, h.sumHi, h.sum) {
		return errors.New("sum lies outside count × min and count × max")
	}
	return nil
}

// bucketOf returns the bucket of v, or -1 if v lies over the range. A negative
// v, which only a forged file has, is in no bucket.
func (h *Histogram) bucketOf(v int64) int {
	switch s := &scales[h.kind]; {
	case v < 0:
		return -2
	case v > s.highest:
		return -1
	default:
		return s.index(v)
	}
}

func less(aHi, aLo, bHi, bLo uint64) bool { return aHi < bHi || aHi == bHi && aLo < bLo }
