package summary

import "github.com/ftpmark/ftpmark/stats/resultfile"

// summarizeStages merges the stages of a variant's trials.
func summarizeStages(r *resultfile.Result, variant string) (list []StageSummary) {
	var sums resultfile.StageSums
	for _, t := range r.Trials {
		if t.Variant == variant {
			for i := range t.Stages {
				sums.At(t.Stages[i].Step).Merge(&t.Stages[i])
			}
		}
	}
	for _, s := range sums.List() {
		sum := StageSummary{
			Variant: variant, Step: s.Step, Planned: r.Header.Stage(s.Step),
			Seconds: s.Measured.Seconds(), Sessions: s.Sessions, Series: []StageSeries{},
		}
		if sum.Planned != nil {
			sum.Name = sum.Planned.Name
		}
		for _, x := range s.Series {
			ops, goodput := x.RatesOver(s.Measured)
			sum.Series = append(sum.Series, StageSeries{
				Op: x.Op, Mode: x.Mode, OK: x.OK, Failed: x.Failed, Dropped: x.Dropped,
				OperationsPerSecond: ops, GoodputBytesPerSecond: goodput,
				Latency: summarizePhases(&x.Latency, x.Others),
			})
		}
		list = append(list, sum)
	}
	return list
}
