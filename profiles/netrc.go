package profiles

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Netrc looks up a host in a .netrc file, which it reads as curl does: the first
// entry of its machine, else the default entry. With a user given, only entries
// for that user count. found is false where the file has none.
func Netrc(r io.Reader, host, user string) (login, password string, found bool, err error) {
	type entry struct {
		ours, isDefault bool
		login, password string
	}
	var now, fallback entry
	words := netrcWords{lines: bufio.NewScanner(r)}
	for more := true; more; {
		var key string
		key, more = words.next()
		key = strings.ToLower(key)
		if !more || key == "machine" || key == "default" {
			switch fits := user == "" || now.login == user; {
			case words.err != nil:
				return "", "", false, words.err
			case fits && now.ours:
				return now.login, now.password, true, nil
			case fits && now.isDefault && !fallback.isDefault:
				fallback = now
			}
			now = entry{isDefault: key == "default"}
		}
		switch key {
		case "machine":
			name, _ := words.next()
			now.ours = strings.EqualFold(name, host)
		case "login":
			now.login, _ = words.next()
		case "password":
			now.password, _ = words.next()
		case "account":
			_, _ = words.next()
		case "macdef":
			words.skipMacro()
		}
	}
	return fallback.login, fallback.password, fallback.isDefault, nil
}

// netrcWords are the words of a .netrc file.
type netrcWords struct {
	lines *bufio.Scanner
	line  string // what is left of the present one
	count int    // lines
	err   error
}

const netrcBlanks = " \t\r\v\f"

// next returns the next word; false at the end and after an error. What a word
// that begins with # begins is a comment, up to the end of the line.
func (w *netrcWords) next() (word string, ok bool) {
	for w.err == nil {
		w.line = strings.TrimLeft(w.line, netrcBlanks)
		switch {
		case w.line == "" || w.line[0] == '#':
			if !w.nextLine() {
				return "", false
			}
		case w.line[0] == '"':
			return w.quoted()
		default:
			end := strings.IndexAny(w.line, netrcBlanks)
			if end < 0 {
				end = len(w.line)
			}
			word, w.line = w.line[:end], w.line[end:]
			return word, true
		}
	}
	return "", false
}

// quoted returns a word in quotes, which may hold blanks. \n, \r and \t are
// control characters in it; other characters stand for themselves behind \.
func (w *netrcWords) quoted() (string, bool) {
	var b strings.Builder
	for i := 1; i < len(w.line); i++ {
		c := w.line[i]
		if c == '"' {
			w.line = w.line[i+1:]
			return b.String(), true
		}
		if c == '\\' && i+1 < len(w.line) {
			i++
			switch c = w.line[i]; c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			}
		}
		b.WriteByte(c)
	}
	w.err = fmt.Errorf(`line %d: a quoted word has no end: want a closing " on the same line, and \" for a quote inside`, w.count)
	return "", false
}

func (w *netrcWords) nextLine() bool {
	if !w.lines.Scan() {
		w.line, w.err = "", w.lines.Err()
		return false
	}
	w.line = w.lines.Text()
	w.count++
	return true
}

// skipMacro passes over a macro definition, which ends with an empty line.
func (w *netrcWords) skipMacro() {
	for w.nextLine() && strings.Trim(w.line, netrcBlanks) != "" {
	}
}
