package figures

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Unknown stands for a number that is not known.
const Unknown = quantity.Unknown

// Difference returns how second differs from first, as a percentage where they
// are within a factor of two of each other and as a factor beyond: a reader
// takes "x8.20" in faster than "+720%".
func Difference(first, second float64) string {
	if !Finite(first) || !Finite(second) || first < 0 || second < 0 {
		return Unknown
	}
	if first == second {
		return "0%"
	}
	ratio := second / first
	switch {
	case !Finite(ratio):
		return Unknown // nothing can be said against a zero
	case ratio < 0.5 || ratio >= 2:
		return factor(ratio)
	}
	percent := strconv.FormatFloat(100*(ratio-1), 'f', 1, 64)
	switch {
	case percent == "0.0" || percent == "-0.0":
		return "~0%"
	case ratio > 1:
		return "+" + percent + "%"
	}
	return percent + "%"
}

func factor(ratio float64) string {
	if ratio > 0 && ratio < quantity.LeastShown {
		return "x<0.001"
	}
	return "x" + quantity.Significant(ratio)
}

// Finite reports whether v is a number to show.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
