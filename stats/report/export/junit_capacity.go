package export

import (
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/search"
)

// capacities adds a case for each variant of a search. To hold little is no
// failure: nobody said how much it should be. Not to have found out is an error,
// as ftpmark exits 4 then.
func (s *junitSuite) capacities(c *capacity.Report) {
	for i := range c.Results {
		r := &c.Results[i]
		x := junitCase{Class: "ftpmark.capacity", Name: terminal.Printable(r.Variant+": "+search.Varied(r.Vary), about.MostText)}
		text := terminal.Printable(r.Headline, about.MostText)
		if r.Why != "" && r.Capacity != nil {
			text += "; unsettled: " + terminal.Printable(r.Why, about.MostText)
		}
		if r.Capacity != nil || r.Limit != nil {
			x.Output = text
		} else {
			x.Error = &junitProblem{Message: text, Type: "unknown", Text: text}
		}
		s.add(x)
	}
}
