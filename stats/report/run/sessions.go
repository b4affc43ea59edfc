package run

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// sessionPhases are the phases of a session's set-up in their order.
var sessionPhases = []stats.Phase{stats.Connect, stats.Greeting, stats.TLS, stats.LoginDone, stats.Setup}

var SessionAbout = map[stats.Phase]string{
	stats.Connect:   "TCP connect",
	stats.Greeting:  "until the 220 reply",
	stats.TLS:       "AUTH TLS and handshake",
	stats.LoginDone: "USER to 230",
	stats.Setup:     "FEAT, TYPE and what the mode needs",
}

// writeSessions writes how many sessions were opened and how long each step of
// that took; nothing where none was: measured log-ins are operations.
func writeSessions(d *doc.Doc, s *summary.SessionsSummary) {
	if s.Opened == 0 && s.Failed == 0 {
		return
	}
	opened := "opened " + quantity.Count(s.Opened) + ", failed " + quantity.Count(s.Failed)
	t := doc.Table{Title: "sessions", Groups: []doc.Group{
		{Head: figures.P50.Shown, Subs: []string{""}}, {Head: figures.P99.Shown, Subs: []string{""}}, {Head: figures.Max.Shown, Subs: []string{""}},
	}}
	for _, p := range sessionPhases {
		l := s.Latency[p]
		if l == nil || l.Count == 0 {
			continue
		}
		var values []float64
		var doubtful []bool
		for _, q := range []figures.Quantile{figures.P50, figures.P99, figures.Max} {
			v, unsure := q.Of(d, l)
			values, doubtful = append(values, v), append(doubtful, unsure)
		}
		t.Rows = append(t.Rows, doc.Row{
			Label: p.String(), About: SessionAbout[p],
			Cells: figures.Cells(quantity.Time, values, doubtful),
		})
	}
	if len(t.Rows) == 0 {
		t.Groups = nil
	}
	t.Rows = append([]doc.Row{{Label: opened}}, t.Rows...)
	d.Table(&t)
}
