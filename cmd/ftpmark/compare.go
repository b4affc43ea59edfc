package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// The defaults of a comparison.
const (
	defaultPairs    = 10
	defaultMaxPairs = 40
	defaultCooldown = 500 * time.Millisecond
)

// compareFlags are the flags of compare, as given.
type compareFlags struct {
	measureFlags
	verdicts verdictFlags
	pairs    int
	until    string
	maxPairs int
	cooldown time.Duration
	aa       bool
}

func newCompare(s streams) *cobra.Command {
	flags := &compareFlags{measureFlags: newMeasureFlags(), verdicts: newVerdictFlags(), pairs: defaultPairs, cooldown: defaultCooldown}
	c := &cobra.Command{
		Use:   "compare [TARGET]",
		Short: "Test whether active is slower than passive, or one server slower than another",
		Long: `Compare variants: passive against active, one server against another, plain FTP
against TLS, or any other settings of a profile. Trials run in blocks. Each block runs
every variant once, in random order, with its own warm-up and with the same files,
operation order and think times. Slow changes on the machines thus affect all variants
alike.

A variant is a name and its overrides: --variant few:sessions=4,mode=eprt. The first
is the base that the others are compared with. Without --variant, each --mode is a
variant: passive against active by default.

The verdict compares trials, never single operations: faster, slower, equivalent
(within ± --threshold-effect), or inconclusive, with the number of pairs that would
likely settle it. A variant with more errors never wins.

Thresholds can be on the ratio: --threshold 'compare.active/passive.goodput > 0.95'.

Exit codes: 0 whatever the verdict; with thresholds 3 if one was missed, 4 if one could
not be judged; 1 the run failed or a variant does not work, 2 usage error, 130 interrupted.`,
		Example: `  ftpmark compare                                          passive and active, no server needed
  ftpmark compare ftp://user@192.0.2.7/ --trial 5s         passive against active there
  ftpmark compare ftp://user@192.0.2.7/ --variant old:mode=epsv \
      --variant new:mode=epsv,target=ftp://user@192.0.2.8/
  ftpmark compare ftp://user@192.0.2.7/ --variant plain:tls=off --variant tls:tls=explicit
  ftpmark compare ftp://user@192.0.2.7/ --until verdict    run until there is a verdict
  ftpmark compare ftp://user@192.0.2.7/ --html report.html   a page with charts, to share
  ftpmark compare ftp://user@192.0.2.7/ --otlp http://127.0.0.1:4318
  ftpmark compare --aa                                     how noisy is this machine?`,
		Args: oneArgument("TARGET"),
		RunE: func(c *cobra.Command, args []string) error { return runCompare(c, args, flags, s) },
	}
	flags.register(c)
	f := c.Flags()
	f.Var(&trialFlag{flags.keys}, "trial", "measured `TIME` of each trial, the same as --duration")
	f.IntVar(&flags.pairs, "pairs", flags.pairs, "number `N` of pairs (blocks with one trial of each variant), at least 6")
	f.StringVar(&flags.until, "until", "", "`verdict`: run until every primary metric has a verdict, up to --max-pairs")
	f.Lookup("until").DefValue = ""
	f.IntVar(&flags.maxPairs, "max-pairs", 0, "with --until, run at most `N` pairs (default 40, or four times --pairs if that is more)")
	f.DurationVar(&flags.cooldown, "cooldown", flags.cooldown, "pause of this `TIME` between trials")
	f.BoolVar(&flags.aa, "aa", false, "compare a variant with itself: any difference is noise of this machine")
	flags.verdicts.register(f)
	for _, name := range []string{"trial", "pairs", "until", "max-pairs", "cooldown", "aa", "primary", "threshold-effect"} {
		inGroup(f.Lookup(name), "Comparison")
	}
	return c
}

// trialFlag is --duration by the name that it has in comparisons.
type trialFlag struct{ draft *profiles.Draft }

func (f *trialFlag) Set(text string) error { return f.draft.Set("duration", text) }
func (f *trialFlag) String() string        { return "" }

// Type is the flag's type.
func (f *trialFlag) Type() string { return "value" }

