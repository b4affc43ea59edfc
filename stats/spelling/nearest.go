// Package spelling finds what a misspelt word may have meant. It knows no words
// of its own.
package spelling

import "strings"

// longest is the most bytes of a word that is looked at: what is longer is no
// slip, and would cost as much as its length squared.
const longest = 40

// Nearest returns the word that a misspelt one may have meant, the first of
// several as near, or nothing: at most one wrong letter in a short word, two in a
// long one. Capitals are not wrong letters; words are in small ones.
func Nearest(word string, words []string) string {
	best, least := "", 3
	if len(word) < 5 {
		least = 2
	}
	if len(word) > longest {
		return ""
	}
	for _, w := range words {
		if len(w) > longest+least {
			continue
		}
		if d := distance(strings.ToLower(word), w); d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// distance returns how many letters must be changed, added or taken away, or
// neighbours swapped, to make a of b (the optimal string alignment distance).
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
		for j := 1; j <= len(b); j++ {
			if i == 0 {
				d[0][j] = j
				continue
			}
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
