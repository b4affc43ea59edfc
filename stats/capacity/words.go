package capacity

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// level writes a level with what it counts: "640 sessions".
func (r *Result) level(v float64) string {
	switch {
	case r.Vary == resultfile.VarySessions && v == 1:
		return "1 session"
	case r.Vary == resultfile.VarySessions:
		return figure(v) + " sessions"
	case r.Vary == resultfile.VaryRate && v == 1:
		return "1 operation/s"
	case r.Vary == resultfile.VaryRate:
		return figure(v) + " operations/s"
	}
	return r.short(v)
}

// short writes a level where what it counts has been said.
func (r *Result) short(v float64) string {
	switch r.Vary {
	case resultfile.VaryRate:
		return figure(v) + "/s"
	case resultfile.VaryBandwidth:
		return bytesPerSecond(v)
	}
	return figure(v)
}

func bytesPerSecond(v float64) string {
	return scaled(v, 1024, "B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s")
}

func duration(ns int64) string { return scaled(float64(ns), 1000, "ns", "µs", "ms", "s") }

// scaled writes v in the largest unit that is no larger than it.
func scaled(v, by float64, units ...string) string {
	i := 0
	for ; i < len(units)-1 && quantity.Rounded(v) >= by; i++ {
		v /= by
	}
	return figure(v) + " " + units[i]
}

// figure writes a number of 0 or more with three digits, or as many as there
// are before the point, and commas between the thousands.
func figure(v float64) string {
	if v >= 1e15 {
		return strconv.FormatFloat(v, 'e', 2, 64)
	}
	return quantity.Grouped(quantity.Trimmed(v, quantity.Digits))
}

// plainText makes words of a server or a file fit for a sentence: one line of
// printable characters, at most n of them.
func plainText(s string, n int) string { return quantity.Cut(quantity.Printable(s), n) }

// number returns a pointer to x, nil if JSON has no such number.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
