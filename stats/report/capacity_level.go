package report

import (
	"math"

	"github.com/ftpmark/ftpmark/stats"
)

// levelOf writes a level: "640", "1,240/s", "812 MiB/s".
func levelOf(vary string, v float64) string {
	switch {
	case !finite(v):
		return unknown
	case vary == stats.VaryBandwidth:
		return byteRateUnits.show(v)
	}
	text := significant(v)
	if math.Abs(v) < 1e15 && v == math.Trunc(v) {
		text = count(int64(v))
	}
	if vary == stats.VaryRate {
		text += "/s"
	}
	return text
}

// levelWords writes a level with what it is a number of: "640 sessions".
func levelWords(vary string, v float64) string {
	text := levelOf(vary, v)
	switch {
	case vary != stats.VarySessions:
		return text
	case text == "1":
		return "1 session"
	}
	return text + " sessions"
}

// varied names what a level is a number of.
func varied(vary string) string {
	switch vary {
	case stats.VarySessions:
		return "number of sessions"
	case stats.VaryRate:
		return "rate of arrivals"
	case stats.VaryBandwidth:
		return "bandwidth"
	}
	return printable(vary, 20)
}
