package quantity

import (
	"strconv"
	"strings"
)

// Count writes a whole number with a comma between its thousands.
func Count(n int64) string { return Grouped(strconv.FormatInt(n, 10)) }

// Counted writes how many there are of what has a plural in s: 1 session, 2,000
// sessions.
func Counted[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(int64(n)) + " " + noun + "s"
}

// Grouped puts a comma between the thousands of a decimal number.
func Grouped(number string) string {
	sign, rest := "", number
	if strings.HasPrefix(rest, "-") {
		sign, rest = "-", rest[1:]
	}
	before, after, hasPoint := strings.Cut(rest, ".")
	for i := len(before) - 3; i > 0; i -= 3 {
		before = before[:i] + "," + before[i:]
	}
	if hasPoint {
		before += "." + after
	}
	return sign + before
}
