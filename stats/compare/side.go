package compare

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// side is what one side of a comparison brings: its trials that ran as long as
// they were meant to.
type side struct {
	name   string // as a sentence calls it: "active", "the base"
	trials []*resultfile.Trial
	// unpaired are all of them, where trials are only those of a block that
	// both sides have; nil where trials are all. Errors count wherever they
	// were.
	unpaired []*resultfile.Trial
	// cut are those that ended early. They have no part in any value, but what
	// failed in them failed: a variant that breaks down does not win by it.
	cut []*resultfile.Trial
}

// all returns every trial of the side.
func (s *side) all() []*resultfile.Trial {
	if s.unpaired != nil {
		return s.unpaired
	}
	return s.trials
}

// values are what a side's trials give for a metric.
type values struct {
	known []*float64 // null for a trial without
	why   string     // why the first of those has none; empty if all have one
	// lacking is how many have none, 0 where that is said of all of them at once.
	lacking int
}

// values returns the trials' values. Where ratios are to be made of them, a
// value of zero is known, but cannot be used.
func (s *side) values(m Metric) (v values) {
	v.known = make([]*float64, len(s.trials))
	for i, t := range s.trials {
		x, why := m.of(t)
		if why == "" {
			v.known[i] = number(x)
			if x > 0 || m.difference() {
				continue
			}
			why = "its value is 0, so there is no ratio"
		}
		if v.lacking++; v.lacking == 1 {
			v.why = fmt.Sprintf("trial %d of %s: %s", t.Trial, s.name, why)
		}
	}
	if m.absent != "" {
		v.why, v.lacking = m.absent, 0
	}
	return v
}

// floats returns the values that are known.
func (v *values) floats() []float64 { return floats(v.known) }

func floats(known []*float64) []float64 {
	list := make([]float64, 0, len(known))
	for _, x := range known {
		if x != nil {
			list = append(list, *x)
		}
	}
	return list
}

// median returns the median of the trials' values, nil unless all are known: the
// trials that have one are those that fared best, or worst.
func (v *values) median() *float64 {
	known := v.floats()
	if len(known) != len(v.known) {
		return nil
	}
	return number(inference.Median(known))
}

// number returns a pointer to x, nil if JSON has no such number.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// operationsIn returns the operations that were due in any of the trials, in
// their order.
func operationsIn(sides ...*side) (ops []stats.Op) {
	for _, s := range sides {
		for _, t := range s.trials {
			for _, x := range t.Series {
				if x.Due() > 0 && !slices.Contains(ops, x.Op) {
					ops = append(ops, x.Op)
				}
			}
		}
	}
	slices.Sort(ops)
	return ops
}

// faults are how many of the operations that were due failed, did not finish or
// were dropped: more than errors.rate counts, which is the share that failed of
// those that began. Who turns operations away has not served them faster.
type faults struct{ failed, unfinished, dropped, due int64 }

func faultsOf(c *resultfile.Counters) faults {
	return faults{max(c.Failed, 0), max(c.Unfinished, 0), max(c.Dropped, 0), max(c.Due(), 0)}
}

// bad is their sum, no more than were due.
func (f faults) bad() int64 {
	left := f.due
	for _, n := range []int64{f.failed, f.unfinished, f.dropped} {
		left -= min(n, left)
	}
	return f.due - left
}

func (f faults) share() float64 { return float64(f.bad()) / float64(f.due) }

// more reports whether a larger share of f was bad, exactly.
func (f faults) more(than faults) bool {
	if f.due == 0 || than.due == 0 {
		return false
	}
	hi1, lo1 := bits.Mul64(uint64(f.bad()), uint64(than.due))
	hi2, lo2 := bits.Mul64(uint64(than.bad()), uint64(f.due))
	return hi1 > hi2 || hi1 == hi2 && lo1 > lo2
}

// String names what was counted: "0.7% (12 failed, 30 dropped of 6000 due)".
func (f faults) String() string {
	var counted []string
	for _, n := range []struct {
		count int64
		what  string
	}{{f.failed, "failed"}, {f.unfinished, "unfinished"}, {f.dropped, "dropped"}} {
		if n.count > 0 {
			counted = append(counted, fmt.Sprintf("%d %s", n.count, n.what))
		}
	}
	if len(counted) == 0 {
		counted = []string{"0"}
	}
	return fmt.Sprintf("%.3g%% (%s of %d due)", 100*f.share(), strings.Join(counted, ", "), f.due)
}

// counters sums all operations of the whole trials, and of those that ended
// early what came to an end, for better or worse: that the others did not, or
// never began, may be because the run was stopped.
func (s *side) counters() (c resultfile.Counters) {
	for _, t := range s.all() {
		of := total(t)
		c.Add(&of)
	}
	for _, t := range s.cut {
		of := total(t)
		c.Add(&resultfile.Counters{OK: of.OK, Failed: of.Failed, Bytes: of.Bytes})
	}
	return c
}

func (s *side) faults() faults {
	c := s.counters()
	return faultsOf(&c)
}

// connected is the share of their time that sessions may be without a
// connection before what they did says nothing of the server: to log in anew
// takes a little.
const connected = 0.01

// disconnected returns the largest of the whole trials' shares. A dead server
// fails few operations, as none begin.
func (s *side) disconnected() (most float64) {
	for _, t := range s.all() {
		most = max(most, t.DisconnectedShare)
	}
	return most
}

// tainted says why the side cannot be said to have won over the other, as the
// rest of a sentence that begins with "with"; empty if it can. Somebody who
// serves fewer is served sooner.
func (s *side) tainted(over *side) string {
	mine, theirs := s.faults(), over.faults()
	switch d := s.disconnected(); {
	case mine.more(theirs):
		return fmt.Sprintf("more errors: %s against %s", mine, theirs)
	case d > connected && d > over.disconnected():
		return fmt.Sprintf("sessions that were without a connection for %.3g%% of the time", 100*d)
	}
	return ""
}
