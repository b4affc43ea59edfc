package resultfile

import (
	"encoding/json"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
)

// ResultSchema names the shape of a result file: JSON Lines, each line one
// record with its kind under "record". Within v1 kinds and fields may be
// added; a reader passes over those that it does not know.
const Schema = "ftpmark.result/v1"

// The kinds of record, in the order they come in: one header; a conversation of
// each variant, where they were recorded; then for each trial a variant record, its intervals, a generator record and a trial record,
// in a search for capacity a step record, with sessions records wherever sessions
// were opened; one footer.
const (
	recordHeader    = "header"
	recordTalk      = "conversation"
	recordVariant   = "variant"
	recordInterval  = "interval"
	recordSessions  = "sessions"
	recordGenerator = "generator"
	recordTrial     = "trial"
	recordStep      = "step"
	recordFooter    = "footer"
)

// Header is the first record: what ran, where, against what. It never holds a
// password or another secret; the caller sees to that.
type Header struct {
	Schema  string    `json:"schema"` // [Schema]; the writer sets it
	Tool    ToolInfo  `json:"tool"`
	Started time.Time `json:"started"`
	// Epoch is the time of day at which the run's clock stood at 0, so that
	// moments of generators that ran at the same time can be compared; zero in
	// files from before it was kept.
	Epoch time.Time `json:"epoch,omitzero"`
	Seed  uint64    `json:"seed"`
	// Profile is the profile as resolved, secrets redacted; ProfileSHA256
	// the hexadecimal hash of its compact JSON, set by the writer.
	Profile       json.RawMessage `json:"profile,omitempty"`
	ProfileSHA256 string          `json:"profile_sha256,omitempty"`
	Target        TargetInfo      `json:"target"`
	Host          Host            `json:"host"`
	// Planned names the variants that are to run, in order, and Trials how
	// often each: so that a cut-off file can say what is not in it.
	Planned []string `json:"planned,omitempty"`
	Trials  int      `json:"trials,omitempty"`
	// Compare is nil for a run that does not compare its variants.
	Compare *ComparePlan `json:"compare,omitempty"`
	// Capacity is nil for a run that does not search for capacity.
	Capacity *CapacityPlan `json:"capacity,omitempty"`
	// Load is what load was asked for; nil in files from before it was
	// recorded.
	Load *LoadInfo `json:"load,omitempty"`
	// Stages are the parts of each trial's window, empty if it is not cut.
	Stages StageList `json:"stages,omitempty"`
	// Notes are remarks that a reader must know to read the numbers right.
	Notes []string `json:"notes,omitempty"`
}

// Host describes the machine that generated the load. It has no name: results
// are passed around.
type Host struct {
	OS          string `json:"os"`
	Kernel      string `json:"kernel,omitempty"`
	CPUModel    string `json:"cpu_model,omitempty"`
	CPUs        int    `json:"cpus"`
	MemoryBytes int64  `json:"memory_bytes,omitempty"`
	// Settings are the sysctls and limits that matter, by name.
	Settings map[string]string `json:"settings,omitempty"`
}

// Variant is the record that begins a trial.
type Variant struct {
	Variant string       `json:"variant"`
	Trial   int          `json:"trial"` // from 1
	At      stats.Moment `json:"at_ns"` // of the run's clock
	// Settings are what this variant overrides, for a reader.
	Settings map[string]string `json:"settings,omitempty"`
	// Target is what it measured, nil where that is the header's.
	Target *TargetInfo `json:"target,omitempty"`
	// Load is what load was asked for, nil where that is the header's.
	Load *LoadInfo `json:"load,omitempty"`
}

// Generator says how the load generator fared in one trial.
type Generator struct {
	Variant      string  `json:"variant"`
	Trial        int     `json:"trial"`
	CPUSeconds   float64 `json:"cpu_seconds"`
	CPUs         float64 `json:"cpus"` // its allowance; not an integer under a quota
	PeakRSSBytes int64   `json:"peak_rss_bytes"`
	// Descriptors were open and TimeWait sockets resting when the window
	// closed, the latter on the whole machine; 0 where that is not known.
	Descriptors int64 `json:"descriptors,omitempty"`
	TimeWait    int64 `json:"time_wait_sockets,omitempty"`
	// SchedLag and GCPause hold nanoseconds; nil if they were not watched.
	SchedLag *hdr.Histogram `json:"sched_lag_ns,omitempty"`
	GCPause  *hdr.Histogram `json:"gc_pause_ns,omitempty"`
	Limited  bool           `json:"limited"`
	// LimitedByLag says that it woke up late, and that nothing else was the limit: its own
	// lateness is all that its figures may be too high by.
	LimitedByLag bool     `json:"limited_by_lag,omitempty"`
	Reasons      []string `json:"reasons,omitempty"`
	Warnings     []string `json:"warnings,omitempty"`
}

// Footer is the last record. A file without one is a partial result.
type Footer struct {
	Ended    time.Time `json:"ended"`
	Complete bool      `json:"complete"`
	// GivenUp are the variants that were not measured to the end because no operation
	// had ever succeeded.
	GivenUp []GivenUp `json:"given_up,omitempty"`
	// Missing says, if the run is not complete, what is not in it.
	Missing []string `json:"missing,omitempty"`
	Notes   []string `json:"notes,omitempty"`
	// Warnings are remarks that put the numbers in doubt.
	Warnings []string `json:"warnings,omitempty"`
	// Target, if set, replaces the header's: a banner may have become known
	// only after the header was written.
	Target *TargetInfo `json:"target,omitempty"`
}

// GivenUp is a variant that does not work: no operation of it had ever succeeded when each
// session had tried several times, or had waited in vain. Why is how one failed, and Hint
// what to do; both are one line.
type GivenUp struct {
	Variant string `json:"variant"`
	Why     string `json:"why"`
	Hint    string `json:"hint,omitempty"`
}

// Record is one of *[Header], *[stats.Conversation], *[Variant], *[Interval], *[Sessions],
// *[Generator], *[Trial], *[Step] and *[Footer], or nil: a line of a kind that this version
// does not know.
type Record any

// Sink takes the records of a run in their order: a [Writer] keeps them in a file, a
// [Collector] in memory.
type Sink interface{ Write(Record) error }

var (
	_ Sink = (*Writer)(nil)
	_ Sink = (*Collector)(nil)
)
