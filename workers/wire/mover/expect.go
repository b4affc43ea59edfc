package mover

import (
	"bytes"
	"fmt"
)

// Expect is the content that a download must have: Size bytes of the block's
// repetition from Offset.
type Expect struct {
	Block  *Block
	Offset int64
	// Size is where the comparison ends, -1 if the length is not known: bytes
	// beyond it are too many, which is for the byte count to say.
	Size int64
}

// ContentError is a download whose bytes are not those that were expected. The
// download itself was read to its end.
type ContentError struct {
	// At is how many bytes of the download came before the first wrong one.
	At int64
}

// Error says where the content begins to differ.
func (e *ContentError) Error() string {
	return fmt.Sprintf("the content differs from what was written, first at byte %d", e.At)
}

// comparison follows a download through its expected content.
type comparison struct {
	expect *Expect // nil once there is nothing to compare any more
	seen   int64
	wrong  *ContentError
}

// look compares the next bytes of the download.
func (c *comparison) look(p []byte) {
	x := c.expect
	if x == nil {
		return
	}
	if left := x.Size - c.seen; x.Size >= 0 && left <= int64(len(p)) {
		p = p[:max(left, 0)]
		c.expect = nil
	}
	for len(p) > 0 {
		want := x.Block.at(x.Offset+c.seen, int64(len(p)))
		got := p[:len(want)]
		if !bytes.Equal(got, want) {
			c.wrong = &ContentError{At: c.seen + int64(firstDifference(got, want))}
			c.expect = nil
			return
		}
		c.seen += int64(len(got))
		p = p[len(got):]
	}
}

// firstDifference returns the first index at which a and b, which are as long
// as each other, differ.
func firstDifference(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// verdict is err, or else what the comparison found.
func (c *comparison) verdict(err error) error {
	if err == nil && c.wrong != nil {
		return c.wrong
	}
	return err
}
