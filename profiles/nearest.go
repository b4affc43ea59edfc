package profiles

import "github.com/ftpmark/ftpmark/stats/spelling"

// NearestOf returns the candidate that a name was probably meant to be: the one
// with the fewest edits, if these are few for the name's length; empty otherwise.
func NearestOf(name string, candidates []string) string {
	return spelling.NearestWithin(name, candidates, func(edits int, _ string) bool {
		return edits < len(name)/3+2 && len(name) <= 64
	})
}
