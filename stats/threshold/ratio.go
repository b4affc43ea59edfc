package threshold

import "github.com/ftpmark/ftpmark/stats/quantity"

// The bounds of a ratio's bound. They are narrow because a slip would make a
// gate that always passes: service.p99 < 105, or goodput > 5% where 5% less was
// meant.
const (
	leastRatio   = 0.1
	leastPercent = 0.5 // of a ratio that is written as a percentage
	mostRatio    = 10
)

// isRatio reports whether v can be the bound of a ratio.
func (v value) isRatio() bool {
	least := leastRatio
	if v.family == percent {
		least = leastPercent
	}
	return v.base >= least && v.base <= mostRatio
}

// ratioMeant says what may have been meant by a number that [value.isRatio]
// refused; nothing if there is no telling.
func (v value) ratioMeant(number float64) string {
	switch {
	case v.family == percent && number >= leastRatio && number < 100*leastPercent:
		return "; " + v.number + "% less is " + quantity.Trimmed(100-number, 6) + "%, " + v.number + "% more is " + quantity.Trimmed(100+number, 6) + "%"
	case v.family != percent && number >= 100*leastPercent && number <= 100*mostRatio:
		return "; did you mean " + v.number + "%?"
	}
	return ""
}
