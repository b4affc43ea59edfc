package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// SeriesTag names a phase of a series, such as "passive.retr.epsv.service": as a
// tag of an HdrHistogram log, and to be chosen by. No two series have the same.
func SeriesTag(variant string, op stats.Op, mode stats.Mode, p stats.Phase) string {
	return SafeName(variant) + "." + op.String() + "." + mode.String() + "." + p.String()
}

// tagChosen reports whether the choice names a tag or what it begins with.
func tagChosen(tag, choice string) bool {
	return choice == "" || tag == choice || strings.HasPrefix(tag, choice+".")
}

// tagList remembers which tags there were, as many as are listed.
type tagList []string

func (l *tagList) add(tag string) {
	const most = 12
	if len(*l) <= most && !slices.Contains(*l, tag) {
		*l = append(*l, tag)
	}
	if len(*l) > most {
		(*l)[most] = "…"
	}
}

// noSuchSeries says that nothing was chosen, and of what.
func noSuchSeries(there tagList, choice string) error {
	if len(there) == 0 {
		return fmt.Errorf("no series %q: no operation succeeded", choice)
	}
	return fmt.Errorf("no series %q: want one of %s", choice, terminal.Printable(strings.Join(there, ", "), about.MostText))
}

// SafeName writes a name for formats in which blanks, commas, slashes and equals
// signs part one thing from another: bytes that are not letters, digits or one
// of -_.:+ are in hexadecimal behind a percent sign, so that names that differ
// stay different.
func SafeName(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.:+", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// TagPhases returns the phases of operations that a series has samples of, the
// whole first. In a closed load each operation is due when it begins: there lag
// is nothing and response service once more, and both are left out.
func TagPhases(x *resultfile.Series, open bool) (phases []stats.Phase) {
	add := func(p stats.Phase) {
		if h := x.Latency[p]; h != nil && h.Count() > 0 {
			phases = append(phases, p)
		}
	}
	add(stats.Service)
	if open {
		add(stats.Response)
		add(stats.Lag)
	}
	for p := stats.Phase(0); p < stats.NumPhases; p++ {
		if p != stats.Service && p != stats.Response && p != stats.Lag {
			add(p)
		}
	}
	return phases
}
