package main

import (
	"os"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/report/timeline"
)

// timelineOf reads what happened when from the report's result file: in memory
// there are only sums. A file that cannot be read again, or only up to some
// record, gives what it gives.
func timelineOf(r *report.Report) *timeline.Timeline {
	if r.Result == nil || r.Timeline != nil {
		return r.Timeline
	}
	f, err := os.Open(r.Name)
	if err != nil {
		return nil
	}
	defer f.Close()
	t, _ := timeline.Read(stats.NewFileReader(f))
	return t
}
