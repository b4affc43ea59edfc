package summary

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// SummarySchema names the shape of [Summary]. Within v1 fields may be added,
// never changed.
const Schema = "ftpmark.summary/v1"

// The statuses of a summary.
const (
	Complete = "complete" // the run ended by itself and the file has its footer
	Partial  = "partial"  // interrupted, killed, out of disk or cut off
)

// Summary is the machine-readable report of a run. Its JSON Schema is
// summary.schema.json beside this file.
type Summary struct {
	Schema string `json:"schema"`
	Run
	Series   []SeriesSummary `json:"series"`
	Sessions SessionsSummary `json:"sessions"`
	Errors   []ErrorSummary  `json:"errors"`
	// WarmupErrors are those of the warm-ups, which are in none of the other figures.
	WarmupErrors []ErrorSummary `json:"warmup_errors,omitempty"`
	// Totals has one entry for each variant that began, in order.
	Totals []TotalSummary `json:"totals"`
	// Load is nil in results from before it was recorded.
	Load *resultfile.LoadInfo `json:"load,omitempty"`
	// Stages holds, variant by variant, the stages that began; empty where
	// the load did not change over time.
	Stages []StageSummary `json:"stages,omitempty"`
	Remarks
}

// Run is what every report says of the run that it is of.
type Run struct {
	Status    string                `json:"status"` // [Complete] or [Partial]
	Tool      resultfile.ToolInfo   `json:"tool"`
	Started   time.Time             `json:"started"`
	Seed      uint64                `json:"seed"`
	Target    resultfile.TargetInfo `json:"target"`
	Generator GeneratorSummary      `json:"generator"`
	// Failed are the variants of which no operation succeeded.
	Failed []FailedVariant `json:"failed_variants,omitempty"`
}

// Remarks are what a reader must know beside the numbers.
type Remarks struct {
	// Notes say how to read the numbers right.
	Notes []string `json:"notes,omitempty"`
	// Warnings put the numbers in doubt.
	Warnings []string `json:"warnings,omitempty"`
	// Missing says, for a partial result, what is not in it.
	Missing []string `json:"missing,omitempty"`
}

// GeneratorSummary says how the load generator itself fared in the measured
// windows. A limited generator's numbers are its own, not the server's.
type GeneratorSummary struct {
	Limited bool     `json:"limited"`
	Reasons []string `json:"reasons"`
	// Warnings do not make a result limited: a busy shared host, for one.
	Warnings     []string `json:"warnings,omitempty"`
	CPUSeconds   float64  `json:"cpu_seconds"`
	CPUs         float64  `json:"cpus"`
	PeakRSSBytes int64    `json:"peak_rss_bytes"`
	SchedLag     *Latency `json:"sched_lag_ns,omitempty"`
	GCPause      *Latency `json:"gc_pause_ns,omitempty"`
}

// SeriesSummary is one (variant, operation, mode).
type SeriesSummary struct {
	Variant string     `json:"variant"`
	Op      stats.Op   `json:"op"`
	Mode    stats.Mode `json:"mode"`

	Attempts    int64 `json:"attempts"`
	OK          int64 `json:"ok"`
	Failed      int64 `json:"failed"`
	Unfinished  int64 `json:"unfinished"`
	Bytes       int64 `json:"bytes"`
	Due         int64 `json:"due"`
	Dropped     int64 `json:"dropped"`
	WastedBytes int64 `json:"wasted_bytes"`
	// SizeUnverified counts ok transfers whose size could not be checked.
	SizeUnverified int64 `json:"size_unverified,omitempty"`
	// Spanning counts operations that lasted from before the window to after
	// it: their sessions have no part in the other counts.
	Spanning int64 `json:"spanning,omitempty"`
	// DataResumedShare is the share of the ok transfers' TLS handshakes that
	// resumed the control connection's session; nil without TLS.
	DataResumedShare *float64 `json:"data_tls_resumed_share,omitempty"`
	// WarmupFailed counts operations that failed in the warm-up; they are in
	// none of the other figures.
	WarmupFailed int64 `json:"warmup_failed,omitempty"`
	// Verified counts ok transfers whose content or size on the server was
	// checked; Housekeeping operations outside of the measurement that made
	// a file or a folder for a measured one.
	Verified     int64 `json:"verified,omitempty"`
	Housekeeping int64 `json:"housekeeping,omitempty"`

	WindowSeconds          float64 `json:"window_seconds"`
	DueSeconds             float64 `json:"due_seconds,omitempty"` // as in [TotalSummary]
	OperationsPerSecond    float64 `json:"operations_per_second"`
	GoodputBytesPerSecond  float64 `json:"goodput_bytes_per_second"`
	ControlRoundTripsPerOp float64 `json:"control_round_trips_per_operation"`
	ConnectsPerOp          float64 `json:"connects_per_operation"`

	Latency map[stats.Phase]*Latency `json:"latency_ns"`
	// PartitionMean holds the mean of each part of an operation, in
	// nanoseconds, by the names of [stats.SegmentNames]; the parts add up to the
	// mean of service.
	PartitionMean map[string]float64 `json:"partition_mean_ns,omitempty"`
	Throughput    *Throughput        `json:"throughput_bytes_per_second,omitempty"`
	// Path is nil where TCP could not be asked.
	Path *PathSummary `json:"path,omitempty"`
}

