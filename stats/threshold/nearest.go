package threshold

import "strings"

// nearest returns the word that a misspelt one may have meant, or nothing: at
// most one wrong letter in a short word, two in a long one.
func nearest(word string, words []string) string {
	best, least := "", 3
	if len(word) < 5 {
		least = 2
	}
	if len(word) > 40 {
		return ""
	}
	for _, w := range words {
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

// listed joins words as a sentence does.
func listed[T ~string](words []T, and string) string {
	var s strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			s.WriteString(" " + and + " ")
		default:
			s.WriteString(", ")
		}
		s.WriteString(string(w))
	}
	return s.String()
}
