package wire

import (
	"bytes"
	"math"
)

// sizeIn reads the size in a reply to SIZE: 213, and on the last line a decimal
// number of bytes (RFC 3659 §4.1). Some servers put words around it: then it is
// the one word that is a number, or the last word. ok is false for anything else,
// also for a number that no file can have, such as one that has overflowed.
func sizeIn(raw []byte) (size int64, ok bool) {
	raw = bytes.TrimRight(raw, " \r\n")
	line := raw[bytes.LastIndexByte(raw, '\n')+1:]
	if code, _, whole := replyHead(line); !whole || code != 213 || len(line) < 5 {
		return 0, false
	}
	numbers := 0
	for rest := line[4:]; len(rest) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte{' '})
		if n, number := decimal(word); number {
			size = n
			numbers++
			ok = numbers == 1 || len(rest) == 0
		}
	}
	return size, ok
}

// decimal reads a word of digits that fits into 63 bits.
func decimal(word []byte) (n int64, ok bool) {
	for _, d := range word {
		if !digit(d) || n > (math.MaxInt64-int64(d-'0'))/10 {
			return 0, false
		}
		n = 10*n + int64(d-'0')
	}
	return n, len(word) > 0
}
