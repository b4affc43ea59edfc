package compare

import (
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// DiffSchema names the shape of [Diff]. Within v1 fields may be added, never
// changed. Its JSON Schema is diff.schema.json beside this file.
const DiffSchema = "ftpmark.diff/v1"

// Diff is the machine-readable report of two results that were made at
// different times.
type Diff struct {
	Schema string `json:"schema"`
	Base   Side   `json:"base"`
	New    Side   `json:"new"`
	// Load is that of both; nil where it was not recorded, or is another for some.
	Load *resultfile.LoadInfo `json:"load,omitempty"`
	// Differences are the settings, targets and schemas in which the results
	// differ and which make a comparison doubtful; it was forced if there are
	// any. Remarks are differences that do not, such as another machine's load.
	Differences []Unlike `json:"differences"`
	Remarks     []Unlike `json:"remarks,omitempty"`
	Method      Method   `json:"method"`
	// Plan: the primary metrics and the practical threshold.
	Primary         []string      `json:"primary"`
	ThresholdEffect float64       `json:"threshold_effect"`
	Variants        []VariantDiff `json:"variants"`
	// OnlyBase and OnlyNew are series (variant and operation) that one side
	// lacks.
	OnlyBase []string `json:"only_base,omitempty"`
	OnlyNew  []string `json:"only_new,omitempty"`
	// Gate is null where nothing was asked of the diff.
	Gate *Gate `json:"gate,omitempty"`
}

// Side is one of the two results.
type Side struct {
	// Name is the file's.
	Name string `json:"name"`
	summary.Run
	Trials int `json:"trials"` // whole ones of each variant, the fewest
}

// Unlike is something in which two results differ.
type Unlike struct {
	What string `json:"what"` // a profile's key, "target", "schema" …
	Base string `json:"base"`
	New  string `json:"new"`
}

// VariantDiff is one variant on both sides.
type VariantDiff struct {
	Variant string `json:"variant"`
	// BaseTrials and NewTrials are whole ones. With fewer than [MinTrials] on
	// either side every verdict is Descriptive.
	BaseTrials int       `json:"base_trials"`
	NewTrials  int       `json:"new_trials"`
	Findings   []Finding `json:"metrics"`
	// Shifts has, for each operation, service quantile by quantile.
	Shifts []QuantileShift `json:"shifts"`
}

// MinTrials is how many trials each of two results needs for a verdict: with
// fewer no exact two-sided Mann–Whitney p is below 5%.
const MinTrials = 4

// QuantileShift is the service time of one operation quantile by quantile, all
// trials of a side together. It describes and decides nothing: operations are
// not independent.
type QuantileShift struct {
	Op     string          `json:"op"`
	Points []QuantilePoint `json:"quantiles"`
}

// QuantilePoint is one quantile on both sides. Quantiles for which a side has
// too few samples are left out.
type QuantilePoint struct {
	Percentile float64 `json:"percentile"`
	Base       int64   `json:"base_ns"`
	New        int64   `json:"new_ns"`
	Ratio      float64 `json:"ratio"`
	// Doubtful says that operations which failed or did not finish could change
	// it on either side.
	Doubtful bool `json:"doubtful,omitempty"`
}

// GateVerdict is what a regression gate says.
type GateVerdict string

// The gate's verdicts.
const (
	GatePassed   GateVerdict = "passed"
	GateMissed   GateVerdict = "missed"
	GateUnjudged GateVerdict = "no verdict"
)

// Gate holds the primary metrics of a diff to a bound on regression.
type Gate struct {
	// MaxRegression is the largest change for the worse that is accepted, 0.05
	// for 5%.
	MaxRegression float64 `json:"max_regression"`
	// Verdict is the worst of Findings: missed, else without a verdict, else
	// passed.
	Verdict  GateVerdict   `json:"verdict"`
	Findings []GateFinding `json:"findings"`
	// Why is why nothing passes at all (a limited generator, a partial
	// result); it may be empty.
	Why string `json:"why,omitempty"`
}

// GateFinding is one primary metric of one variant held to the bound.
type GateFinding struct {
	Variant string `json:"variant"`
	Metric  string `json:"metric"`
	// Worse is the change for the worse, negative for the better; Low and High
	// its interval. Null where they are not known.
	Worse   *float64    `json:"worse"`
	Low     *float64    `json:"low"`
	High    *float64    `json:"high"`
	Verdict GateVerdict `json:"verdict"`
	Why     string      `json:"why,omitempty"`
	// TrialsNeeded is how many trials of each result would likely settle it, null where that
	// cannot be said.
	TrialsNeeded *int `json:"trials_needed,omitempty"`
}
