// Package spelling finds what a misspelt word may have meant. It knows no words
// of its own.
package spelling

import (
	"math"
	"strings"
)

// longest is the most bytes of a word that is looked at: what is longer is no
// slip.
const longest = 40

// Nearest returns the word that a misspelt one may have meant, the first of
// several as near, or nothing: at most one wrong letter in a short word, two in a
// long one. Capitals are not wrong letters; words are in small ones.
func Nearest(word string, words []string) string {
	most := 2
	if len(word) < 5 {
		most = 1
	}
	return NearestWithin(strings.ToLower(word), words, func(edits int, w string) bool {
		return edits <= most && edits < len(w) && len(word) <= longest
	})
}

// NearestWithin is [Nearest] with another bound, and capitals are other letters:
// near says whether so many edits are few enough for one of the words; what it
// says of some it says of fewer.
func NearestWithin(word string, words []string, near func(edits int, w string) bool) string {
	best, least := "", math.MaxInt
	for _, w := range words {
		if !near(max(len(w)-len(word), len(word)-len(w)), w) {
			continue // it takes as many at least, and would cost the product of both lengths
		}
		if d := distance(word, w); d < least && near(d, w) {
			best, least = w, d
		}
	}
	return best
}

// distance returns how many letters must be changed, added or taken away, or
// neighbours swapped, to make a of b (the optimal string alignment distance, by
// bytes).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
