package compare

import (
	"fmt"
	"strings"
	"unicode"
)

// nearest returns the name that a misspelt one may have meant, or nothing: at
// most two letters may be wrong.
func nearest(word string, names []string) string {
	if len(word) > 40 {
		return ""
	}
	best, least := "", 3
	for _, n := range names {
		if d := distance(strings.ToLower(word), n); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance returns how many letters must be changed, added or taken away to
// make b of a (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}

// plain makes text from a file fit for one line of a message: what does not
// print is escaped, and it is cut after so many characters.
func plain(s string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(r) && !unicode.IsMark(r) && r != unicode.ReplacementChar {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
