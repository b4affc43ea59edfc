package loadgen

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

// keptUp is the part of what was due, or of the bandwidth that was asked for,
// that a target must have carried to hold the level: limits of bandwidth are
// exact to a fraction of a percent.
const keptUp = 0.98

// judge decides what a step came to. refused is why a session could not be had,
// nil if all were let in.
func (r *run) judge(t *rig.Outcome, step *resultfile.Step, refused *rig.SessionError) search.Answer {
	if refused != nil {
		return r.notLetIn(step, refused)
	}
	sum := summary.Of(&resultfile.Result{
		Header: resultfile.Header{Load: t.Load}, Footer: &resultfile.Footer{Complete: true},
		Variants: []resultfile.Variant{*t.Began}, Trials: []*resultfile.Trial{t.Trial}, Generators: t.Generators,
	})
	var missed, open *threshold.Outcome
	for _, objective := range r.search.Objectives {
		outcomes := objective.Check(sum, threshold.CheckOptions{AllowLimited: true})
		if worst, ok := objective.OfWorst(); ok && leastSamples(t.Trial, objective) < objective.Samples() {
			// Too few for the percentile, but if the longest was quick enough all were.
			if all := worst.Check(sum, threshold.CheckOptions{AllowLimited: true}); threshold.Worst(all) == threshold.Pass {
				outcomes = all
				for i := range outcomes { // it is what was asked that was met
					outcomes[i].Threshold, outcomes[i].Shown = objective, "at most "+outcomes[i].Shown
				}
			}
		}
		for _, o := range outcomes {
			step.Outcomes = append(step.Outcomes, o.String())
			switch {
			case o.Verdict == threshold.Miss && missed == nil:
				missed = &o
			case o.Verdict == threshold.NoVerdict && open == nil:
				open = &o
			}
		}
	}
	cause, code, text, hint := broken(t.Trial)
	stray := t.StrayPorts
	if cause == "" && stray > 0 {
		cause, text = resultfile.CauseDataPorts, fmt.Sprintf("the server named ports outside of its passive range in %s transfers, because the range was exhausted: a firewall would drop these", quantity.Count(stray))
	}
	step.Cause, step.Code, step.Text, step.Hint = cause, code, text, hint
	if cause == resultfile.CauseDataPorts {
		step.Hint = portsHint(t.DataPorts, t.OwnPorts, step.Hint)
	}
	lacking := r.lacking(sum, step.Level)
	switch certain := r.missedDespiteLag(t, sum); {
	case certain != nil:
		step.Verdict, step.DespiteLag = resultfile.StepFailed, true
		step.Cause, step.Code, step.Hint = resultfile.CauseLatency, 0, ""
		step.Text = certain.String() + ": at the median by more than the generator woke up late"
		return search.Answer{}
	case sum.Generator.Limited:
		step.Verdict, step.Cause, step.Code = resultfile.StepUnknown, resultfile.CauseGenerator, 0
		step.Text = "the load generator was the limit: " + strings.Join(sum.Generator.Reasons, "; ")
		step.Hint = "use a larger machine, or several machines and ftpmark merge"
		return search.Answer{Unknown: true}
	case missed != nil || lacking != nil || stray > 0:
		step.Verdict = resultfile.StepFailed
		if cause == "" && missed != nil {
			step.Cause, step.Text = causeOf(missed), missed.String()
		} else if cause == "" {
			step.Cause, step.Text = lacking.cause, lacking.text
		}
		return search.Answer{}
	case open != nil && (cause != "" || t.Trial.DisconnectedShare > 0.01):
		step.Verdict = resultfile.StepFailed
		if step.Cause == "" {
			step.Cause, step.Text = resultfile.CauseResets, open.String()
		}
		return search.Answer{}
	case open != nil:
		step.Verdict, step.Text = resultfile.StepUnknown, open.String()
		step.Hint = "give the steps more time (--step-max), or use a percentile that needs fewer samples"
		return search.Answer{Unknown: true}
	}
	step.Verdict, step.Cause, step.Code, step.Hint = resultfile.StepHeld, "", 0, ""
	step.Text = ""
	return search.Answer{Held: true}
}

