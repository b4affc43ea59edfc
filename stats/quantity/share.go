package quantity

import "strconv"

// Share returns part as a percentage of all. Only nothing is "0%" and only all
// of it is "100%": what lies between never rounds to either.
func Share(part, all float64) string {
	switch p := 100 * part / all; {
	case !finite(p) || all <= 0:
		return Unknown
	case part == all:
		return "100%"
	case part == 0:
		return "0%"
	case p < 100 && Rounded(p) >= 100:
		return ">99.9%"
	default:
		return Significant(p) + "%"
	}
}

// CountShare is [Share] of counts, which floating point cannot tell apart when
// they are very large.
func CountShare(part, all int64) string {
	s := Share(float64(part), float64(all))
	if s == "100%" && part != all {
		return ">99.9%"
	}
	return s
}

// FormatShare writes a share, 0.05 as 5%, so that a flag reads it back.
func FormatShare(share float64) string { return strconv.FormatFloat(100*share, 'g', 6, 64) + "%" }
