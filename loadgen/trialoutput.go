package loadgen

import (
	"context"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// trialOutput takes what a trial tells: records go to the result file, pulses to the
// observer.
type trialOutput struct {
	run     *run
	variant string
	order   rig.Order
	profile *profiles.Profile // at the level that a search asks for
	level   *Level            // that a search asks for, nil for none
	window  *stepWindow       // of that level
}

// Record writes a record, and adds intervals to what is shown of the run.
func (t *trialOutput) Record(x resultfile.Record) {
	r := t.run
	if i, ok := x.(*resultfile.Interval); ok && t.window != nil {
		t.window.record(i)
	}
	r.records.write(func() error {
		if i, ok := x.(*resultfile.Interval); ok && r.observe != nil {
			r.totals.add(t, i)
		}
		return r.sink.Write(x)
	})
}

// Pulse tells the observer, behind the interval: what is shown has been written.
func (t *trialOutput) Pulse(pulse rig.Pulse) {
	r := t.run
	if t.window != nil {
		t.window.pulse(&pulse)
	}
	if r.observe == nil {
		return
	}
	p := r.progressOf(t, &pulse)
	r.records.write(func() error {
		p.ThisTrial, p.SoFar = r.totals.of(t.variant)
		r.observe(p)
		return nil
	})
}

// runTrial has the rig run a trial, and keeps its remarks. Its error is the rig's.
func (r *run) runTrial(ctx context.Context, t *trialOutput) (*rig.Outcome, error) {
	t.run, t.order.Stop = r, r.stop
	r.begun += planned(t.profile)
	outcome, err := r.rig.Run(ctx, t.order, t)
	if outcome != nil {
		r.say(&r.notes, t, outcome.Notes)
		r.say(&r.doubt, t, outcome.Warnings)
	}
	return outcome, err
}
