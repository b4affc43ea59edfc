package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// baselineFlags hold a run to an earlier one.
type baselineFlags struct {
	file       string
	force      bool
	regression percentFlag
	verdicts   verdictFlags
}

// mostRegression is the largest regression that may be accepted: to be as slow as
// eleven times.
const mostRegression = 10

func (b *baselineFlags) register(f *pflag.FlagSet) {
	b.regression.most = mostRegression
	f.StringVar(&b.file, "baseline", "", "result `FILE` of an earlier run with --trials to compare with (see ftpmark diff)")
	f.BoolVar(&b.force, "force", false, "with --baseline: compare results that are not comparable, and list what differs")
	f.Var(&b.regression, "max-regression", "with --baseline: exit code 3 if a primary metric is worse by more than this `PERCENTAGE`, 4 if that cannot be judged")
	b.verdicts.register(f)
}

// baseline is the earlier result.
type baseline struct {
	name   string
	result *resultfile.Result
}

// read reads the earlier result, nil if there is none, and refuses one that is
// not comparable before anything is run.
func (b *baselineFlags) read(p *planned, trials int) (*baseline, error) {
	if b.file == "" {
		if b.regression.share > 0 {
			return nil, errors.New("--max-regression needs --baseline")
		}
		return nil, nil
	}
	if b.regression.share > 0 && trials < compare.MinTrials {
		return nil, fmt.Errorf("--max-regression cannot be judged with --trials %d: want %d or more", trials, compare.MinTrials)
	}
	if _, err := b.verdicts.primaries(p); err != nil {
		return nil, err
	}
	r, err := readResult(b.file)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	if !r.Complete() && !b.force {
		return nil, fmt.Errorf("--baseline %s is a partial result, by which nothing can be judged: make it again", b.file)
	}
	planned, err := p.beforehand()
	if err != nil {
		return nil, err
	}
	var unlike *compare.NotComparable
	if err := compare.Comparable(r, planned); err != nil && !(b.force && errors.As(err, &unlike) && !unlike.Hopeless) {
		return nil, fmt.Errorf("--baseline %s: %w", b.file, err)
	}
	return &baseline{b.file, r}, nil
}

// beforehand is what is known of the result before anything is measured.
func (p *planned) beforehand() (*resultfile.Result, error) {
	profile, err := json.Marshal(p.Profile)
	if err != nil {
		return nil, err
	}
	first := p.plans()[0]
	r := &resultfile.Result{Header: resultfile.Header{
		Schema: resultfile.Schema, Tool: p.Tool, Profile: profile, Planned: p.variantNames(),
		Host: plan.Host(), Target: resultfile.TargetInfo{URL: first.Target.URL(), Embedded: first.Embedded},
	}}
	for _, v := range p.experiment.Measured() {
		r.Variants = append(r.Variants, resultfile.Variant{Variant: v.Name, Trial: 1, Settings: v.Settings})
	}
	return r, nil
}

// diff compares a result with the baseline.
func (b *baselineFlags) diff(base *baseline, p *planned, name string, result *resultfile.Result, allowLimited bool) (*compare.Diff, error) {
	primary, err := b.verdicts.primaries(p)
	if err != nil {
		return nil, err
	}
	return compare.Between(base.result, result, compare.DiffOptions{
		BaseName: base.name, NewName: name, Primary: primary, ThresholdEffect: b.verdicts.effect.share, Force: b.force,
		MaxRegression: b.regression.share, AllowLimited: allowLimited, Seed: result.Header.Seed,
	})
}

// diffExit returns the error that a diff's gate amounts to, nil if it passed or
// nothing was asked.
func diffExit(d *compare.Diff) error {
	if d == nil || d.Gate == nil {
		return nil
	}
	switch d.Gate.Verdict {
	case compare.GatePassed:
		return nil
	case compare.GateMissed:
		return &exitError{exitMissed, errors.New("worse than the baseline by more than --max-regression")}
	}
	return &exitError{exitUnjudged, errors.New("could not judge whether it is worse than the baseline by more than --max-regression")}
}
