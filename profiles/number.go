package profiles

import (
	"math"
	"strconv"
	"strings"
)

// parseNumber reads a plain decimal number: digits and at most one point, no
// sign, no exponent, none of the other spellings that strconv takes.
func parseNumber(s string) (float64, bool) {
	if s == "" || len(s) > 64 || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// formatNumber is the shortest text that parseNumber reads as f.
func formatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// maxWeight keeps sums of weights exact enough.
const maxWeight = 1e9

// parseWeight reads a weight: above 0, at most 1e9.
func parseWeight(s string) (float64, bool) {
	f, ok := parseNumber(s)
	return f, ok && f > 0 && f <= maxWeight
}
