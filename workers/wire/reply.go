package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Bounds on what a server may say at a time. Real replies stay far below, but a
// greeting of hundreds of KiB has been seen.
const (
	maxReply     = 1 << 20 // bytes of one reply, all its lines together
	maxJunkLines = 1000    // lines without a code before it
)

// errMalformed says that what the server sent is not a reply of RFC 959 §4.2.
var errMalformed = errors.New("not an FTP reply")

// replyScan finds the first whole reply in bytes that come piece by piece: one
// line "NNN text", or lines from "NNN-text" up to a line "NNN text" with the same
// code (RFC 959 §4.2). Lines without a code before it are passed over, as other
// clients do: blank ones behind each reply, banners without a code. The zero
// value is ready.
type replyScan struct {
	begin int  // where the reply begins, behind what is passed over
	at    int  // everything before has been looked at, line by line
	code  int  // the code of the reply's first line, 0 before it was seen
	multi bool // more lines follow it
	junk  int  // lines passed over
	// other is the end of a complete reply line of another code, otherCode, behind
	// which at most further replies have come, 0 if there is none. Some servers
	// end a multi-line reply so.
	other, otherCode int
}

// scan looks at b, which begins with all that it was given before, and returns
// the length of b up to the end of the reply, 0 if more bytes are needed.
func (s *replyScan) scan(b []byte) (end int, err error) {
	for {
		line, _, whole := cutLine(b[s.at:])
		if !whole {
			if s.code == 0 && foreign(line) {
				return 0, errMalformed
			}
			return 0, nil
		}
		from := s.at
		s.at += bytes.IndexByte(b[s.at:], '\n') + 1
		code, more, ok := replyHead(line)
		switch {
		case s.code == 0 && !ok:
			if s.junk++; s.junk > maxJunkLines || foreign(line) {
				return 0, errMalformed
			}
			s.begin = s.at
			continue
		case s.code == 0:
			s.begin, s.code, s.multi = from, code, more
			if !more {
				return s.at, nil
			}
			continue
		}
		switch {
		case ok && !more && code == s.code:
			return s.at, nil
		case ok && !more && s.other == 0:
			s.other, s.otherCode = s.at, code
		case !ok:
			s.other, s.otherCode = 0, 0
		}
	}
}

// foreign reports whether a line is of another protocol than FTP, or binary: then
// it is not worth waiting for what follows. It may be the beginning of a line.
func foreign(line []byte) bool {
	for _, other := range [...]string{"SSH-", "HTTP/", "<html", "<!DOCTYPE", "RFB ", "+OK", "* OK"} {
		if bytes.HasPrefix(line, []byte(other)) {
			return true
		}
	}
	for _, c := range line[:min(len(line), 64)] {
		if c < ' ' && c != '\t' && c != '\r' && c != 0x1b && c != '\b' && c != '\f' && c != '\a' {
			return true // a TLS record, for one
		}
	}
	return false
}

// cutLine splits off b's first line, without its CRLF or LF.
func cutLine(b []byte) (line, rest []byte, whole bool) {
	line, rest, whole = bytes.Cut(b, []byte{'\n'})
	return bytes.TrimRight(line, "\r"), rest, whole
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

func digit(c byte) bool { return c >= '0' && c <= '9' }

// withoutTelnet takes the commands of Telnet out of b, in place: a control
// connection is a Telnet connection (RFC 959 §3.1), and some servers negotiate
// options on it. rest is how many bytes at the end are the beginning of one.
func withoutTelnet(b []byte) (clean []byte, rest int) {
	const iac, will, dont = 255, 251, 254
	at := bytes.IndexByte(b, iac)
	if at < 0 {
		return b, 0
	}
	clean = b[:at]
	for i := at; i < len(b); {
		switch left := b[i:]; {
		case left[0] != iac:
			clean = append(clean, left[0])
			i++
		case len(left) == 1, len(left) == 2 && left[1] >= will && left[1] <= dont:
			return append(clean, left...), len(left)
		case left[1] == iac: // the byte itself
			clean = append(clean, iac)
			i += 2
		case left[1] >= will && left[1] <= dont:
			i += 3
		case left[1] >= 240:
			i += 2
		default: // a letter of Latin-1
			clean = append(clean, left[0])
			i++
		}
	}
	return clean, 0
}

// Reply is one whole reply of the server.
type Reply struct {
	// Code is the three-digit code, 0 where no reply came.
	Code int
	// Text is the reply's words on one line, without codes.
	Text string
}

// Positive reports whether the reply says that the command was carried out (2yz).
func (r Reply) Positive() bool { return r.Code/100 == 2 }

// Completes reports whether the reply means that a transfer's file is there.
func (r Reply) Completes() bool { return r.Code == 226 || r.Code == 250 }

// Negative reports whether the reply refuses (4yz, 5yz).
func (r Reply) Negative() bool { return r.Code >= 400 }

// String returns the reply as a person reads it: code and words.
func (r Reply) String() string {
	if r.Text == "" {
		return fmt.Sprintf("%03d", r.Code)
	}
	return fmt.Sprintf("%03d %s", r.Code, r.Text)
}

// replyOf makes a Reply of raw, words included.
func replyOf(raw []byte, code int) Reply { return Reply{Code: code, Text: replyText(raw)} }

// replyText returns the words of a whole reply on one line.
func replyText(raw []byte) string { return strings.Join(replyLines(raw), " ") }

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
