package run

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// PhaseAbout says what each phase of an operation spans, in a reader's words.
var PhaseAbout = map[stats.Phase]string{
	stats.Lag:       "started late by",
	stats.Negotiate: "mode command to reply",
	stats.DataReady: "data connection ready",
	stats.Startup:   "until ready to transfer",
	stats.TTFB:      "until the first byte",
	stats.Command:   "to preliminary reply",
	stats.DataTLS:   "data TLS handshake",

	stats.DataTLSResumed: "resumed handshakes",
	stats.DataTLSFull:    "full handshakes",

	stats.Payload:  "bytes moving",
	stats.Finish:   "end of data to 226",
	stats.Service:  "the whole operation",
	stats.Response: "from due until the end",
}

// The phases in reading order: those that mean the same in every mode, and the
// parts, which do not. Those of a session's set-up are parts of a log-in, which
// has no mode.
var (
	BetweenModes = []stats.Phase{stats.DataReady, stats.Startup, stats.TTFB, stats.Service, stats.Response}
	WithinMode   = []stats.Phase{stats.Lag, stats.Connect, stats.Greeting, stats.TLS, stats.LoginDone, stats.Setup, stats.Negotiate, stats.Command, stats.DataTLS,
		stats.DataTLSResumed, stats.DataTLSFull, stats.Payload, stats.Finish}
)

// ActiveMark leads to the footnote on what active mode moves between phases.
const ActiveMark = "*"

// writePhases writes p50 and p99 of every phase that occurs, all series side by
// side, so that a reader sees where they differ. An operation that is all one
// phase has no such table: the one before has said it.
func writePhases(d *writer, op stats.Op, series []*summary.SeriesSummary) {
	if !op.Transfers() && op != stats.Login {
		return
	}
	both := []string{figures.P50.Shown, figures.P99.Shown}
	t := doc.Table{Title: op.String() + " phases", Series: true, Groups: seriesHeads(series, both, both)}
	across := sideBySide(series)
	add := func(heading string, phases []stats.Phase) {
		var rows []doc.Row
		for _, p := range phases {
			if worthARow(d, p, series) {
				rows = append(rows, phaseRow(d, p, series, across.bothWays))
			}
		}
		if len(rows) > 0 && across.severalModes {
			t.Rows = append(t.Rows, doc.Row{Label: heading})
		}
		t.Rows = append(t.Rows, rows...)
	}
	add("compare these between modes:", BetweenModes)
	add("compare these within one mode:", WithinMode)
	if len(t.Rows) > 0 {
		d.Table(&t)
	}
}

// mixture says what kinds of series stand side by side.
type mixture struct{ severalModes, bothWays bool }

func sideBySide(series []*summary.SeriesSummary) (m mixture) {
	for _, s := range series {
		m.severalModes = m.severalModes || s.Mode != series[0].Mode
		m.bothWays = m.bothWays || s.Mode.Active() != series[0].Mode.Active()
	}
	return m
}

// worthARow reports whether a phase occurred and says something of its own. In
// a closed load every operation starts when it is due: then lag is zero and
// response repeats service.
func worthARow(d *writer, p stats.Phase, series []*summary.SeriesSummary) bool {
	if (p == stats.Lag || p == stats.Response) && !d.waits {
		return false
	}
	if p == stats.DataTLSResumed || p == stats.DataTLSFull {
		// All of one kind are what data_tls says already.
		return slices.ContainsFunc(series, func(s *summary.SeriesSummary) bool {
			return s.DataResumedShare != nil && *s.DataResumedShare > 0 && *s.DataResumedShare < 1
		})
	}
	return slices.ContainsFunc(series, func(s *summary.SeriesSummary) bool {
		l := s.Latency[p]
		return l != nil && l.Count > 0
	})
}

func phaseRow(d *writer, p stats.Phase, series []*summary.SeriesSummary, bothWays bool) doc.Row {
	r := doc.Row{Label: p.String(), About: PhaseAbout[p]}
	if p.OfSession() {
		r.About = SessionAbout[p]
	}
	if bothWays && (p == stats.DataReady || p == stats.Command) {
		r.Mark = ActiveMark
		NoteActive(d.Doc)
	}
	typical, typicalDoubt := figures.Latencies(d.Doc, series, p, figures.P50)
	high, highDoubt := figures.Latencies(d.Doc, series, p, figures.P99)
	// One unit for the whole row: p50 and p99 are read against each other too.
	var c []doc.Cell
	all := figures.Marked(quantity.Time, append(slices.Clone(typical), high...), append(slices.Clone(typicalDoubt), highDoubt...))
	for i := range series {
		c = append(c, all[i], all[len(series)+i])
	}
	if len(series) == 2 {
		c = append(c, figures.DifferenceCell(typical, typicalDoubt), figures.DifferenceCell(high, highDoubt))
	}
	r.Cells = c
	if p == stats.Service {
		r.Tone = doc.Strong
	}
	return r
}

// NoteDoubt explains the mark of a doubtful percentile.
func NoteDoubt(d *doc.Doc) {
	d.Term(figures.DoubtMark, "operations that failed or did not finish could change this percentile, which is of ok operations only")
}

// NoteActive explains what active mode moves between phases.
func NoteActive(d *doc.Doc) {
	d.Term(ActiveMark, "some servers (vsftpd, ProFTPD) open the active connection only after the transfer command: "+
		"then data_ready includes the time of that command, and command includes the time of the connect. "+
		"Compare startup and ttfb instead")
}
