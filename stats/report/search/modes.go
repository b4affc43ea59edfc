package search

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
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
			return "unknown which one the server holds more with: no capacity was found for " + about.Variant(r.Variant)
		}
		known = append(known, r)
	}
	slices.SortStableFunc(known, func(a, b *capacity.Result) int { return cmp.Compare(*b.Capacity, *a.Capacity) })
	most, least := known[0], known[len(known)-1]
	holds := "handles"
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
		return "the server " + holds + " about as much with " + about.List(resultNames(known)) + ", within the precision of the search: " + whys
	}
	text := "the server " + holds + " more with " + about.Variant(most.Variant) + ": "
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
		return "did not fail at the highest level"
	}
	code := ""
	if l.Code != 0 {
		code = " (" + strconv.Itoa(l.Code) + ")"
	}
	if words := causeWords[l.Cause]; words != "" {
		return "ended with " + words + code
	}
	return "ended with " + terminal.Printable(l.Cause, 40) + code
}

// causeWords name the causes within a sentence.
var causeWords = map[string]string{
	resultfile.CauseTooMany:    "the limit on sessions",
	resultfile.CausePerAddress: "the limit for one client address",
	resultfile.CauseRefused:    "refused connections",
	resultfile.CauseNoGreeting: "connections without a greeting",
	resultfile.CauseLogin:      "refused logins",
	resultfile.CauseAccept:     "active connections that timed out",
	resultfile.CauseDataPorts:  "exhausted data ports",
	resultfile.CauseResets:     "dropped connections",
	resultfile.CauseErrors:     "failed operations",
	resultfile.CauseLatency:    "a missed latency objective",
	resultfile.CauseThroughput: "a missed throughput objective",
	resultfile.CauseRate:       "an arrival rate that was not reached",
	resultfile.CauseBandwidth:  "a bandwidth that was not reached",
	resultfile.CauseDown:       "a server that accepted no more sessions",
	resultfile.CauseObjective:  "a missed objective",
}
