package hdr

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
)

// hdrDecoder is what reading one encoding needs and the next can use again. The library's makes
// a decompressor of 40 KiB for each, and a merge of a thousand results reads some 400,000.
type hdrDecoder struct {
	framed  []byte // out of base64
	from    bytes.Reader
	z       io.ReadCloser // nil before the first
	payload []byte        // the counts, as they were written
	counts  []byte        // and as [Histogram.appendCounts] writes them
}

// decoders holds spare ones. They carry nothing from one encoding to another.
var decoders = sync.Pool{New: func() any { return new(hdrDecoder) }}

var errTruncated = errors.New("the counts end within one")

// decode fills h, which must have no buckets, from HdrHistogram's encoding. What is not of one
// of our two shapes is refused: its buckets would not merge without loss. So no more is
// inflated than 9 bytes for each of our buckets, 280 KiB, whatever the header says.
func (h *Histogram) decode(text string) error {
	d := decoders.Get().(*hdrDecoder)
	defer decoders.Put(d)
	if err := d.inflate(text, h); err != nil {
		return err
	}
	return d.count(h)
}

// inflate reads the header into h's kind, and the counts into payload.
func (d *hdrDecoder) inflate(text string, h *Histogram) error {
	be := binary.BigEndian
	var err error
	if d.framed, err = base64.StdEncoding.AppendDecode(d.framed[:0], []byte(text)); err != nil {
		return err
	}
	if len(d.framed) < frameV2 {
		return fmt.Errorf("encoding is too short: %d bytes", len(d.framed))
	}
	cookie, length, rest := be.Uint32(d.framed), be.Uint32(d.framed[4:]), d.framed[frameV2:]
	if !sameCookie(cookie, cookieV2Compressed) {
		return fmt.Errorf("cookie %#x is not that of a compressed V2 encoding", cookie)
	}
	if uint64(length) > uint64(len(rest)) {
		return fmt.Errorf("%d bytes where %d are announced", len(rest), length)
	}
	d.from.Reset(rest[:length])
	if d.z == nil {
		d.z, err = zlib.NewReader(&d.from)
	} else {
		err = d.z.(zlib.Resetter).Reset(&d.from, nil)
	}
	if err != nil {
		return err
	}
	var head [headerV2]byte
	if _, err := io.ReadFull(d.z, head[:]); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if cookie := be.Uint32(head[:]); !sameCookie(cookie, cookieV2) {
		return fmt.Errorf("cookie %#x is not that of a V2 header", cookie)
	}
	if h.kind, err = declaredKind(head[:]); err != nil {
		return err
	}
	size, most := be.Uint32(head[4:]), 9*scales[h.kind].buckets()
	if uint64(size) > uint64(most) {
		return fmt.Errorf("%d bytes of counts, of at most %d", size, most)
	}
	// One byte more than there should be: the end is read too, and with it the checksum.
	if cap(d.payload) < int(size)+1 {
		d.payload = make([]byte, max(int(size)+1, 4096))
	}
	d.payload = d.payload[:size+1]
	n, err := io.ReadFull(d.z, d.payload)
	d.payload = d.payload[:n]
	switch {
	case err == nil:
		return fmt.Errorf("more bytes of counts than the %d announced", size)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case n != int(size):
		return fmt.Errorf("%d bytes of counts where %d are announced", n, size)
	}
	// ReadFull says ErrUnexpectedEOF both at the end and where the stream was cut off.
	if _, err := d.z.Read(head[:1]); err != io.EOF {
		return fmt.Errorf("counts: %w", err)
	}
	return nil
}

// sameCookie compares cookies but for the bits that say how wide a count is.
func sameCookie(a, b uint32) bool { return a&^0xf0 == b&^0xf0 }

// declaredKind returns the kind of histogram that a header declares.
func declaredKind(head []byte) (Unit, error) {
	be := binary.BigEndian
	digits, lowest, highest := be.Uint32(head[12:]), int64(be.Uint64(head[16:])), int64(be.Uint64(head[24:]))
	for k, s := range scales {
		if digits == significant && lowest == s.lowest && highest == s.highest {
			return Unit(k), nil
		}
	}
	return 0, fmt.Errorf("range %d to %d at %d digits is not one of ours", lowest, highest, digits)
}

// count checks the counts and gives them to h, written as we write them: others may write
// the same in another way.
func (d *hdrDecoder) count(h *Histogram) error {
	buckets := int64(scales[h.kind].buckets())
	counts, total, at, zeros := d.counts[:0], int64(0), int64(0), int64(0)
	for b := d.payload; len(b) > 0; {
		v, n := zigZag(b)
		if n == 0 {
			return errTruncated
		}
		b = b[n:]
		switch {
		case v < 0:
			if v < at-buckets {
				return fmt.Errorf("a run of zeros past the last of %d buckets", buckets)
			}
			at, zeros = at-v, zeros-v
			continue
		case at == buckets:
			return fmt.Errorf("counts past the last of %d buckets", buckets)
		}
		at++
		if v == 0 {
			zeros++
			continue
		}
		if v >= math.MaxInt64-total { // the library's totals stay there
			return errTooMany
		}
		total += v
		switch {
		case zeros == 1:
			counts = append(counts, 0)
		case zeros > 1:
			counts = appendZigZag(counts, -zeros)
		}
		counts, zeros = appendZigZag(counts, v), 0
	}
	d.counts = counts
	if total > 0 {
		h.compact = compactCounts(counts)
	}
	return nil
}

// zigZag reads what appendZigZag wrote and returns how many bytes that are, 0 if they are not
// all there.
func zigZag(b []byte) (v int64, n int) {
	var u uint64
	for n < len(b) && n < 9 {
		c := b[n]
		n++
		if c < 0x80 || n == 9 { // the ninth byte counts whole
			u |= uint64(c) << (7 * (n - 1))
			return int64(u>>1) ^ -int64(u&1), n
		}
		u |= uint64(c&0x7f) << (7 * (n - 1))
	}
	return 0, 0
}
