package compare

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Schema names the shape of [Comparison]. Within v1 fields may be added, never
// changed. Its JSON Schema is compare.schema.json beside this file.
const Schema = "ftpmark.compare/v1"

// Comparison is the machine-readable report of a comparison of variants that
// ran interleaved.
type Comparison struct {
	Schema string `json:"schema"`
	summary.Run
	// Load is that of all variants; nil in results from before it was recorded, and where one
	// changed more than its mode.
	Load   *resultfile.LoadInfo   `json:"load,omitempty"`
	Plan   resultfile.ComparePlan `json:"plan"`
	Method Method                 `json:"method"`
	// Variants has the base first.
	Variants []Variant `json:"variants"`
	// Against has each further variant against the base.
	Against []Against `json:"comparisons"`
	// Noise is what an A/A run found of the machine; null otherwise.
	Noise *Noise `json:"noise,omitempty"`

	summary.Remarks
}

// Method says how the verdicts were reached, in numbers and in words with their
// sources, so that somebody else can do it again.
type Method struct {
	// Alpha is the error rate of each primary metric over the whole run, 0.05.
	Alpha float64 `json:"alpha"`
	// Level is the confidence level of the intervals, 0.95, and Critical what
	// p must not exceed, 0.05; with --until verdict they are those of the last
	// look, of which Looks were taken.
	Level     float64 `json:"level"`
	Critical  float64 `json:"critical_p"`
	Looks     int     `json:"looks"`
	Resamples int     `json:"resamples,omitempty"`
	// Seed is that of the bootstrap.
	Seed       uint64 `json:"seed"`
	Interval   string `json:"interval"`
	Test       string `json:"test"`
	Correction string `json:"correction"`
	Stopping   string `json:"stopping,omitempty"`
}

// Variant is one of the variants, its whole trials together. Attempts, OK, Failed
// and Bytes are also of what came to an end in trials that ended early, so that
// who breaks down is not free of errors; what was unfinished or dropped in these
// is left out, as to stop the run does that too.
type Variant struct {
	Name     string            `json:"name"`
	Settings map[string]string `json:"settings"`
	// Modes are the verbs that were used.
	Modes      []string `json:"modes"`
	Trials     int      `json:"trials"` // whole ones
	Attempts   int64    `json:"attempts"`
	OK         int64    `json:"ok"`
	Failed     int64    `json:"failed"`
	Unfinished int64    `json:"unfinished"`
	Dropped    int64    `json:"dropped"`
	// DisconnectedShare is the largest of the whole trials' (see [resultfile.Trial]).
	DisconnectedShare float64 `json:"disconnected_share,omitempty"`
	Bytes             int64   `json:"bytes"`
}

// Against is one variant against the base.
type Against struct {
	Variant string `json:"variant"`
	Base    string `json:"base"`
	// Pairs is how many blocks have a whole trial of both.
	Pairs int `json:"pairs"`
	// Findings has the primary metrics first.
	Findings []Finding `json:"metrics"`
	// Operations say, for each operation, where the time goes.
	Operations []Operation `json:"operations"`
}

// hopeless reports whether no further pairs can bring a verdict: there were
// enough for a test and none was made, as a pair lacks a value (a percentile for
// want of samples, say). It will lack it still when there are more.
func (a *Against) hopeless(f *Finding) bool {
	return a.Pairs >= resultfile.MinPairs && f.P == nil
}

// Operation compares where the time of one operation goes.
type Operation struct {
	Op string `json:"op"`
	// Phases are those that either side has, in their order.
	Phases []PhaseShift `json:"phases"`
	// Cause is the piece of the operation in which the difference lies, for the
	// worse or the better; null where service's mean has not clearly shifted,
	// and where no piece makes up at least half of its shift and stands out of
	// the noise and of the practical threshold. Differs is the phase that the
	// piece is named after, empty without one.
	Cause   *PartShift `json:"cause,omitempty"`
	Differs string     `json:"differs,omitempty"`
	// RoundTrips and Connects are per ok operation, base and variant; 0 where
	// none was ok.
	RoundTrips [2]float64 `json:"control_round_trips_per_operation"`
	Connects   [2]float64 `json:"connects_per_operation"`
	// LateConnect says that one side is active and the other is not, and that the
	// server connects only after the transfer command: data_ready and command of
	// the two are not of the same things, startup is.
	LateConnect bool `json:"connects_after_command,omitempty"`
	// Mean says what the mean operation of each side is made of; null where that
	// is not known: see [Makeup].
	Mean *[2]Makeup `json:"mean,omitempty"`
}

