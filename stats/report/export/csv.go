// Package export writes results for other people's tools, straight from the
// numbers.
package export

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// A CSV report has one row for each series (variant, operation and mode) and one
// head. Its columns are stable: further ones may come behind them. Units are in
// their names. Fields are quoted as RFC 4180 has it, lines end in a line feed,
// numbers have a point and no separators. A field is empty where the number is
// not known, did not occur or has too few samples; the column "doubtful" names
// those that failed, unfinished or dropped operations could change. Thresholds
// are of no one series and not in it.

// csvRow is what a row is made of.
type csvRow struct {
	file string
	run  *summary.Summary
	*summary.SeriesSummary
}

// csvColumn is one column. The value of one that is text is made safe.
type csvColumn struct {
	name string
	text bool
	of   func(*csvRow) string
}

// RunCSV returns the series of a run as a table.
func RunCSV(file string, s *summary.Summary) []byte {
	columns := csvColumns()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	record := make([]string, len(columns))
	for i, c := range columns {
		record[i] = c.name
	}
	w.Write(record) // to memory, which does not fail
	for i := range s.Series {
		row := &csvRow{file, s, &s.Series[i]}
		for j, c := range columns {
			if record[j] = c.of(row); c.text {
				record[j] = csvWord(record[j])
			}
		}
		w.Write(record)
	}
	w.Flush()
	return b.Bytes()
}

func csvColumns() []csvColumn {
	columns := []csvColumn{
		{"file", true, func(r *csvRow) string { return r.file }},
		{"started", true, func(r *csvRow) string { return csvTime(r.run.Started) }},
		{"target", true, func(r *csvRow) string { return run.TargetOf(r.run, r.Variant).URL }},
		{"status", true, func(r *csvRow) string { return r.run.Status }},
		{"generator_limited", true, func(r *csvRow) string { return strconv.FormatBool(r.run.Generator.Limited) }},
		{"variant", true, func(r *csvRow) string { return r.Variant }},
		{"op", true, func(r *csvRow) string { return r.Op.String() }},
		{"mode", true, func(r *csvRow) string { return r.Mode.String() }},
		{"trials", false, trialsOf},
		{"window_seconds", false, func(r *csvRow) string { return csvPositive(r.WindowSeconds, r.WindowSeconds > 0) }},
	}
	for _, c := range []struct {
		name string
		of   func(*csvRow) int64
	}{
		{"due", func(r *csvRow) int64 { return r.Due }},
		{"dropped", func(r *csvRow) int64 { return r.Dropped }},
		{"attempts", func(r *csvRow) int64 { return r.Attempts }},
		{"ok", func(r *csvRow) int64 { return r.OK }},
		{"failed", func(r *csvRow) int64 { return r.Failed }},
		{"unfinished", func(r *csvRow) int64 { return r.Unfinished }},
		{"warmup_failed", func(r *csvRow) int64 { return r.WarmupFailed }},
		{"spanning", func(r *csvRow) int64 { return r.Spanning }},
		{"size_unverified", func(r *csvRow) int64 { return r.SizeUnverified }},
		{"verified", func(r *csvRow) int64 { return r.Verified }},
		{"housekeeping", func(r *csvRow) int64 { return r.Housekeeping }},
		{"payload_bytes", func(r *csvRow) int64 { return r.Bytes }},
		{"wasted_bytes", func(r *csvRow) int64 { return r.WastedBytes }},
	} {
		columns = append(columns, csvColumn{c.name, false, func(r *csvRow) string { return strconv.FormatInt(c.of(r), 10) }})
	}
	columns = append(columns, csvRates()...)
	columns = append(columns, csvColumn{"doubtful", true, doubtfulColumns})
	for _, p := range csvPhases() {
		for _, q := range csvQuantiles(p) {
			columns = append(columns, csvColumn{latencyColumn(p, q), false, func(r *csvRow) string {
				if l := r.Latency[p]; l != nil && l.Count > 0 {
					return csvPositive(q.Value(l), true)
				}
				return ""
			}})
		}
	}
	for _, part := range stats.SegmentNames {
		// Not to be taken for the phases of the same names: these add up.
		columns = append(columns, csvColumn{"partition_" + part + "_mean_ns", false, func(r *csvRow) string {
			mean, known := r.PartitionMean[part]
			return csvPositive(mean, known)
		}})
	}
	columns = append(columns, csvColumn{"settings", true, func(r *csvRow) string {
		for i := range r.run.Totals {
			if t := &r.run.Totals[i]; t.Variant == r.Variant {
				return strings.Join(about.Settings(t.Settings), "; ")
			}
		}
		return ""
	}})
	return append(columns, csvPaths()...)
}

