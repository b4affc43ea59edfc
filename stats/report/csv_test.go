package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/summary"
)

func table2D(t *testing.T, out []byte) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		if len(row) != len(all[0]) {
			t.Error("two columns of one name")
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCSV(t *testing.T) {
	for name, r := range map[string]*Report{
		"csv-overridden":     {Name: "o.jsonl", Summary: overridden()},
		"csv-two-modes":      {Name: "a.jsonl", Summary: totalled(twoModes())},
		"csv-two-operations": {Summary: twoOperations()},
		"csv-paths":          {Summary: withPaths()},
		"csv-few-samples":    {Summary: fewSamples()},
		"csv-hostile":        {Name: "-rf.jsonl", Summary: forgedNames()},
		"csv-broken":         {Summary: broken()},
		"csv-empty":          {Summary: &summary.Summary{}},
	} {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, r, CSV, Options{})
			golden(t, name, out)
			for _, row := range table2D(t, out) {
				for column, v := range row {
					if v != "" && strings.ContainsAny(v[:1], "=+-@") {
						t.Errorf("%s is a formula: %q", column, v)
					}
				}
			}
		})
	}
}

func TestCSVSaysWhatTheSummarySays(t *testing.T) {
	s := totalled(hostile())
	rows := table2D(t, rendered(t, &Report{Name: "a.jsonl", Summary: s}, CSV, Options{}))
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	for name, want := range map[string]string{
		"file": "a.jsonl", "started": "2026-03-14T15:09:26Z", "variant": "active", "op": "retr", "mode": "eprt", "trials": "1",
		"window_seconds": "10", "failed": "212", "wasted_bytes": "3512004", "goodput_bytes_per_second": "1804389580.8",
		"service_samples": "17208", "response_p99_ns": "13101727", "service_p99_9_ns": "26203454", "doubtful": "service_p99_ns service_p99_9_ns",
		"data_ready_p50_ns": "1331818", "tls_p50_ns": "", "throughput_p1_bytes_per_second": "112279259",
		"partition_payload_mean_ns": "2902000", "data_tls_resumed_share": "",
	} {
		if got, is := rows[1][name]; !is || got != want {
			t.Errorf("%s is %q (%v), want %q", name, got, is, want)
		}
	}
}
