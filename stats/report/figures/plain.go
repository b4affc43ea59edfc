package figures

import "strconv"

// Plain writes a number with so many significant digits, without zeros at
// its end and without an exponent.
func Plain(v float64, digits int) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64) // of a number it wrote itself
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
