package threshold

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
)

// kind is what a metric is about. Zero is none.
type kind uint8

const (
	latency kind = iota + 1 // a phase's
	throughput
	goodput
	operations
	errorsOf
	dropped
	unfinished
	wasted
	sessions
	numKinds
)

var kindNames = [numKinds]string{
	throughput: "throughput", goodput: "goodput", operations: "operations", errorsOf: "errors",
	dropped: "dropped", unfinished: "unfinished", wasted: "wasted", sessions: "sessions",
}

// subject is a phase or a rate. phase is zero where kind is not latency.
type subject struct {
	kind  kind
	phase stats.Phase
}

func (s subject) String() string {
	if s.kind == latency {
		return s.phase.String()
	}
	return kindNames[s.kind]
}

// subjectOf returns the subject of that name.
func subjectOf(word string) (subject, bool) {
	for p := range stats.NumPhases {
		if p.String() == word {
			return subject{latency, p}, true
		}
	}
	if i := slices.Index(kindNames[:], word); i > 0 && word != "" {
		return subject{kind: kind(i)}, true
	}
	return subject{}, false
}

// has reports whether an operation can have the metric at all.
func (s subject) has(op stats.Op) bool {
	switch {
	case s.kind == throughput || s.kind == goodput || s.kind == wasted:
		return op.Transfers()
	case s.kind != latency || s.phase == stats.Lag || s.phase == stats.Service || s.phase == stats.Response:
		return true
	case s.phase.OfSession():
		return op == stats.Login
	}
	return op.Transfers()
}

// needsTLS reports whether only a secured run has the metric.
func (s subject) needsTLS() bool {
	if s.kind != latency {
		return false
	}
	switch s.phase {
	case stats.TLS, stats.DataTLS, stats.DataTLSResumed, stats.DataTLSFull:
		return true
	}
	return false
}

// needsOpen reports whether only an open load has the metric: in a closed one
// every operation starts when it is due.
func (s subject) needsOpen() bool {
	return s.kind == dropped || s.kind == latency && (s.phase == stats.Lag || s.phase == stats.Response)
}

// statistics returns those that the metric has, the one that is meant where
// none is named first, if there is such a one; of a comparison those by which
// variants are compared, none if they are not.
func (t Threshold) statistics() (all []statistic, optional bool) {
	if t.OfComparison() {
		return t.subject.compared()
	}
	return t.subject.measured()
}

// compared returns the statistics of a comparison.
func (s subject) compared() (all []statistic, optional bool) {
	switch {
	case s.kind == goodput || s.kind == operations:
		return []statistic{rate}, true
	case s.kind == errorsOf:
		return []statistic{rate}, false
	case s.kind == latency && (s.phase == stats.Service || s.phase == stats.Response):
		return []statistic{p50, p95, p99}, false
	case s.kind == latency && s.phase == stats.DataReady:
		return []statistic{p50}, false
	}
	return nil, false
}

// comparedSubjects returns the phases and rates that have a [subject.compared].
func comparedSubjects() []string {
	return []string{"goodput", "operations", "errors", "service", "data_ready", "response"}
}

// measured returns the statistics of a run.
func (s subject) measured() (all []statistic, optional bool) {
	switch s.kind {
	case latency:
		return []statistic{p50, p90, p95, p99, p999, p9999, mean, least, most, count}, false
	case throughput:
		return []statistic{p1, p50, p99, least, most, count}, false
	case goodput:
		return []statistic{rate}, true
	case operations:
		return []statistic{rate, count}, true
	case wasted:
		return []statistic{count}, true
	case sessions:
		return []statistic{count}, false
	}
	return []statistic{rate, count}, false
}

// dimension returns what the values of one of the metric's statistics are.
func (s subject) dimension(x statistic) dimension {
	switch {
	case s.kind == wasted:
		return size
	case x == count:
		return whole
	case s.kind == latency:
		return duration
	case s.kind == throughput || s.kind == goodput:
		return byteRate
	case s.kind == operations:
		return operationRate
	}
	return share
}

// statistic is a number that is taken of a metric. Zero is none.
type statistic uint8

const (
	p1 statistic = iota + 1
	p50
	p90
	p95
	p99
	p999
	p9999
	mean
	least
	most
	count
	rate
	numStatistics
)

var statisticNames = [numStatistics]string{
	p1: "p1", p50: "p50", p90: "p90", p95: "p95", p99: "p99", p999: "p99.9", p9999: "p99.99",
	mean: "mean", least: "min", most: "max", count: "count", rate: "rate",
}

// String returns the statistic's name as people write it.
func (x statistic) String() string { return statisticNames[x] }

// statisticOf returns the statistic of that name.
func statisticOf(word string) (statistic, bool) {
	if strings.HasPrefix(word, "p99_") {
		word = strings.Replace(word, "_", ".", 1)
	}
	i := slices.Index(statisticNames[:], word)
	return statistic(max(i, 0)), i > 0 && word != ""
}

// percentile returns the percentile in hundredths of a percent; the minimum
// and the maximum are p0 and p100.
func (x statistic) percentile() (hundredths int64, ok bool) {
	switch x {
	case least:
		return 0, true
	case p1:
		return 100, true
	case p50:
		return 5000, true
	case p90:
		return 9000, true
	case p95:
		return 9500, true
	case p99:
		return 9900, true
	case p999:
		return 9990, true
	case p9999:
		return 9999, true
	case most:
		return 10000, true
	}
	return 0, false
}

// looksLikePercentile reports whether a word is p and a number.
func looksLikePercentile(word string) bool {
	return len(word) > 1 && word[0] == 'p' && strings.Trim(word[1:], "0123456789._") == ""
}

// forComparisons is the first word of metrics that compare variants.
const forComparisons = "compare"

// subjectWords returns the phases and rates as one may write them.
func subjectWords() []string {
	words := []string{}
	for _, p := range []stats.Phase{stats.Service, stats.Response} { // the usual ones first
		words = append(words, p.String())
	}
	for p := range stats.NumPhases {
		if !slices.Contains(words, p.String()) {
			words = append(words, p.String())
		}
	}
	return append(words, kindNames[throughput:]...)
}

// isWord reports whether the grammar gives a word a meaning of its own, so that
// it cannot be a variant's name. Modes are none of these: they may be.
func isWord(word string) bool {
	if _, ok := subjectOf(word); ok {
		return true
	}
	if _, ok := statisticOf(word); ok {
		return true
	}
	_, err := stats.ParseOp(word)
	return err == nil || word == forComparisons
}

// modeWords returns what selects series by their mode.
func modeWords() []string { return []string{"passive", "active", "epsv", "pasv", "eprt", "port"} }

// isMode reports whether a series of mode m is meant by a mode's name.
func isMode(name string, m stats.Mode) bool {
	switch name {
	case "passive":
		return m == stats.EPSV || m == stats.PASV
	case "active":
		return m.Active()
	}
	return m != stats.NoMode && m.String() == name
}
