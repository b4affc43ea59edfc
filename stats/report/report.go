// Package report turns a [stats.Summary] into something to read: text for a
// person at a terminal, JSON for a machine. It is a pure function of the
// summary: it opens nothing, measures nothing and knows no clock.
package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
)

// Format names a way to write a report.
type Format string

// The formats.
const (
	Text Format = "text" // for a person at a terminal
	JSON Format = "json" // the summary itself, for a machine
)

// Formats returns the names of all formats, the default one first.
func Formats() []string { return []string{string(Text), string(JSON)} }

// ParseFormat returns the format of that name. Its error lists what is
// accepted.
func ParseFormat(name string) (Format, error) {
	if !slices.Contains(Formats(), name) {
		return "", fmt.Errorf("unknown report format %q: want %s", name, strings.Join(Formats(), " or "))
	}
	return Format(name), nil
}

// The widths of a text report in columns: what zero means, and below what its
// tables could not be read.
const (
	defaultWidth = 100
	leastWidth   = 72
)

// Options say how a text report looks. They do not change a JSON report.
type Options struct {
	// Color allows ANSI colour sequences. Without it a report holds no
	// control character but the newline.
	Color bool
	// Width is the terminal's width in columns. Zero means 100, and less
	// than 72 means 72.
	Width int
}

// Write writes the report of s to w in the given format. It does not change s
// and writes nothing if it fails before the first byte. A summary that holds
// NaN or infinite numbers has no JSON form and is an error there; a text report
// shows them as unknown.
func Write(w io.Writer, s *stats.Summary, f Format, o Options) error {
	if s == nil {
		return errors.New("no summary to report")
	}
	var out []byte
	switch f {
	case Text:
		out = renderText(s, o)
	case JSON:
		var err error
		if out, err = renderJSON(s); err != nil {
			return fmt.Errorf("writing the summary as JSON: %w", err)
		}
	default:
		_, err := ParseFormat(string(f))
		return err
	}
	_, err := w.Write(out)
	return err
}
