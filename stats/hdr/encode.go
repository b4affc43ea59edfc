package hdr

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"sync"
)

// HdrHistogram's V2 encoding: a header of 40 bytes and the counts, deflated
// under a cookie and their length, all of it in base64. The library writes it
// with a fresh compressor at the highest level, most of a megabyte of tables
// for a kilobyte of counts; a mix of operations has a hundred histograms to
// write each second.
const (
	cookieV2           = 0x1c849303 | 0x10 // of the header
	cookieV2Compressed = 0x1c849304 | 0x10 // of what holds the compressed content
	headerV2           = 40
	frameV2            = 8 // the cookie and the length before the content
)

// hdrEncoder is what one encoding needs and the next can use again.
type hdrEncoder struct {
	counts []byte
	out    bytes.Buffer
	z      *zlib.Writer
}

// encoders holds spare ones. They carry nothing from one encoding to another.
var encoders = sync.Pool{New: func() any {
	e := new(hdrEncoder)
	// Literals in Huffman codes, no search for repetitions: zeros are runs
	// already, and counts hardly repeat.
	e.z, _ = zlib.NewWriterLevel(&e.out, zlib.HuffmanOnly) // a level there is
	return e
}}

var errTooMany = errors.New("counts add up to 2^63 or more")

// appendHDR appends the V2 compressed encoding of the buckets in base64. Values
// over the range are not in it. It fails as [Histogram.Packed] does.
func (h *Histogram) appendHDR(b []byte) ([]byte, error) {
	e := encoders.Get().(*hdrEncoder)
	defer encoders.Put(e)

	s := &scales[h.kind]
	be := binary.BigEndian
	e.counts = be.AppendUint32(e.counts[:0], cookieV2)
	e.counts = be.AppendUint32(e.counts, 0) // the counts' length, below
	e.counts = be.AppendUint32(e.counts, 0) // no offset
	e.counts = be.AppendUint32(e.counts, significant)
	e.counts = be.AppendUint64(e.counts, uint64(s.lowest))
	e.counts = be.AppendUint64(e.counts, uint64(s.highest))
	e.counts = be.AppendUint64(e.counts, math.Float64bits(1)) // no conversion
	var err error
	if e.counts, err = h.appendCounts(e.counts); err != nil {
		return nil, err
	}
	be.PutUint32(e.counts[4:], uint32(len(e.counts)-headerV2))

	e.out.Reset()
	e.out.Write(e.counts[:frameV2]) // room, for what is known afterwards
	e.z.Reset(&e.out)
	if _, err := e.z.Write(e.counts); err != nil {
		return nil, err
	}
	if err := e.z.Close(); err != nil {
		return nil, err
	}
	framed := e.out.Bytes()
	be.PutUint32(framed, cookieV2Compressed)
	be.PutUint32(framed[4:], uint32(len(framed)-frameV2))
	return base64.StdEncoding.AppendEncode(b, framed), nil
}

// appendCounts appends the counts of the buckets up to the last that holds any:
// a count as it is, a run of two or more empty buckets as its negative length.
func (h *Histogram) appendCounts(b []byte) ([]byte, error) {
	if h.compact != "" {
		return append(b, h.compact...), nil
	}
	var total, zeros int64
	for _, p := range h.pages {
		if p == nil || p.total == 0 {
			zeros += pageSize
			continue
		}
		for _, c := range &p.counts {
			if c == 0 {
				zeros++
				continue
			}
			// One empty bucket is a count of zero, as the format has it.
			switch {
			case zeros == 1:
				b = append(b, 0)
			case zeros > 1:
				b = appendZigZag(b, -zeros)
			}
			zeros = 0
			if uint64(c) < 0x40 { // most are, and this loop is what encoding costs
				b = append(b, byte(c)<<1)
			} else {
				b = appendZigZag(b, c)
			}
			if total > math.MaxInt64-c {
				return b, errTooMany
			}
			total += c
		}
	}
	if total == 0 {
		b = append(b, 0) // as an empty histogram is written
	}
	return b, nil
}

// appendZigZag appends v in the format's LEB128: signs folded into the lowest
// bit, seven bits a byte, the ninth byte with eight.
func appendZigZag(b []byte, v int64) []byte {
	u := uint64(v<<1) ^ uint64(v>>63)
	for range 8 {
		if u < 0x80 {
			return append(b, byte(u))
		}
		b = append(b, byte(u)|0x80)
		u >>= 7
	}
	return append(b, byte(u))
}
