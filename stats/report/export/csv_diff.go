package export

import (
	"strconv"

	"github.com/ftpmark/ftpmark/stats/compare"
)

// DiffCSV returns one row for each variant and metric, written as
// [ComparisonCSV] writes. Values are in the row's unit, the base unit of its kind; what is not known is
// empty. Change for the worse is a fraction: 0.05 for 5%.
func DiffCSV(x *compare.Diff) []byte {
	head := append([]string{"variant", "base_trials", "new_trials"}, findingColumns("new")...)
	rows := [][]string{append(head, "gate", "gate_worse", "gate_worse_low", "gate_worse_high", "gate_why", "forced",
		"base_file", "new_file", "base_status", "new_status", "base_generator_limited", "new_generator_limited")}
	for i := range x.Variants {
		v := &x.Variants[i]
		for j := range v.Findings {
			f := &v.Findings[j]
			row := []string{csvWord(v.Variant), strconv.Itoa(v.BaseTrials), strconv.Itoa(v.NewTrials)}
			row = append(row, findingFields(f, &x.Method)...)
			row = append(row, gateFields(x.Gate, v.Variant, f.Metric)...)
			rows = append(rows, append(row, strconv.FormatBool(len(x.Differences) > 0),
				csvWord(x.Base.Name), csvWord(x.New.Name), csvWord(x.Base.Status), csvWord(x.New.Status),
				strconv.FormatBool(x.Base.Generator.Limited), strconv.FormatBool(x.New.Generator.Limited)))
		}
	}
	return csvOf(rows)
}

// gateFields are what the gate says of a metric, empty where nothing was asked
// of it.
func gateFields(g *compare.Gate, variant, metric string) []string {
	if g != nil {
		for i := range g.Findings {
			if f := &g.Findings[i]; f.Variant == variant && f.Metric == metric {
				why := f.Why
				if why == "" {
					why = g.Why
				}
				return []string{csvWord(string(f.Verdict)), csvNumber(f.Worse), csvNumber(f.Low), csvNumber(f.High), csvWord(why)}
			}
		}
	}
	return make([]string, 5)
}
