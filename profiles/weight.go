package profiles

import "github.com/ftpmark/ftpmark/stats/quantity"

// maxWeight keeps sums of weights exact enough.
const maxWeight = 1e9

// parseWeight reads a weight: above 0, at most 1e9.
func parseWeight(s string) (float64, bool) {
	f, ok := quantity.ParseNumber(s)
	return f, ok && f > 0 && f <= maxWeight
}
