package stats

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"sync"
)

// The cookies of HdrHistogram's V2 encoding, with the word size that every
// writer declares.
const (
	cookieV2           = 0x1c849303 | 0x10
	cookieV2Compressed = 0x1c849304 | 0x10
	headerV2           = 40 // bytes
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
	HDR   []byte `json:"hdr"` // base64 in JSON
}

// MarshalJSON encodes the histogram whole; [Histogram.UnmarshalJSON] gives it
// back equal.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	return json.Marshal(encodedHistogram{
		Count: h.count, Min: h.min, Max: h.max, Sum: h.sum, SumHi: h.sumHi,
		Over: h.over, HDR: h.encodeV2(),
	})
}

// EncodeHDR returns the buckets in HdrHistogram's V2 compressed base64
// encoding, as the HdrHistogram log format has it.
func (h *Histogram) EncodeHDR() string {
	return base64.StdEncoding.EncodeToString(h.encodeV2())
}

// deflaters lends out compressors: one takes more memory than the histograms
// it compresses, so it is not made anew each second. On such short payloads the
// fastest level comes within 2% of the best.
var deflaters = sync.Pool{New: func() any {
	z, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

func (h *Histogram) encodeV2() []byte {
	s := &scales[h.kind]
	body := make([]byte, headerV2, 1024)
	body = h.appendCounts(body)
	be := binary.BigEndian
	be.PutUint32(body[0:], cookieV2)
	be.PutUint32(body[4:], uint32(len(body)-headerV2))
	be.PutUint32(body[8:], 0) // normalizing index offset
	be.PutUint32(body[12:], significant)
	be.PutUint64(body[16:], uint64(s.lowest))
	be.PutUint64(body[24:], uint64(s.highest))
	be.PutUint64(body[32:], math.Float64bits(1)) // integer to double ratio

	var out bytes.Buffer
	out.Write(make([]byte, 8))
	z := deflaters.Get().(*zlib.Writer)
	z.Reset(&out)
	z.Write(body) // a bytes.Buffer does not fail
	z.Close()
	deflaters.Put(z)
	be.PutUint32(out.Bytes()[0:], cookieV2Compressed)
	be.PutUint32(out.Bytes()[4:], uint32(out.Len()-8))
	return out.Bytes()
}

// appendCounts appends the buckets up to the last that holds something: a
// count as a zig-zag LEB128 number, a run of two or more empty buckets as the
// negative of its length. V2's numbers end at nine bytes where encoding/binary
// goes on to ten; they agree below 2^55, which no count reaches.
func (h *Histogram) appendCounts(b []byte) []byte {
	next := 0
	for i, p := range &h.pages {
		if p == nil || p.total == 0 {
			continue
		}
		for j, c := range &p.counts {
			if c == 0 {
				continue
			}
			at := i<<pageBits + j
			switch empty := at - next; {
			case empty == 1:
				b = append(b, 0)
			case empty > 1:
				b = binary.AppendVarint(b, int64(-empty))
			}
			b = binary.AppendVarint(b, c)
			next = at + 1
		}
	}
	if next == 0 {
		b = append(b, 0) // as other writers do: one empty bucket
	}
	return b
}

// UnmarshalJSON accepts what MarshalJSON writes. It refuses encodings that
// contradict themselves, and allocates no more than the buckets need.
func (h *Histogram) UnmarshalJSON(b []byte) error {
	var e encodedHistogram
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	d := Histogram{
		count: e.Count, over: e.Over, min: e.Min, max: e.Max, sum: e.Sum, sumHi: e.SumHi,
	}
	if err := d.decodeV2(e.HDR); err != nil {
		return fmt.Errorf("histogram: %w", err)
	}
	if err := d.check(); err != nil {
		return fmt.Errorf("histogram: %w", err)
	}
	*h = d
	return nil
}

// inflaters lends out decompressors, for the same reason.
var inflaters sync.Pool

func inflater(b []byte) (io.Reader, error) {
	if z, ok := inflaters.Get().(io.Reader); ok {
		return z, z.(zlib.Resetter).Reset(bytes.NewReader(b), nil)
	}
	return zlib.NewReader(bytes.NewReader(b))
}

func (h *Histogram) decodeV2(b []byte) error {
	be := binary.BigEndian
	if len(b) < 8 {
		return errors.New("encoding is too short")
	}
	if c := be.Uint32(b); c&^0xf0 != cookieV2Compressed&^0xf0 {
		return fmt.Errorf("cookie %#x is not that of the V2 compressed encoding", c)
	}
	if n := be.Uint32(b[4:]); int64(n) != int64(len(b)-8) {
		return fmt.Errorf("%d bytes follow where %d were announced", len(b)-8, n)
	}
	z, err := inflater(b[8:])
	if err != nil {
		return err
	}
	defer inflaters.Put(z)
	var head [headerV2]byte
	if _, err := io.ReadFull(z, head[:]); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if c := be.Uint32(head[0:]); c&^0xf0 != cookieV2&^0xf0 {
		return fmt.Errorf("cookie %#x is not that of the V2 encoding", c)
	}
	if err := h.setKind(be.Uint32(head[12:]), be.Uint64(head[16:]), be.Uint64(head[24:])); err != nil {
		return err
	}
	// A count takes at most ten bytes, so a longer payload is no histogram;
	// reading one byte more than announced also verifies the checksum.
	length := int64(be.Uint32(head[4:]))
	if length > int64(scales[h.kind].buckets())*binary.MaxVarintLen64 {
		return fmt.Errorf("payload of %d bytes is longer than any histogram's", length)
	}
	payload, err := io.ReadAll(io.LimitReader(z, length+1))
	if err != nil {
		return err
	}
	if int64(len(payload)) != length {
		return fmt.Errorf("payload is not of the announced %d bytes", length)
	}
	return h.fill(payload)
}

// setKind finds the scale that the header declares. Histograms of other shapes
// are refused: their buckets would not merge without loss.
func (h *Histogram) setKind(digits uint32, lowest, highest uint64) error {
	for k, s := range scales {
		if digits == significant && lowest == uint64(s.lowest) && highest == uint64(s.highest) {
			h.kind = scaleKind(k)
			return nil
		}
	}
	return fmt.Errorf("range %d to %d at %d digits is not one of ours", lowest, highest, digits)
}

func (h *Histogram) fill(payload []byte) error {
	end := scales[h.kind].buckets()
	var sum int64
	for i := 0; len(payload) > 0; {
		c, n := binary.Varint(payload)
		if n <= 0 {
			return errors.New("malformed count")
		}
		payload = payload[n:]
		switch {
		case c < 0 && c < int64(i-end), c >= 0 && i >= end:
			return errors.New("more buckets than the range has")
		case c < 0:
			i -= int(c)
			continue
		case c > math.MaxInt64-sum:
			return errors.New("counts add up to more than 2^63")
		case c > 0:
			at := &h.pages[i>>pageBits]
			if *at == nil {
				*at = new(page)
			}
			sum += c
			(*at).total += c
			(*at).counts[i&(pageSize-1)] = c
		}
		i++
	}
	return nil
}

// recorded returns how many values the buckets hold.
func (h *Histogram) recorded() (n int64) {
	for _, p := range &h.pages {
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
