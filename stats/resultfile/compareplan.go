package resultfile

import (
	"fmt"
	"slices"
)

// ComparePlan says how a run compares its variants. It is decided before the
// first trial and kept in the file, so that the verdicts can be made again from
// it and from nothing else.
type ComparePlan struct {
	// Pairs is how many blocks are run, each with one trial of every variant;
	// with UntilVerdict how many there are before the first look.
	Pairs int `json:"pairs"`
	// UntilVerdict goes on, up to MaxPairs blocks, until every primary metric
	// has a verdict. MaxPairs is Pairs otherwise.
	UntilVerdict bool `json:"until_verdict,omitempty"`
	MaxPairs     int  `json:"max_pairs"`
	// Primary are the metrics that were declared to decide, such as "goodput"
	// and "service.p99"; one without an operation means that of each.
	Primary []string `json:"primary"`
	// ThresholdEffect is the least change that matters, 0.03 for 3%.
	ThresholdEffect float64 `json:"threshold_effect"`
	// AA says that the variants are one and the same: what differs is noise.
	AA bool `json:"aa,omitempty"`
	// Cooldown is the pause between trials, as a text such as "500ms"; empty in files that lack
	// it.
	Cooldown string `json:"cooldown,omitempty"`
}

// The bounds of a comparison: below MinPairs an exact signed-rank test has no
// two-sided p below 5%.
const (
	MinPairs = 6
	MaxPairs = 1000
)

// Check reports why the plan cannot be, nil if it can or is nil.
func (p *ComparePlan) Check() error {
	switch {
	case p == nil:
		return nil
	case p.Pairs < MinPairs || p.MaxPairs < p.Pairs || p.MaxPairs > MaxPairs:
		return fmt.Errorf("comparison: %d to %d pairs", p.Pairs, p.MaxPairs)
	case !(p.ThresholdEffect > 0 && p.ThresholdEffect < 1):
		return fmt.Errorf("comparison: a practical threshold of %v", p.ThresholdEffect)
	case len(p.Primary) == 0 || len(p.Primary) > 20 || slices.Contains(p.Primary, ""):
		return fmt.Errorf("comparison: %d primary metrics", len(p.Primary))
	}
	return nil
}
