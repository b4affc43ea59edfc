package stats

// summarizeStages merges the stages of a variant's trials.
func summarizeStages(r *Result, variant string) (list []StageSummary) {
	var sums stageSums
	for _, t := range r.Trials {
		if t.Variant == variant {
			for i := range t.Stages {
				sums.at(t.Stages[i].Step).merge(&t.Stages[i])
			}
		}
	}
	for _, s := range sums.list() {
		sum := StageSummary{
			Variant: variant, Step: s.Step, Planned: r.Header.stage(s.Step),
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