// missedDespiteLag returns an objective that is missed by more than the generator's own
// lateness, which is all that it was limited by; nil for none.
func (r *run) missedDespiteLag(t *rig.Outcome, sum *summary.Summary) *threshold.Threshold {
	var late time.Duration
	for i := range t.Generators {
		g := &t.Generators[i]
		if g.Limited && !g.LimitedByLag {
			return nil
		}
		if g.Limited {
			late = max(late, time.Duration(g.SchedLag.ValueAtPercentile(99)))
		}
	}
	for i := range r.search.Objectives {
		if o := &r.search.Objectives[i]; late > 0 && o.MissedBy(sum, late) {
			return o
		}
	}
	return nil
}

// neverWorked judges a step of a variant of which nothing has ever succeeded.
func neverWorked(step *resultfile.Step, f *stats.Failure) search.Answer {
	step.Verdict, step.Code, step.Text, step.Hint = resultfile.StepFailed, f.Code, f.Error(), ""
	step.Cause = causeOfError(&resultfile.ErrorCount{Phase: f.Phase, Code: f.Code, Class: f.Class, Example: f.Text})
	return search.Answer{}
}

// notLetIn judges a step of which a session could not be had.
func (r *run) notLetIn(step *resultfile.Step, e *rig.SessionError) search.Answer {
	f := e.Failure
	step.Verdict, step.Opened, step.Code, step.Text, step.Hint = resultfile.StepFailed, e.Opened, f.Code, f.Text, f.Hint
	step.Cause = refusal(f)
	if step.Cause == resultfile.CausePerAddress {
		step.Hint = "the server limits sessions per client address: use more addresses with --source"
	}
	if f.Class == stats.ClassLocal {
		step.Verdict, step.Cause, step.Code = resultfile.StepUnknown, resultfile.CauseGenerator, 0
		return search.Answer{Unknown: true}
	}
	a := search.Answer{}
	if !e.Again && e.Opened > 0 && r.search.Plan.Vary == resultfile.VarySessions {
		a.Hint = float64(e.Opened)
	}
	return a
}

// refusal is the cause of a session's set-up that failed.
func refusal(f *stats.Failure) string {
	switch {
	case f.Code == 421 || f.Code == 530 || f.Code == 425 || f.Code == 500:
		switch {
		case diagnosis.SpeaksOfAddress(f.Text):
			return resultfile.CausePerAddress
		case f.Code == 530 && !diagnosis.SpeaksOfLimit(f.Text):
			return resultfile.CauseLogin
		}
		return resultfile.CauseTooMany
	case f.Class == stats.ClassRefused:
		return resultfile.CauseRefused
	case f.Phase == stats.Connect || f.Phase == stats.Greeting:
		return resultfile.CauseNoGreeting
	case f.Class == stats.ClassReset || f.Class == stats.ClassClosed:
		return resultfile.CauseResets
	}
	return resultfile.CauseLogin
}

// broken names what failed most in a trial, nothing if no operation did.
func broken(whole *resultfile.Trial) (cause string, code int, text, hint string) {
	var worst *resultfile.ErrorCount
	counts := map[string]int64{}
	for _, s := range whole.Series {
		for i := range s.Errors {
			e := &s.Errors[i]
			counts[causeOfError(e)] += e.Count
			if worst == nil || e.Count > worst.Count {
				worst = e
			}
		}
	}
	if worst == nil {
		return "", 0, "", ""
	}
	cause = slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b string) int { return cmp.Compare(counts[a], counts[b]) })
	for _, s := range whole.Series {
		for i := range s.Errors {
			if e := &s.Errors[i]; causeOfError(e) == cause && (causeOfError(worst) != cause || e.Count > worst.Count) {
				worst = e
			}
		}
	}
	return cause, worst.Code, fmt.Sprintf("%s operations failed in %s: %s", quantity.Count(counts[cause]), worst.Phase, worst.Example), worst.Hint
}

