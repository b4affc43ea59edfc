package compare

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
)

// quantileShifts compares the service time of each operation that both sides
// have, quantile by quantile.
func quantileShifts(ops []stats.Op, base, new *side) []QuantileShift {
	shifts := []QuantileShift{}
	for _, op := range ops {
		b, bOthers := pooled(base.trials, op, stats.Service)
		n, nOthers := pooled(new.trials, op, stats.Service)
		if b.Count() == 0 || n.Count() == 0 {
			continue
		}
		s := QuantileShift{Op: op.String(), Points: []QuantilePoint{}}
		for _, p := range []float64{1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99} {
			need := hdr.SamplesFor(p)
			x := QuantilePoint{Percentile: p, Base: b.ValueAtPercentile(p), New: n.ValueAtPercentile(p)}
			if b.Count() < need || n.Count() < need || x.Base <= 0 {
				continue
			}
			x.Ratio = float64(x.New) / float64(x.Base)
			x.Doubtful = b.Doubtful(p, bOthers) || n.Doubtful(p, nOthers)
			s.Points = append(s.Points, x)
		}
		shifts = append(shifts, s)
	}
	return shifts
}