// Makeup is what the mean ok operation of one side is made of, in nanoseconds:
// its parts add up to the mean service time. It is known of transfers that only
// receive, where TCP told the round-trip time (of one that sends it holds the
// wait in queues) and all that was spent on the wire fits into the operation.
type Makeup struct {
	// RoundTrip is TCP's round-trip time on the data connections.
	RoundTrip float64 `json:"round_trip_ns"`
	// Wire is what round trips cost: those of the control connection and one for
	// each data connection, times RoundTrip.
	Wire float64 `json:"wire_ns"`
	// Handshake is TLS on the data connection.
	Handshake float64 `json:"data_tls_ns"`
	// Payload is the time from the first byte to the last.
	Payload float64 `json:"payload_ns"`
	// Server is the rest, which is the server's own time but for the little that
	// the client takes.
	Server float64 `json:"server_ns"`
}

// PhaseShift is one phase on both sides. Percentiles do not add up: the p50s
// are of each phase by itself.
type PhaseShift struct {
	Phase stats.Phase `json:"phase"`
	// Base and New are the medians of the trials' p50, nanoseconds; null unless
	// every trial of the side that is compared has the phase.
	Base *float64 `json:"base_p50_ns"`
	New  *float64 `json:"new_p50_ns"`
	// Shift is the median of the paired differences of p50 in nanoseconds, Low
	// and High its interval; null unless every trial of both has the phase.
	Shift *float64 `json:"shift_ns"`
	Low   *float64 `json:"low_ns"`
	High  *float64 `json:"high_ns"`
	// Doubtful says that operations which failed or did not finish could change
	// a p50: the phases are of ok operations.
	Doubtful bool `json:"doubtful,omitempty"`
}

// PartShift is the shift of one of the pieces that make up the mean operation
// and, unlike the phases, do not overlap: of a transfer negotiate; data_ready
// less negotiate; command, from data_ready until the go-ahead (both together are
// startup where LateConnect says so); data_tls; ttfb less all these; payload;
// finish. Of a log-in they are its phases. All numbers
// are of means over ok operations, and so not those of the p50s in
// [Operation.Phases].
type PartShift struct {
	Phase stats.Phase `json:"phase"`
	// Shift is the median of the paired differences in nanoseconds, and Low to
	// High its interval, which excludes 0.
	Shift float64 `json:"shift_ns"`
	Low   float64 `json:"low_ns"`
	High  float64 `json:"high_ns"`
	// ServiceShift is that of the whole service time, and Share is Shift ÷
	// ServiceShift, 0.5 or more: above 1 where other pieces made up for some.
	ServiceShift float64 `json:"service_shift_ns"`
	Share        float64 `json:"share"`
}

// Noise is how far apart an A/A run found a variant from itself.
type Noise struct {
	// Metrics has one entry for each primary metric.
	Metrics []MetricNoise `json:"metrics"`
	// TooMuch says that the resolution of one of them exceeds the practical
	// threshold, or that there is a verdict where nothing differs.
	TooMuch bool `json:"too_much"`
}

// MetricNoise is the noise of one metric on this machine.
type MetricNoise struct {
	Metric string `json:"metric"`
	// Spread is the standard deviation of the paired log-ratios: 0.02 means
	// that two trials of the same thing commonly differ by 2%.
	Spread *float64 `json:"spread"`
	// Resolution is the half-width of the interval of the ratio (of the
	// difference, for errors.rate, which has no Spread): changes below it cannot
	// be seen with so many pairs.
	Resolution *float64 `json:"resolution"`
	// PairsNeeded is how many pairs would likely bring a resolution above the
	// practical threshold below it; null also where that is more than can be
	// run.
	PairsNeeded *int `json:"pairs_needed,omitempty"`
}
