package merge

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// labels returns short names for files: what their names end with, told apart
// where that is the same. They name no folder: results are passed around.
func labels(names []string) []string {
	taken := map[string]int{}
	l := make([]string, len(names))
	for i, name := range names {
		base := strings.TrimSuffix(filepath.Base(name), ".jsonl")
		base = quantity.Masked(strings.ToValidUTF8(base, "?"), unicode.IsControl, '?')
		taken[base]++
		if n := taken[base]; n > 1 {
			base = fmt.Sprintf("%s (%d)", base, n)
		}
		l[i] = base
	}
	return l
}

// attributed puts before each remark whose it is, unless all have it; then it is
// there once.
func attributed(sources []*source, remarks func(*source) []string) (all []string) {
	by := map[string]int{} // how many have it
	for _, s := range sources {
		own := map[string]bool{}
		for _, line := range remarks(s) {
			if !own[line] {
				own[line] = true
				by[line]++
			}
		}
	}
	for n, s := range sources {
		for _, line := range remarks(s) {
			switch {
			case by[line] < len(sources):
				all = append(all, s.label+": "+line)
			case n == 0:
				all = append(all, line)
			}
		}
	}
	return all
}
