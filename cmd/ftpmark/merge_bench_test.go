package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// BenchmarkMerge1000 is ftpmark merge of the results of 1,000 generators: reading them, writing
// the merged file and its report. Each result has two series, passive and active, of 10 s, with
// 200 downloads a second and their phases.
func BenchmarkMerge1000(b *testing.B) {
	const generators = 1000
	folder := b.TempDir()
	begin := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	var names []string
	var bytes int64
	for i := range generators {
		name := filepath.Join(folder, fmt.Sprintf("gen%d.jsonl", i))
		bytes += writeTwoSeries(b, name, begin.Add(time.Duration(i)*100*time.Microsecond), uint64(i))
		names = append(names, name)
	}
	merged := filepath.Join(folder, "merged.jsonl")
	b.SetBytes(bytes)
	b.ReportAllocs()
	for b.Loop() {
		if err := mergeFiles(names, merged, report.Text, streams{out: io.Discard, err: io.Discard}); err != nil {
			b.Fatal(err)
		}
		if err := os.Remove(merged); err != nil {
			b.Fatal(err)
		}
	}
}

// writeTwoSeries writes the result of one generator and returns its size in bytes.
func writeTwoSeries(b *testing.B, name string, begin time.Time, seed uint64) int64 {
	b.Helper()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	w, err := resultfile.CreateFile(name)
	must(err)
	const seconds, perSecond, second = 10, 200, stats.Moment(time.Second)
	variants := []string{"passive", "active"}
	must(w.Write(&resultfile.Header{
		Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "test"}, Started: begin, Epoch: begin, Seed: seed,
		Profile: json.RawMessage(fmt.Sprintf(`{"version":1,"sessions":8,"seed":%d}`, seed)),
		Target:  resultfile.TargetInfo{URL: "ftp://192.0.2.7/"}, Planned: variants, Trials: 1,
		Load: &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 8, Operations: "retr"},
	}))
	random := rand.New(rand.NewPCG(seed, 1))
	for n, variant := range variants {
		mode := []stats.Mode{stats.EPSV, stats.EPRT}[n]
		from := stats.Moment(n*(seconds+1))*second + second
		must(w.Write(&resultfile.Variant{Variant: variant, Trial: 1, At: from}))
		r := recorder.NewRecorder(variant, 1, 1, from)
		meter := r.Shard(0).NewMeter()
		r.OpenWindow(from)
		for i := range seconds * perSecond {
			at := from + stats.Moment(i)*second/perSecond
			if i > 0 && i%perSecond == 0 {
				must(w.Write(r.Take(at)))
			}
			s := stats.Sample{Op: stats.Retr, Mode: mode, Bytes: 1 << 20, Inside: 1 << 20, Commands: 2, Connects: 1}
			for k := range s.Moments {
				s.Moments[k] = at
				at += stats.Moment(20_000 + random.ExpFloat64()*200_000)
			}
			meter.Begin(stats.Retr, mode)
			meter.Moved(1 << 20)
			r.Shard(0).Record(meter, &s)
		}
		meter.Release()
		end := from + seconds*second
		r.CloseWindow(end)
		last, sum := r.Finish(end, true)
		must(w.Write(last))
		must(w.Write(&resultfile.Generator{Variant: variant, Trial: 1, CPUs: 2, SchedLag: hdr.NewLatencyHistogram()}))
		must(w.Write(sum))
	}
	must(w.Write(&resultfile.Footer{Ended: begin.Add(30 * time.Second), Complete: true}))
	must(w.Close())
	st, err := os.Stat(name)
	must(err)
	return st.Size()
}
