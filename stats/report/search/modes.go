package search

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// ModesAnswer says of which variant the server holds more, and why: what broke
// first in each. It is empty for a single variant.
func ModesAnswer(c *capacity.Report) string {
	if len(c.Results) < 2 {
		return ""
	}
	known := make([]*capacity.Result, 0, len(c.Results))
	for i := range c.Results {
		r := &c.Results[i]
		if r.Capacity == nil {
			return "with which it holds more is not known: " + about.Variant(r.Variant) + " has no capacity"
		}
		known = append(known, r)
	}
	slices.SortStableFunc(known, func(a, b *capacity.Result) int { return cmp.Compare(*b.Capacity, *a.Capacity) })
	most, least := known[0], known[len(known)-1]
	holds := "carries"
	if c.Plan.Vary == resultfile.VarySessions {
		holds = "holds"
	}
	whys := ""
	for i, r := range known[:min(len(known), about.MostListed)] {
		if i > 0 {
			whys += "; "
		}
		whys += about.Variant(r.Variant) + " " + limitWords(r)
	}
	if *most.Capacity <= *least.Capacity*(1+max(c.Plan.Precision, 0))+wholeStep(c) {
		return "it " + holds + " about as much with " + about.List(resultNames(known)) + ", as far as the search can tell them apart: " + whys
	}
	text := "it " + holds + " more with " + about.Variant(most.Variant) + ": "
	for i, r := range known[:min(len(known), about.MostListed)] {
		if i > 0 {
			text += " against "
		}
		text += capacityOf(r)
	}
	if len(known) == 2 {
		text += " (" + figures.Difference(*least.Capacity, *most.Capacity) + ")"
	}
	return text + "; " + whys
}

// wholeStep is by how much two levels may differ for being whole numbers.
func wholeStep(c *capacity.Report) float64 {
	if c.Plan.Vary == resultfile.VarySessions {
		return 1
	}
	return 0
}

func resultNames(rs []*capacity.Result) (names []string) {
	for _, r := range rs {
		names = append(names, about.Variant(r.Variant))
	}
	return names
}

// capacityOf writes what was found, which is a bound where nothing failed.
func capacityOf(r *capacity.Result) string {
	text := levelOf(r.Vary, figures.NumberOr(r.Capacity))
	if r.AtLeast {
		text = "at least " + text
	}
	return text
}

// limitWords says what ended a variant's way up, as the rest of a sentence.
func limitWords(r *capacity.Result) string {
	l := r.Limit
	if l == nil {
		return "had not failed at the highest level"
	}
	code := ""
	if l.Code != 0 {
		code = " (" + strconv.Itoa(l.Code) + ")"
	}
	if words := causeWords[l.Cause]; words != "" {
		return "ended in " + words + code
	}
	return "ended in " + terminal.Printable(l.Cause, 40) + code
}

// causeWords name the causes within a sentence.
var causeWords = map[string]string{
	resultfile.CauseTooMany:    "the limit on sessions",
	resultfile.CausePerAddress: "the limit for one client address",
	resultfile.CauseRefused:    "refused connections",
	resultfile.CauseNoGreeting: "connections without a greeting",
	resultfile.CauseLogin:      "refused log-ins",
	resultfile.CauseAccept:     "active connections that did not come",
	resultfile.CauseDataPorts:  "data ports that ran out",
	resultfile.CauseResets:     "cut connections",
	resultfile.CauseErrors:     "failed operations",
	resultfile.CauseLatency:    "a missed objective on time",
	resultfile.CauseThroughput: "a missed objective on throughput",
	resultfile.CauseRate:       "arrivals that it did not keep up with",
	resultfile.CauseBandwidth:  "a bandwidth that was not reached",
	resultfile.CauseDown:       "a server that let nobody in any more",
	resultfile.CauseObjective:  "a missed objective",
}
