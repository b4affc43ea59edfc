package run

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// mergedSeries is what a variant's trials measured of one operation in one mode.
type mergedSeries struct {
	Variant string
	*resultfile.Series
}

// Merged adds up the trials of each variant, in the order they came in.
func Merged(r *resultfile.Result) (all []mergedSeries) {
	type key struct {
		variant string
		op      stats.Op
		mode    stats.Mode
	}
	at := map[key]*resultfile.Series{}
	for _, t := range r.Trials {
		for _, x := range t.Series {
			k := key{t.Variant, x.Op, x.Mode}
			if at[k] == nil {
				at[k] = &resultfile.Series{Op: x.Op, Mode: x.Mode}
				all = append(all, mergedSeries{t.Variant, at[k]})
			}
			at[k].Merge(x)
		}
	}
	return all
}
