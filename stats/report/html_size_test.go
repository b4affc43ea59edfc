package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
)

// soak is what was seen of so many variants, one after the other, in so many
// seconds each. Everything wavers, and now and then something fails.
func soak(variants, seconds int) *timeline.Timeline {
	l := &timeline.Timeline{}
	const s = 1000 * millisecond
	for v := range variants {
		begin := stats.Moment(v*(seconds+20)+1) * s
		t := timeline.Trial{Variant: fmt.Sprintf("variant-%d", v), Number: 1, Window: stats.Window{Open: begin + 10*s, Close: begin + 10*s + stats.Moment(seconds)*s}}
		for i := range stats.Moment(seconds + 10) {
			stage := stats.Measured
			if i < 10 {
				stage = stats.Warmup
			}
			done := int64(5000 + 500*math.Sin(float64(i)*12.9898)*math.Cos(float64(i)/70))
			p := timeline.Point{Start: begin + i*s, End: begin + (i+1)*s, Stage: stage, OK: done, Sessions: 64}
			if stage == stats.Measured {
				p.Completed, p.Goodput = done, done<<16
			}
			if i%5 == 4 {
				p.Failed = 2
			}
			t.Points = append(t.Points, p)
		}
		l.Trials = append(l.Trials, t)
	}
	return l
}

// TestHTMLOfAnHour checks that the page of an hour of several variants is small,
// and that of all that failed nothing is lost in it.
func TestHTMLOfAnHour(t *testing.T) {
	const variants, seconds = 6, 3600
	var series []summary.SeriesSummary
	for v := range variants {
		for op := range stats.Nlst + 1 {
			series = append(series, transfers(fmt.Sprintf("variant-%d", v), op, stats.EPSV, [...]float64{1, 2, 3, 4, 5, 6}))
		}
	}
	s := totalled(runOf(series...))
	for i := range 300 {
		s.Errors = append(s.Errors, summary.ErrorSummary{Variant: "variant-1", Op: "retr", Code: 400 + i, Class: stats.ClassReply, Count: 9, Example: strings.Repeat("<", 2000)})
	}
	l := soak(variants, seconds)
	var b bytes.Buffer
	r := &Report{Name: "soak.jsonl", Summary: s, Timeline: l, Result: &resultfile.Result{}}
	if err := r.Write(&b, HTML, Options{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", b.Len())
	if n := b.Len(); n > 1e6 {
		t.Errorf("%d bytes, more than a megabyte", n)
	}
	p := pageOf(t, r)
	var chart doc.Chart
	figure := p.charts("timeline-goodput")[0]
	if err := json.Unmarshal([]byte(figure.all("script")[0].raw()), &chart); err != nil {
		t.Fatal(err)
	}
	var failed, marked int64
	for _, x := range l.Trials {
		for _, p := range x.Points {
			failed += p.Failed
		}
	}
	for _, e := range chart.Errors {
		marked += e.Count
	}
	if marked != failed {
		t.Errorf("%d of %d failures are marked", marked, failed)
	}
	for _, line := range chart.Lines {
		if n := len(line.X); n > run.MostTimePoints+1 || n < run.MostTimePoints/2 {
			t.Errorf("%s has %d points", line.Name, n)
		}
	}
	if rows := len(figure.all("tr")); rows > variants*(run.MostTimeRows+10) {
		t.Errorf("a table of %d rows", rows)
	}
}
