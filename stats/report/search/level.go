package search

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// levelOf writes a level: "640", "1,240/s", "812 MiB/s".
func levelOf(vary string, v float64) string {
	switch {
	case !figures.Finite(v):
		return figures.Unknown
	case vary == resultfile.VaryBandwidth:
		return quantity.ByteRate.Show(v)
	}
	text := quantity.Significant(v)
	if math.Abs(v) < 1e15 && v == math.Trunc(v) {
		text = quantity.Count(int64(v))
	}
	if vary == resultfile.VaryRate {
		text += "/s"
	}
	return text
}

// levelWords writes a level with what it is a number of: "640 sessions".
func levelWords(vary string, v float64) string {
	text := levelOf(vary, v)
	switch {
	case vary != resultfile.VarySessions:
		return text
	case text == "1":
		return "1 session"
	}
	return text + " sessions"
}

// Varied names what a level is a number of.
func Varied(vary string) string {
	switch vary {
	case resultfile.VarySessions:
		return "number of sessions"
	case resultfile.VaryRate:
		return "rate of arrivals"
	case resultfile.VaryBandwidth:
		return "bandwidth"
	}
	return terminal.Printable(vary, 20)
}
