package wire

import (
	"bytes"
	"errors"
	"math"
	"strings"
)

// maxReply bounds a reply, all its lines together, in bytes. Real ones, a long
// FEAT or a banner with a poem, stay far below.
const maxReply = 64 << 10

// errMalformed says that what the server sent is not a reply of RFC 959 §4.2.
var errMalformed = errors.New("not an FTP reply")

// scanReply finds the first whole reply in b. It returns its length with all
// its lines and its code, or zero where more bytes are needed. A reply is one
// line "NNN text", or lines from "NNN-text" up to a line "NNN text" with the
// same code (RFC 959 §4.2).
func scanReply(b []byte) (n, code int, err error) {
	line, rest, whole := cutLine(b)
	if !whole && len(line) < 4 {
		if !couldBegin(line) {
			return 0, 0, errMalformed
		}
		return 0, 0, nil
	}
	code, more, ok := replyHead(line)
	if !ok {
		return 0, 0, errMalformed
	}
	if !whole {
		return 0, 0, nil
	}
	n = len(b) - len(rest)
	for more {
		line, rest, whole = cutLine(rest)
		if !whole {
			return 0, 0, nil
		}
		n = len(b) - len(rest)
		if c, m, ok := replyHead(line); ok && c == code && !m {
			more = false
		}
	}
	return n, code, nil
}

// cutLine splits off b's first line, without its CRLF or LF.
func cutLine(b []byte) (line, rest []byte, whole bool) {
	line, rest, whole = bytes.Cut(b, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'}), rest, whole
}

// canonical returns a whole reply as the library can read it, which wants a
// space behind the code even where no words follow.
func canonical(raw []byte) []byte {
	body := bytes.TrimRight(raw, "\r\n")
	if last := body[bytes.LastIndexByte(body, '\n')+1:]; len(last) == 3 {
		return append(bytes.Clone(body), " \r\n"...)
	}
	return raw
}

// replyHead reads a line's code and whether a multi-line reply opens there.
func replyHead(line []byte) (code int, more, ok bool) {
	if len(line) < 3 || line[0] < '1' || line[0] > '5' || !digit(line[1]) || !digit(line[2]) {
		return 0, false, false
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	if len(line) == 3 {
		return code, false, true
	}
	return code, line[3] == '-', line[3] == '-' || line[3] == ' '
}

// couldBegin reports whether a line of under four bytes may yet become a reply.
func couldBegin(line []byte) bool {
	for i, c := range line {
		if i < 3 && !digit(c) && c != '\r' {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// sizeIn reads the size in a reply to SIZE: 213, and on the last line a decimal
// number of bytes (RFC 3659 §4.1). ok is false for anything else, also for a
// number that no file can have.
func sizeIn(raw []byte) (size int64, ok bool) {
	raw = bytes.TrimRight(raw, " \r\n")
	line := raw[bytes.LastIndexByte(raw, '\n')+1:]
	if code, _, whole := replyHead(line); !whole || code != 213 || len(line) < 5 {
		return 0, false
	}
	digits := bytes.TrimLeft(line[4:], " ")
	for _, d := range digits {
		if !digit(d) || size > (math.MaxInt64-int64(d-'0'))/10 {
			return 0, false
		}
		size = 10*size + int64(d-'0')
	}
	return size, len(digits) > 0
}

// Reply is one whole reply of the server.
type Reply struct {
	// Code is the three-digit code, 0 where no reply came.
	Code int
	// Text is the reply's words on one line, without codes.
	Text string
}

// Negative reports whether the reply refuses (4yz, 5yz).
func (r Reply) Negative() bool { return r.Code >= 400 }

// String returns the reply as a person reads it: code and words.
func (r Reply) String() string {
	if r.Text == "" {
		return itoa(r.Code)
	}
	return itoa(r.Code) + " " + r.Text
}

func itoa(code int) string {
	return string([]byte{byte('0' + code/100%10), byte('0' + code/10%10), byte('0' + code%10)})
}

// replyText returns the words of a whole reply on one line.
func replyText(raw []byte) string {
	lines := replyLines(raw)
	return strings.Join(lines, " ")
}

// replyLines returns the words of each line of a whole reply, codes and empty
// lines left out. Bytes that are no UTF-8, Latin-1 say, are replaced: reports
// are JSON and have no room for them.
func replyLines(raw []byte) (lines []string) {
	for len(raw) > 0 {
		var line []byte
		line, raw, _ = cutLine(raw)
		if _, _, ok := replyHead(line); ok {
			line = line[min(4, len(line)):]
		}
		if s := strings.TrimSpace(string(line)); s != "" {
			lines = append(lines, strings.ToValidUTF8(s, "\uFFFD"))
		}
	}
	return lines
}
