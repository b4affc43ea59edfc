package resultfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// The texts below come out of encoding/json, which has been through them: they are whole and
// valid. To find where a value ends in them takes a fraction of what another decoder takes,
// which would go through each level of a record twice more. What is not valid after all is an
// error, and never more than that.

var errNotJSON = errors.New("not the expected JSON")

// eachElement calls f with each element of a JSON array; null has none.
func eachElement(b []byte, f func(value []byte) error) error {
	b, err := enter(b, '[')
	for err == nil && len(b) > 0 && b[0] != ']' {
		var value []byte
		if value, b, err = cutValue(b); err == nil {
			if err = f(value); err == nil {
				b, err = following(b, ']')
			}
		}
	}
	return err
}

// eachMember calls f with each name and value of a JSON object; null has none.
func eachMember(b []byte, f func(name string, value []byte) error) error {
	b, err := enter(b, '{')
	for err == nil && len(b) > 0 && b[0] != '}' {
		var quoted, value []byte
		var name string
		if quoted, b, err = cutValue(b); err != nil {
			return err
		}
		if name, err = unquote(quoted); err != nil {
			return err
		}
		if b = space(b); len(b) == 0 || b[0] != ':' {
			return errNotJSON
		}
		if value, b, err = cutValue(space(b[1:])); err == nil {
			if err = f(name, value); err == nil {
				b, err = following(b, '}')
			}
		}
	}
	return err
}

// enter returns what follows on the opening delimiter, nothing for null.
func enter(b []byte, open byte) ([]byte, error) {
	switch b = space(b); {
	case string(b) == "null":
		return nil, nil
	case len(b) == 0:
		return nil, errNotJSON
	case b[0] != open:
		return nil, fmt.Errorf("found %.20s where %c should begin", b, open)
	}
	if b = space(b[1:]); len(b) == 0 {
		return nil, errNotJSON
	}
	return b, nil
}

// following returns what follows on the comma, or the closing delimiter.
func following(b []byte, closing byte) ([]byte, error) {
	b = space(b)
	switch {
	case len(b) > 0 && b[0] == closing:
		return b, nil
	case len(b) > 0 && b[0] == ',':
		if b = space(b[1:]); len(b) > 0 && b[0] != closing {
			return b, nil
		}
	}
	return nil, errNotJSON
}

// space returns b without the white space before it.
func space(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\n' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// cutValue cuts b behind its first value.
func cutValue(b []byte) (value, rest []byte, err error) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n := quotedLength(b[i:])
			if n == 0 {
				return nil, nil, errNotJSON
			}
			if i += n - 1; depth == 0 {
				return b[:i+1], b[i+1:], nil
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 { // of what is around a number or a word
				return wordBefore(b, i)
			}
			if depth == 0 {
				return b[:i+1], b[i+1:], nil
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return wordBefore(b, i)
			}
		}
	}
	return nil, nil, errNotJSON
}

// wordBefore cuts b at i, behind a number or a word.
func wordBefore(b []byte, i int) (value, rest []byte, err error) {
	if i == 0 {
		return nil, nil, errNotJSON
	}
	return b[:i], b[i:], nil
}

// quotedLength returns the length of the string that b begins with, with its quotes, 0 if it
// has no end.
func quotedLength(b []byte) int {
	end := bytes.IndexByte(b[1:], '"')
	if end < 0 {
		return 0
	}
	if bytes.IndexByte(b[1:1+end], '\\') < 0 { // as most
		return end + 2
	}
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++ // what is escaped is no end
		}
	}
	return 0
}

// unquote returns what a JSON string says.
func unquote(quoted []byte) (s string, err error) {
	if len(quoted) >= 2 && quoted[0] == '"' && bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	err = json.Unmarshal(quoted, &s)
	return s, err
}
