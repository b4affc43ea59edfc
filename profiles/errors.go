package profiles

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Source is a kind of place that settings come from.
type Source uint8

// The sources. An override is a variant's KEY=VALUE in a comparison.
const (
	FromDefault Source = iota
	FromFile
	FromEnvironment
	FromFlag
	FromOverride
)

// Origin is where a setting came from. Line and Column begin at 1 and count
// characters; they are 0 where the source is no file. Text is the value as it
// was given, empty where it may hold a password.
type Origin struct {
	Source       Source
	Key          string
	Text         string
	File         string
	Line, Column int
}

// String is the origin in the words of its source: --size 1MiB,
// FTPMARK_SIZE=1MiB, size=1MiB, or my.yaml:7:9: size.
func (o Origin) String() string {
	name := word(o.Source, o.Key)
	switch {
	case o.Source == FromFile && o.Key == "":
		return fmt.Sprintf("%s:%d:%d", o.File, o.Line, o.Column)
	case o.Source == FromFile:
		return fmt.Sprintf("%s:%d:%d: %s", o.File, o.Line, o.Column, o.Key)
	case o.Source == FromEnvironment:
		return name + "=" + o.Text
	case o.Source == FromOverride && o.Text != "":
		return name + "=" + o.Text
	case o.Source == FromDefault || o.Text == "":
		return name
	}
	return name + " " + o.Text
}

// word is what a source calls a key.
func word(source Source, key string) string {
	k := Key{Name: key}
	switch {
	case source == FromFlag && key == "target":
		return "TARGET"
	case source == FromFlag:
		return "--" + k.Flag()
	case source == FromEnvironment:
		return k.Env()
	}
	return key
}

// beside names the origin in a message about another setting.
func (o Origin) beside() string {
	if o.Source == FromFile {
		return fmt.Sprintf("%s on line %d", o.Key, o.Line)
	}
	return o.String()
}

// Origins are where the settings of a resolved profile came from, by key. Those
// that are missing have their default.
type Origins map[string]Origin

// Set reports whether any source gave the key.
func (o Origins) Set(key string) bool { _, ok := o[key]; return ok }

// Error is a setting that makes no sense, or a file that is no profile. It
// reads as one line: where, what was wrong and what is accepted.
type Error struct {
	Source       Source
	File         string
	Line, Column int
	Key          string
	Text         string
	Message      string
}

// Error returns the line.
func (e *Error) Error() string {
	return oneLine(e.origin().String()) + ": " + e.Message
}

func (e *Error) origin() Origin {
	return Origin{Source: e.Source, Key: e.Key, Text: e.Text, File: e.File, Line: e.Line, Column: e.Column}
}

// errorf makes an error of an origin and a message.
func (o Origin) errorf(format string, args ...any) *Error {
	message := oneLine(fmt.Sprintf(format, args...))
	if o.Source != FromFile && o.Source != FromDefault && o.Text != "" {
		message = strings.TrimPrefix(message, strconv.Quote(o.Text)+": ")
	}
	return &Error{Source: o.Source, File: o.File, Line: o.Line, Column: o.Column, Key: o.Key, Text: shorten(o.Text), Message: shorten(message)}
}

// valueError is errorf for an error of a value's parser, which begins with the
// kind of value and the text: the kind is left out, since the key says it.
func (o Origin) valueError(text string, err error) *Error {
	message := err.Error()
	if kind, rest, found := strings.Cut(message, " "+strconv.Quote(text)); found && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz ") == "" && !strings.HasPrefix(kind, "unknown") {
		message = strconv.Quote(text) + rest
	}
	return o.errorf("%s", message)
}

// oneLine replaces what would break a line or hide a part of it.
func oneLine(s string) string {
	return quantity.Masked(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029'
	}, ' ')
}

// shorten leaves out the middle of a long text.
func shorten(s string) string {
	const half = 300
	if len(s) <= 2*half {
		return s
	}
	head, tail := s[:half], s[len(s)-half:]
	for !utf8.ValidString(head) && len(head) > half-utf8.UTFMax {
		head = head[:len(head)-1]
	}
	for tail != "" && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	return head + " … " + tail
}
