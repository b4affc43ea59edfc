package capacity

import (
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Schema names the shape of [Report]. Within v1 fields may be added, never
// changed. Its JSON Schema is capacity.schema.json beside this file.
const Schema = "ftpmark.capacity/v1"

// Report is the machine-readable report of a search for capacity.
type Report struct {
	Schema string `json:"schema"`
	summary.Run
	// Load is what each step was made of but for what was varied; nil in results from before
	// it was recorded, and where a variant changed more than its mode.
	Load *resultfile.LoadInfo    `json:"load,omitempty"`
	Plan resultfile.CapacityPlan `json:"plan"`
	// Results has one entry for each variant, in order: a mode, mostly.
	Results []Result `json:"results"`

	summary.Remarks
}

// Result is what one variant holds.
type Result struct {
	Variant string `json:"variant"`
	// Mode is what was asked for, empty where that is not recorded; Modes are
	// the verbs that were used.
	Mode  string   `json:"mode"`
	Modes []string `json:"modes"`
	Vary  string   `json:"vary"`
	// Operation is the one whose times the steps have: of all variants together
	// it was due most. Empty if none was.
	Operation string `json:"operation"`
	// Capacity is the highest level that was held below the lowest that failed
	// and, if Confirmed, held again in a longer run after the failure: sessions,
	// arrivals per second or bytes per second. Null where none was held, or where
	// nothing failed before the load generator was the limit or the search was
	// cut off: [Result.Why] says so.
	Capacity  *float64 `json:"capacity"`
	Confirmed bool     `json:"confirmed"`
	// AtLeast says that no level failed: the search ended at its own bound.
	AtLeast bool `json:"at_least,omitempty"`
	// FellOver says that a level that had been held before was not any more
	// after the target had failed at a higher one.
	FellOver bool `json:"fell_over,omitempty"`
	// Limit is what broke first, at the lowest level that failed; null if none
	// did.
	Limit *Limit `json:"limit"`
	// Why says why there is no capacity, or why it is less certain than the
	// search was meant to make it; empty where it is neither.
	Why string `json:"why,omitempty"`
	// Headline is the answer in one sentence.
	Headline string `json:"headline"`
	Steps    []Step `json:"steps"`
	// USL has the models of throughput against sessions, and Better names the one
	// that describes it better: "usl" or "knee"; null and empty where sessions
	// were not varied or there are too few levels, as ModelWhy then says.
	USL      *Model `json:"usl"`
	Better   string `json:"better_model,omitempty"`
	ModelWhy string `json:"model_why,omitempty"`
	// Cost is what the server's processes used, null if they were not watched.
	Cost *Cost `json:"cost,omitempty"`
}

// Limit is what broke first.
type Limit struct {
	Cause string  `json:"cause"`
	Code  int     `json:"code,omitempty"`
	Text  string  `json:"text"`
	Hint  string  `json:"hint,omitempty"`
	Level float64 `json:"level"`
}

// Step is one level with what was measured there; numbers that are not known are
// null. Its verdict is unknown where the generator was the limit, whatever the
// record says, unless the target let fewer sessions in than were wanted.
type Step struct {
	resultfile.Step
	// WindowSeconds is 0 if no window opened.
	WindowSeconds       float64  `json:"window_seconds"`
	OperationsPerSecond *float64 `json:"operations_per_second"`
	Goodput             *float64 `json:"goodput_bytes_per_second"`
	// ServiceP50 and ServiceP99 are of [Result.Operation], in nanoseconds; p99
	// is null with too few samples. MedianDoubtful and Doubtful say that
	// operations that failed or did not finish could change p50 and p99.
	ServiceP50     *int64 `json:"service_p50_ns"`
	ServiceP99     *int64 `json:"service_p99_ns"`
	MedianDoubtful bool   `json:"p50_doubtful,omitempty"`
	Doubtful       bool   `json:"doubtful,omitempty"`
	Attempts       int64  `json:"attempts"`
	Failed         int64  `json:"failed"`
	// ErrorRate is the share of the operations due that failed, did not finish
	// or were dropped; null if none was due.
	ErrorRate *float64 `json:"error_rate"`
	Limited   bool     `json:"limited,omitempty"` // the generator was
}

// Cost is what a unit of load takes of the server.
type Cost struct {
	// BytesPerSession is resident memory, from the held step with the most
	// sessions; pages that processes share are counted in each.
	BytesPerSession     *float64 `json:"bytes_per_session"`
	ProcessesPerSession *float64 `json:"processes_per_session"`
	// CPUSecondsPerGiB, CPUSecondsPerOperation and SessionsPerCore are at the
	// found level.
	CPUSecondsPerGiB       *float64 `json:"cpu_seconds_per_gib"`
	CPUSecondsPerOperation *float64 `json:"cpu_seconds_per_operation"`
	SessionsPerCore        *float64 `json:"sessions_per_core"`
}