// causeOfError is what a kind of failure of operations points to.
func causeOfError(e *resultfile.ErrorCount) string {
	making := e.Phase == stats.Negotiate || e.Phase == stats.DataReady
	switch {
	case making && (e.Code == 425 || e.Code == 421 || diagnosis.SpeaksOfPorts(e.Example)):
		return resultfile.CauseDataPorts
	case e.Class == stats.ClassAcceptTimeout:
		return resultfile.CauseAccept
	case e.Code == 421:
		return resultfile.CauseTooMany
	case e.Class == stats.ClassReset || e.Class == stats.ClassClosed:
		return resultfile.CauseResets
	}
	return resultfile.CauseErrors
}

// causeOf is the cause of a missed objective.
func causeOf(o *threshold.Outcome) string {
	switch metric := o.Threshold.Metric(); {
	case strings.Contains(metric, "throughput") || strings.Contains(metric, "goodput") || strings.Contains(metric, "operations"):
		return resultfile.CauseThroughput
	case strings.Contains(metric, "errors"):
		return resultfile.CauseErrors
	case strings.Contains(metric, "dropped"):
		return resultfile.CauseRate
	case strings.Contains(metric, "wasted") || strings.Contains(metric, "unfinished"):
		return resultfile.CauseObjective
	}
	return resultfile.CauseLatency
}

type lack struct{ cause, text string }

// lacking reports a load that did not come to what was asked for, though no
// objective says so.
func (r *run) lacking(s *summary.Summary, level float64) *lack {
	if len(s.Totals) == 0 {
		return nil
	}
	t := &s.Totals[0]
	switch r.search.Plan.Vary {
	case resultfile.VaryRate:
		if t.Dropped > 0 || float64(t.OK) < keptUp*float64(t.Due) || float64(t.BacklogGrowth) > max(2, (1-keptUp)*float64(t.Due)) {
			return &lack{resultfile.CauseRate, fmt.Sprintf("%s of %s due operations were completed in time, %s were dropped, and the backlog grew by %d", quantity.Count(t.OK), quantity.Count(t.Due), quantity.Count(t.Dropped), t.BacklogGrowth)}
		}
	case resultfile.VaryBandwidth:
		if t.GoodputBytesPerSecond < 0.95*level {
			return &lack{resultfile.CauseBandwidth, fmt.Sprintf("only %.4g of %.4g MB/s was achieved", t.GoodputBytesPerSecond/1e6, level/1e6)}
		}
	}
	return nil
}

// portsHint is the arithmetic of ports that run out: as many transfers at a time as
// there are ports, and where each rests for a minute after use, so many a
// second.
func portsHint(n int, active bool, otherwise string) string {
	whose, ports, how := "the server", "passive ports", "a wider range on the server"
	if active {
		whose, ports, how = "--active-ports", "ports", "a wider range"
	}
	switch {
	case n == 0 && active:
		return otherwise
	case n == 0:
		return "the server's passive ports are exhausted: each transfer takes one, which may then stay in TIME_WAIT for a minute; set --passive-ports to see how many transfers they allow"
	}
	return fmt.Sprintf("%s has %d %s: at most %d transfers at a time, and about %.2g per second if each port stays in TIME_WAIT for %d s; use %s, or fewer sessions", whose, n, ports, n, float64(n)/plan.TimeWait, plan.TimeWait, how)
}

// leastSamples is how many operations of the rarest kind that an objective is of have succeeded.
func leastSamples(t *resultfile.Trial, objective threshold.Threshold) (n int64) {
	first := true
	for _, s := range t.Series {
		if objective.Of(s.Op) && (first || s.OK < n) {
			n, first = s.OK, false
		}
	}
	return n
}
