package export

import (
	"strconv"

	"github.com/ftpmark/ftpmark/stats/capacity"
)

// CapacityCSV returns one row for each step, with what its variant came to. What
// is not known is empty; levels are in the unit of what was varied.
func CapacityCSV(c *capacity.Report) []byte {
	rows := [][]string{{
		"variant", "mode", "vary", "trial", "level", "purpose", "verdict", "opened", "wanted", "steady",
		"window_seconds", "operations_per_second", "goodput_bytes_per_second", "operation", "service_p50_ns", "service_p99_ns", "doubtful",
		"attempts", "failed", "error_rate", "step_generator_limited", "cause", "code", "text", "hint",
		"server_cpu_seconds", "server_seconds", "server_processes", "server_rss_bytes", "server_base_rss_bytes",
		"capacity", "confirmed", "at_least", "fell_over", "status", "generator_limited",
	}}
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Steps {
			rows = append(rows, append(stepFields(r, &r.Steps[j]),
				csvNumber(r.Capacity), strconv.FormatBool(r.Confirmed), strconv.FormatBool(r.AtLeast), strconv.FormatBool(r.FellOver),
				csvWord(c.Status), strconv.FormatBool(c.Generator.Limited)))
		}
	}
	return csvOf(rows)
}

func stepFields(r *capacity.Result, s *capacity.Step) []string {
	doubtful := ""
	if s.MedianDoubtful {
		doubtful = "service_p50_ns"
	}
	if s.Doubtful {
		if doubtful != "" {
			doubtful += " "
		}
		doubtful += "service_p99_ns"
	}
	code := ""
	if s.Code != 0 {
		code = strconv.Itoa(s.Code)
	}
	out := []string{
		csvWord(s.Variant), csvWord(r.Mode), csvWord(r.Vary), strconv.Itoa(s.Trial), csvNumber(&s.Level), csvWord(s.Purpose), csvWord(s.Verdict),
		strconv.Itoa(s.Opened), strconv.Itoa(s.Wanted), strconv.FormatBool(s.Steady),
		csvPositive(s.WindowSeconds, s.WindowSeconds > 0), csvNumber(s.OperationsPerSecond), csvNumber(s.Goodput), csvWord(r.Operation),
		csvWhole(s.ServiceP50), csvWhole(s.ServiceP99), doubtful,
		strconv.FormatInt(s.Attempts, 10), strconv.FormatInt(s.Failed, 10), csvNumber(s.ErrorRate), strconv.FormatBool(s.Limited),
		csvWord(s.Cause), code, csvWord(s.Text), csvWord(s.Hint),
	}
	if u := s.Server; u != nil {
		return append(out, csvNumber(&u.CPUSeconds), csvNumber(&u.Seconds), strconv.Itoa(u.Processes),
			strconv.FormatInt(u.RSSBytes, 10), strconv.FormatInt(u.BaseRSSBytes, 10))
	}
	return append(out, "", "", "", "", "")
}

func csvWhole(v *int64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(*v, 10)
}