// runCompare is the command: flags in, a report out.
func runCompare(c *cobra.Command, args []string, flags *compareFlags, s streams) error {
	plan, format, err := flags.prepare(c, args, s)
	if err != nil {
		return err
	}
	if err := flags.arrange(plan); err != nil {
		return usageError(err)
	}
	if flags.dryRun {
		return dryRun(s.out, plan, format)
	}
	m, err := flags.measure(c.Context(), plan, s)
	if err != nil {
		return err
	}
	defer m.tellLeft(s.err)
	comparison, err := compare.Of(m.result)
	if err != nil {
		return err
	}
	found := plan.gates.check(m.summary, comparison, flags.allowLimited)
	out := &report.Report{Name: m.name(), Summary: m.summary, Result: m.result, Timeline: m.seconds, Comparison: comparison, Thresholds: found}
	unwritten := writePage(flags.html, []*report.Report{out}, s.err)
	if err := writeReport(s.out, out, format); err != nil {
		return err
	}
	m.tell(s.err)
	if err := ended(m.failure, m.summary); err != nil {
		return err
	}
	return cmp.Or(gateExit(found, 0), unwritten)
}

// arrange makes a comparison of the plan.
func (r *compareFlags) arrange(p *planned) error {
	switch {
	case r.until != "" && r.until != "verdict":
		return fmt.Errorf("--until %q: want verdict", r.until)
	case r.pairs < resultfile.MinPairs || r.pairs > resultfile.MaxPairs:
		return fmt.Errorf("--pairs %d: want %d to %d: with fewer than %d the exact test cannot reach a verdict", r.pairs, resultfile.MinPairs, resultfile.MaxPairs, resultfile.MinPairs)
	case r.maxPairs != 0 && r.until == "":
		return errors.New("--max-pairs needs --until verdict: use both, or --pairs alone")
	case r.until != "" && r.maxPairs != 0 && r.maxPairs < r.pairs:
		return fmt.Errorf("--max-pairs %d: want at least the %d of --pairs", r.maxPairs, r.pairs)
	case r.maxPairs > resultfile.MaxPairs:
		return fmt.Errorf("--max-pairs %d: want at most %d", r.maxPairs, resultfile.MaxPairs)
	case r.cooldown < 0 || r.cooldown > time.Hour:
		return fmt.Errorf("--cooldown %v: want a time from 0s to 1h", r.cooldown)
	}
	if err := r.pair(p); err != nil {
		return err
	}
	primary, err := r.verdicts.primaries(p)
	if err != nil {
		return err
	}
	plan := &resultfile.ComparePlan{
		Pairs: r.pairs, MaxPairs: r.pairs, Primary: primary,
		ThresholdEffect: r.verdicts.effect.share, AA: r.aa, Cooldown: r.cooldown.String(),
	}
	if r.until != "" {
		plan.UntilVerdict = true
		if plan.MaxPairs = r.maxPairs; plan.MaxPairs == 0 {
			plan.MaxPairs = min(max(defaultMaxPairs, 4*r.pairs), resultfile.MaxPairs)
		}
		p.more = compare.Undecided
	}
	p.experiment.Compare, p.experiment.Trials, p.experiment.Cooldown, p.experiment.RecordTranscript = plan, r.pairs, r.cooldown, true
	return p.judge()
}

// pair sees to it that there are variants to compare.
func (r *compareFlags) pair(p *planned) error {
	if r.aa {
		if names := p.variantNames(); len(p.experiment.Variants) > 1 {
			return fmt.Errorf("--aa compares one variant with itself, but there are %s: leave out all but one", strings.Join(names, ", "))
		}
		first := plan.Variant{Plan: p.Plan, Settings: map[string]string{"mode": string(p.Profile.Mode[0])}}
		if len(p.experiment.Variants) > 0 {
			first = p.experiment.Variants[0]
		} else {
			one := *p.Plan
			one.Profile.Mode = one.Profile.Mode[:1]
			first.Plan = &one
		}
		p.experiment.Variants = nil
		for _, name := range []string{"A1", "A2"} {
			first.Name = name
			p.experiment.Variants = append(p.experiment.Variants, first)
		}
		return nil
	}
	if names := p.variantNames(); len(names) < 2 && !p.Profile.Op.Transfers() {
		return fmt.Errorf("nothing to compare %s with: no operation has a data connection, so the mode makes no difference: use two variants (--variant a:… --variant b:…), or --aa", strings.Join(names, ", "))
	} else if len(names) < 2 {
		return fmt.Errorf("nothing to compare %s with: use two modes (--mode epsv,eprt), two variants (--variant a:… --variant b:…), or --aa", strings.Join(names, ", "))
	}
	return nil
}