// TotalSummary is all operations of one variant together: counts and rates add
// up, percentiles do not.
type TotalSummary struct {
	Variant    string `json:"variant"`
	Trials     int    `json:"trials"` // that began
	Attempts   int64  `json:"attempts"`
	OK         int64  `json:"ok"`
	Failed     int64  `json:"failed"`
	Unfinished int64  `json:"unfinished"`
	Dropped    int64  `json:"dropped"`
	Due        int64  `json:"due"`
	Bytes      int64  `json:"bytes"`
	// BacklogGrowth is how many more operations were waiting to begin when
	// the window closed than when it opened; negative if it shrank.
	BacklogGrowth int64 `json:"backlog_growth,omitempty"`
	// DisconnectedShare is the largest of the trials' (see [resultfile.Trial]): where
	// it is not near 0, few operations began and so few could fail.
	DisconnectedShare float64 `json:"disconnected_share,omitempty"`

	OperationsPerSecond   float64 `json:"operations_per_second"`
	GoodputBytesPerSecond float64 `json:"goodput_bytes_per_second"`
	WindowSeconds         float64 `json:"window_seconds"`
	// DueSeconds is the time over which the operations were due, 0 where that
	// is WindowSeconds (see [resultfile.Trial]).
	DueSeconds float64 `json:"due_seconds,omitempty"`
	// Settings are what this variant overrides, for a reader; nil where that
	// is but the mode that it is named for.
	Settings map[string]string `json:"settings,omitempty"`
	// Target is what this variant measured and Load what load was asked of
	// it, nil where that is the run's.
	Target *resultfile.TargetInfo `json:"target,omitempty"`
	Load   *resultfile.LoadInfo   `json:"load,omitempty"`
}

// StageSummary is one stage of a variant, its trials together. Operations are
// counted in the stage in which they ended.
type StageSummary struct {
	Variant string `json:"variant"`
	Step    int    `json:"step"` // from 1
	Name    string `json:"name"`
	// Seconds is what was measured; Planned what was asked for, nil if that
	// was not recorded.
	Seconds float64               `json:"seconds"`
	Planned *resultfile.StageInfo `json:"planned,omitempty"`
	// Sessions is the most that were in use at one time, 0 if not known.
	Sessions int           `json:"sessions"`
	Series   []StageSeries `json:"series"`
}

// StageSeries is one operation in one mode in one stage. Latency has service,
// and in an open load lag and response.
type StageSeries struct {
	Op                    stats.Op                 `json:"op"`
	Mode                  stats.Mode               `json:"mode"`
	OK                    int64                    `json:"ok"`
	Failed                int64                    `json:"failed"`
	Dropped               int64                    `json:"dropped,omitempty"`
	OperationsPerSecond   float64                  `json:"operations_per_second"`
	GoodputBytesPerSecond float64                  `json:"goodput_bytes_per_second"`
	Latency               map[stats.Phase]*Latency `json:"latency_ns"`
}

// PathSummary is what this machine's TCP knew of the paths of the data
// connections of ok transfers as they closed (see [stats.TCPPath]).
type PathSummary struct {
	// Transfers is of how many it is known.
	Transfers int64   `json:"transfers"`
	RTTMean   float64 `json:"rtt_mean_ns"`
	// Retransmits is the sum over all of them.
	Retransmits int64 `json:"retransmits"`
	// DeliveryRateMean is nil for downloads and for small uploads.
	DeliveryRateMean *float64 `json:"delivery_rate_mean_bytes_per_second,omitempty"`
}

// SessionsSummary counts log-ins over the whole run.
type SessionsSummary struct {
	Opened  int64                    `json:"opened"`
	Failed  int64                    `json:"failed"`
	Latency map[stats.Phase]*Latency `json:"latency_ns"`
}

// ErrorSummary counts failures of one kind. Op is empty for failures of a
// session's set-up.
type ErrorSummary struct {
	Variant string      `json:"variant"`
	Op      string      `json:"op"`
	Mode    stats.Mode  `json:"mode"`
	Phase   stats.Phase `json:"phase"`
	Code    int         `json:"code,omitempty"`
	Class   stats.Class `json:"class"`
	Count   int64       `json:"count"`
	Example string      `json:"example"`
	Hint    string      `json:"hint,omitempty"`
}
