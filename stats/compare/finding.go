package compare

// Unit is what a metric's values are in.
type Unit string

// The units.
const (
	BytesPerSecond Unit = "B/s"
	PerSecond      Unit = "1/s"
	Nanoseconds    Unit = "ns"
	Share          Unit = "share" // 0 to 1
)

// Finding is what was found of one metric: of a variant against the base, or of
// a new result against an old one.
type Finding struct {
	// Metric is its name: "goodput", "operations" and "errors.rate" of all
	// operations together, "retr.service.p99" of one. Op is empty for the
	// former.
	Metric string `json:"metric"`
	Op     string `json:"op,omitempty"`
	Unit   Unit   `json:"unit"`
	// Higher says that more is better.
	Higher bool `json:"higher_is_better"`
	// Primary metrics were declared beforehand and each have the whole error
	// rate; the others share one (see PAdjusted).
	Primary bool `json:"primary"`

	// Base and New are the medians of the trials' values; null unless every
	// trial of the side that is compared has one.
	Base *float64 `json:"base"`
	New  *float64 `json:"new"`
	// Ratio is New against Base: the median of the paired ratios, or the ratio
	// of the medians of two results; Low and High are its interval. For
	// errors.rate all three are differences (new − base), because a ratio has
	// no meaning against zero: Difference is then true.
	Ratio      *float64 `json:"ratio"`
	Low        *float64 `json:"low"`
	High       *float64 `json:"high"`
	Difference bool     `json:"is_difference,omitempty"`
	// P is two-sided. PAdjusted is Holm's over all metrics that are not
	// primary, null for those that are.
	P         *float64 `json:"p"`
	PAdjusted *float64 `json:"p_adjusted,omitempty"`

	Verdict Verdict `json:"verdict"`
	// Why is why there is no verdict, or what else to know; it may be empty.
	Why string `json:"why,omitempty"`
	// PairsNeeded is how many pairs would likely settle an inconclusive one,
	// null where that cannot be said.
	PairsNeeded *int `json:"pairs_needed,omitempty"`
	// TrialsNeeded is the same of two results: how many trials of each.
	TrialsNeeded *int `json:"trials_needed,omitempty"`

	// BaseValues and NewValues are the trials' values, null for a trial without
	// one; in a paired comparison those of one block have one index.
	BaseValues []*float64 `json:"base_values"`
	NewValues  []*float64 `json:"new_values"`
}