// csvPaths returns what TCP knew of the data connections' paths.
func csvPaths() []csvColumn {
	known := func(v func(*summary.PathSummary) float64) func(*csvRow) string {
		return func(r *csvRow) string {
			if r.Path == nil {
				return ""
			}
			return csvPositive(v(r.Path), true)
		}
	}
	return []csvColumn{
		{"tcp_rtt_mean_ns", false, known(func(p *summary.PathSummary) float64 { return p.RTTMean })},
		{"tcp_retransmits", false, known(func(p *summary.PathSummary) float64 { return float64(p.Retransmits) })},
		{"tcp_delivery_rate_mean_bytes_per_second", false, known(func(p *summary.PathSummary) float64 {
			if p.DeliveryRateMean == nil {
				return math.NaN()
			}
			return *p.DeliveryRateMean
		})},
	}
}

func csvRates() []csvColumn {
	inWindow := func(v func(*csvRow) float64, transfers bool) func(*csvRow) string {
		return func(r *csvRow) string {
			return csvPositive(v(r), r.WindowSeconds > 0 && (!transfers || r.Op.Transfers()))
		}
	}
	ofTransfers := func(v func(*summary.Throughput) float64) func(*csvRow) string {
		return func(r *csvRow) string {
			if r.Throughput == nil || r.Throughput.Count == 0 {
				return ""
			}
			return csvPositive(v(r.Throughput), true)
		}
	}
	return []csvColumn{
		{"operations_per_second", false, inWindow(func(r *csvRow) float64 { return r.OperationsPerSecond }, false)},
		{"goodput_bytes_per_second", false, inWindow(func(r *csvRow) float64 { return r.GoodputBytesPerSecond }, true)},
		{"throughput_p1_bytes_per_second", false, ofTransfers(func(t *summary.Throughput) float64 { return figures.OrNaN(t.P1) })},
		{"throughput_p50_bytes_per_second", false, ofTransfers(func(t *summary.Throughput) float64 { return float64(t.P50) })},
		{"throughput_p99_bytes_per_second", false, ofTransfers(func(t *summary.Throughput) float64 { return figures.OrNaN(t.P99) })},
		{"control_round_trips_per_operation", false, func(r *csvRow) string {
			return csvPositive(r.ControlRoundTripsPerOp, r.OK > 0)
		}},
		{"connects_per_operation", false, func(r *csvRow) string {
			return csvPositive(r.ConnectsPerOp, r.OK > 0 && r.Op.Transfers())
		}},
		{"data_tls_resumed_share", false, func(r *csvRow) string {
			if r.DataResumedShare == nil {
				return ""
			}
			return csvPositive(*r.DataResumedShare, true)
		}},
	}
}

// csvPhases returns the phases of operations, those first that answer most
// questions.
func csvPhases() []stats.Phase {
	phases := []stats.Phase{stats.Service, stats.Response, stats.Lag}
	for p := stats.Negotiate; p <= stats.Finish; p++ {
		phases = append(phases, p)
	}
	for p := stats.Connect; p <= stats.Setup; p++ { // of the operation login
		phases = append(phases, p)
	}
	return phases
}

// csvQuantiles returns what is said of a phase: more of whole operations.
func csvQuantiles(p stats.Phase) []figures.Quantile {
	if p == stats.Service || p == stats.Response {
		return []figures.Quantile{
			{Name: "samples", Value: func(l *summary.Latency) float64 { return float64(l.Count) }},
			{Name: "min", Value: func(l *summary.Latency) float64 { return float64(l.Min) }},
			{Name: "mean", Value: func(l *summary.Latency) float64 { return l.Mean }},
			figures.P50, figures.P90, figures.P95, figures.P99, figures.P999, figures.Max,
		}
	}
	return []figures.Quantile{figures.P50, figures.P99}
}

func latencyColumn(p stats.Phase, q figures.Quantile) string {
	if q.Name == "samples" {
		return p.String() + "_samples"
	}
	return p.String() + "_" + q.Name + "_ns"
}

// doubtfulColumns names the columns whose numbers are not to be relied on.
func doubtfulColumns(r *csvRow) string {
	var names []string
	for _, p := range csvPhases() {
		for _, q := range csvQuantiles(p) {
			if l := r.Latency[p]; l != nil && q.DoubtfulIn(l) {
				names = append(names, latencyColumn(p, q))
			}
		}
	}
	return strings.Join(names, " ")
}

func trialsOf(r *csvRow) string {
	for i := range r.run.Totals {
		if t := &r.run.Totals[i]; t.Variant == r.Variant {
			return strconv.Itoa(t.Trials)
		}
	}
	return ""
}

func csvTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// csvPositive writes a number that cannot be negative, integers whole and others
// with twelve significant digits; nothing where it is not known.
func csvPositive(v float64, known bool) string {
	if !known || !figures.Finite(v) || v < 0 {
		return ""
	}
	switch {
	case v == math.Trunc(v) && v < 1e15:
		return strconv.FormatInt(int64(v), 10)
	case v < 1e15:
		return figures.Plain(v, 12)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
