package summary

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/statstest"
)

// along returns the operation with the path that its data connection took.
func along(s *stats.Sample, p stats.TCPPath) *stats.Sample {
	s.Path = p
	return s
}

func known(rtt time.Duration, retransmits, rate int64) stats.TCPPath {
	return stats.TCPPath{Known: true, RTT: rtt, Retransmits: retransmits, DeliveryRate: rate}
}

// TestPaths has only the known paths of ok transfers of the window count, each
// once, whatever takes and merges them.
func TestPaths(t *testing.T) {
	const open, close = 100 * statstest.Millisecond, 200 * statstest.Millisecond
	r := recorder.NewRecorder("v", 1, 2, 1)
	r.OpenWindow(open)
	now := open
	for i, s := range []*stats.Sample{
		along(statstest.Transfer(open-1, 130*statstest.Millisecond, 10), known(time.Second, 100, 1)), // of the warm-up
		along(statstest.Transfer(open, 130*statstest.Millisecond, 10), known(20*time.Millisecond, 2, 0)),
		along(statstest.Transfer(110*statstest.Millisecond, 130*statstest.Millisecond, 10), known(22*time.Millisecond, 0, 3000)),
		along(statstest.Transfer(110*statstest.Millisecond, 131*statstest.Millisecond, 10), known(27*time.Millisecond, 1, 1000)),
		statstest.Transfer(110*statstest.Millisecond, 130*statstest.Millisecond, 10),
		along(statstest.Failing(120*statstest.Millisecond, 130*statstest.Millisecond, 426), known(time.Second, 100, 1)),
		along(statstest.Unfinished(120*statstest.Millisecond, 130*statstest.Millisecond), known(time.Second, 100, 1)),
	} {
		r.Shard(i).Record(nil, s)
		now += statstest.Millisecond
		r.Take(now)
	}
	r.CloseWindow(close)
	r.Shard(0).Record(nil, along(statstest.Transfer(close, 300*statstest.Millisecond, 10), known(time.Second, 100, 1)))
	_, trial := r.Finish(400*statstest.Millisecond, true)
	x := statstest.Only(t, trial.Series)
	got := [...]int64{x.OK, x.Paths, x.RTT, x.Retransmits, x.DeliveryRates, x.DeliveryRate}
	if want := [...]int64{4, 3, 69e6, 3, 2, 4000}; got != want {
		t.Errorf("counted %d, want %d", got, want)
	}
	mean := 2000.0
	want := &PathSummary{Transfers: 3, RTTMean: 23e6, Retransmits: 3, DeliveryRateMean: &mean}
	if p := summarizeSeries(x, "v", time.Second).Path; !reflect.DeepEqual(p, want) {
		t.Errorf("summarized as %+v, want %+v", p, want)
	}

	// A file keeps them, and one from before they were counted has none.
	b, err := json.Marshal(resultfile.SeriesList{x})
	if err != nil {
		t.Fatal(err)
	}
	var back resultfile.SeriesList
	if err := json.Unmarshal(b, &back); err != nil || back[0].Counters != x.Counters {
		t.Errorf("%v: %s", err, b)
	}
	old := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: resultfile.Counters{OK: 4, Commands: 8, Connects: 4}}
	if b, err = json.Marshal(old); err != nil || bytes.Contains(b, []byte("rtt")) || bytes.Contains(b, []byte("path")) {
		t.Errorf("%v: %s", err, b)
	}
	if p := summarizeSeries(old, "v", time.Second).Path; p != nil {
		t.Errorf("an older file's path is %+v", p)
	}
	// Both together: the mean is of those that are known.
	old.Merge(x)
	if p := summarizeSeries(old, "v", time.Second).Path; !reflect.DeepEqual(p, want) || old.OK != 8 {
		t.Errorf("merged: %+v of %d", p, old.OK)
	}

	schema, _ := compileSchema(t)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(summaryJSON(t, &resultfile.Result{Trials: []*resultfile.Trial{trial}}))))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Error(err)
	}
}
