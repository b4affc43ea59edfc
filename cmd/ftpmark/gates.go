package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// gates are what a result is held to.
type gates []threshold.Threshold

// parseGates reads a profile's thresholds and refuses those that its run would
// not measure. Errors are in the words of the thresholds' source.
func parseGates(plan *planned) (gates, error) {
	p, origins := &plan.Profile, plan.origins
	if len(p.Thresholds) == 0 {
		return nil, nil
	}
	where := origins["threshold"]
	where.Text = "" // all of them
	source := strings.TrimSuffix(where.String(), "=")
	ops, err := plan.ops()
	if err != nil {
		return nil, err
	}
	variants := plan.variantNames()
	var gs gates
	for _, text := range p.Thresholds {
		t, err := threshold.Parse(text)
		var syntax *threshold.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("%s %q, column %d: %s", source, text, syntax.Column, syntax.Message)
		}
		if err != nil {
			return nil, err
		}
		if t.OfComparison() && plan.experiment.Compare != nil {
			err = threshold.KnownComparison(t, ops, variants, p.Open())
		} else {
			err = threshold.Known(t, ops, variants, p.Open(), anySecured(plan))
		}
		var unknown *threshold.PlanError
		if errors.As(err, &unknown) {
			return nil, fmt.Errorf("%s %q: %s", source, text, unknown.Message)
		}
		if err != nil {
			return nil, err
		}
		gs = append(gs, t)
	}
	return gs, nil
}

// anySecured reports whether any variant has TLS.
func anySecured(p *planned) bool {
	for _, one := range p.plans() {
		if one.Profile.TLS.On() {
			return true
		}
	}
	return false
}

// gateExit returns the error that outcomes amount to, nil where all passed. Gates
// that could not even be read count as without a verdict.
func gateExit(found []threshold.Outcome, unread int) error {
	all := map[threshold.Threshold]threshold.Verdict{}
	for _, o := range found {
		before, seen := all[o.Threshold]
		if !seen || o.Verdict == threshold.Miss || before == threshold.Pass {
			all[o.Threshold] = o.Verdict
		}
	}
	missed, open := 0, unread
	for _, v := range all {
		switch v {
		case threshold.Miss:
			missed++
		case threshold.Pass:
		default:
			open++
		}
	}
	of := fmt.Sprintf("of %s", quantity.Counted(len(all)+unread, "threshold"))
	switch {
	case missed > 0:
		return &exitError{exitMissed, fmt.Errorf("%d %s missed", missed, of)}
	case open > 0:
		return &exitError{exitUnjudged, fmt.Errorf("%d %s could not be judged", open, of)}
	}
	return nil
}

// gatesOf reads the thresholds of a result file's profile, and returns a line
// for each that this ftpmark does not know, or for all of them if it cannot read
// the profile: whatever they are, they were not met.
func gatesOf(r *resultfile.Result) (gs gates, unread []string) {
	if len(r.Header.Profile) == 0 {
		return nil, []string{"the file's thresholds are not known: its header has no profile"}
	}
	var kept *struct {
		Threshold []string `json:"threshold"`
	}
	err := json.Unmarshal(r.Header.Profile, &kept)
	if err == nil && kept == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return nil, []string{fmt.Sprintf("the file's thresholds are not known: the profile in its header cannot be read: %v", err)}
	}
	for _, text := range kept.Threshold {
		t, err := threshold.Parse(text)
		if err != nil {
			unread = append(unread, fmt.Sprintf("the file's %v", err))
			continue
		}
		gs = append(gs, t)
	}
	return gs, unread
}
