package report

import (
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/report/terminal"
)

// capacities adds a case for each variant of a search. To hold little is no
// failure: nobody said how much it should be. Not to have found out is an error,
// as ftpmark exits 4 then.
func (s *junitSuite) capacities(c *capacity.Report) {
	for i := range c.Results {
		r := &c.Results[i]
		x := junitCase{Class: "ftpmark.capacity", Name: terminal.Printable(r.Variant+": "+varied(r.Vary), unbounded)}
		text := terminal.Printable(r.Headline, unbounded)
		if r.Why != "" && r.Capacity != nil {
			text += "; unsettled: " + terminal.Printable(r.Why, unbounded)
		}
		if r.Capacity != nil || r.Limit != nil {
			x.Output = text
		} else {
			x.Error = &junitProblem{Message: text, Type: "unknown", Text: text}
		}
		s.add(x)
	}
}
