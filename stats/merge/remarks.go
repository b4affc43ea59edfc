package merge

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// farApart is how much windows may differ without a warning: as much as people
// who start generators by hand at a signal, or clocks that agree, are apart.
const farApart = time.Second

// footer makes the last record.
func (m *Merge) footer() *resultfile.Footer {
	f := &resultfile.Footer{Complete: len(m.left) == 0}
	for _, s := range m.sources {
		r := s.result
		f.Complete = f.Complete && r.Complete()
		for _, line := range r.Missing {
			f.Missing = append(f.Missing, s.label+": "+line)
		}
		if r.Footer != nil {
			for _, g := range r.Footer.GivenUp {
				if !slices.ContainsFunc(f.GivenUp, func(x resultfile.GivenUp) bool { return x.Variant == g.Variant }) {
					f.GivenUp = append(f.GivenUp, g)
				}
			}
		}
		ended := r.Header.Started
		if r.Footer != nil {
			ended = r.Footer.Ended
		} else if n := len(r.Trials); n > 0 {
			ended = m.header.Epoch.Add(time.Duration(r.Trials[n-1].End)).UTC()
		}
		if ended.After(f.Ended) {
			f.Ended = ended
		}
	}
	f.Missing = append(f.Missing, m.left...)
	f.Notes = append(m.notes(), attributed(m.sources, func(s *source) []string {
		if s.result.Footer == nil {
			return nil
		}
		return s.result.Footer.Notes
	})...)
	f.Warnings = append(m.warnings(), attributed(m.sources, func(s *source) []string {
		if s.result.Footer == nil {
			return nil
		}
		return s.result.Footer.Warnings
	})...)
	return f
}

// usedAddresses returns the addresses of the target that were used, each once.
func usedAddresses(sources []*source) (all []string) {
	for _, s := range sources {
		target := &s.result.Header.Target
		if f := s.result.Footer; f != nil && f.Target != nil {
			target = f.Target
		}
		if a := target.Address; a != "" && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// notes say how the numbers came about.
func (m *Merge) notes() []string {
	d := m.doubt
	n := []string{fmt.Sprintf(
		"the generators' windows were aligned by the machines' clocks: they opened within %s and closed within %s of each other",
		seconds(d.opens), seconds(d.closes))}
	if at := usedAddresses(m.sources); len(at) > 1 {
		n = append(n, "the generators reached the target at different addresses: "+strings.Join(at, ", "))
	}
	if d.opens > 0 || d.closes > 0 {
		n = append(n, "rates cover the time that the windows have in common; counts, latencies and errors cover each generator's whole window")
	}
	if d.most.operations > 0 || d.most.moved > 0 {
		n = append(n, fmt.Sprintf(
			"at the edges of that time, intervals count in proportion: if operations are spread at random over their second, the error of operations per second is %s and that of goodput %s; at most it is %s and %s",
			percent(d.likely.operations), percent(d.likely.moved), percent(d.most.operations), percent(d.most.moved)))
	}
	if d.wasted && (d.opens > 0 || d.closes > 0) {
		n = append(n, "the payload of failed operations counts as wasted when they fail, but may have moved before that time: goodput may be too low, not too high")
	}
	if !sameThresholds(m.sources) {
		n = append(n, "the generators had different thresholds: none is kept")
	}
	return n
}

// warnings say what puts the numbers in doubt.
func (m *Merge) warnings() (w []string) {
	if far := max(m.doubt.opens, m.doubt.closes); far > farApart {
		w = append(w, fmt.Sprintf("the generators' windows differ by %s: in that time not all of them were measuring", seconds(far)))
	}
	first := &m.sources[0].result.Header
	for _, s := range m.sources[1:] {
		h := &s.result.Header
		if h.Tool.Version != first.Tool.Version {
			w = append(w, fmt.Sprintf("%s was measured by ftpmark %s, %s by %s", m.sources[0].label, first.Tool.Version, s.label, h.Tool.Version))
		}
		if h.Target.Banner != first.Target.Banner {
			w = append(w, fmt.Sprintf("the server greeted %s with %q and %s with %q: check that it is the same server",
				m.sources[0].label, shown(first.Target.Banner), s.label, shown(h.Target.Banner)))
		}
		if !reflect.DeepEqual(h.Target.TLS, first.Target.TLS) {
			w = append(w, fmt.Sprintf("%s and %s negotiated different TLS settings with the server", m.sources[0].label, s.label))
		}
	}
	return w
}

// percent is a share for a reader, rounded up so that it bounds.
func percent(share float64) string {
	switch p := share * 100; {
	case p == 0:
		return "0%"
	case p < 0.1:
		return "0.1%"
	case p < 10:
		return strconv.FormatFloat(p+0.05, 'f', 1, 64) + "%"
	default:
		return strconv.FormatFloat(p+0.5, 'f', 0, 64) + "%"
	}
}
