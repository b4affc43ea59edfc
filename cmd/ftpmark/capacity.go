package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/serverwatch"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// capacityFlags are the flags of capacity, as given.
type capacityFlags struct {
	measureFlags
	objectives []string
	vary       string
	from, most string
	precision  percentFlag
	floor, cap time.Duration
	serverPID  int
}

// The defaults of a search.
const (
	defaultMostSessions = 10_000
	defaultObjective    = "errors.rate < 0.1%"
	defaultStepMin      = 3 * time.Second
	defaultStepMax      = time.Minute
)

func newCapacity(s streams) *cobra.Command {
	flags := &capacityFlags{
		measureFlags: newMeasureFlags(), vary: resultfile.VarySessions, precision: percentFlag{share: 0.05},
		floor: defaultStepMin, cap: defaultStepMax,
	}
	c := &cobra.Command{
		Use:   "capacity [TARGET]",
		Short: "Find how much load a server can handle, and what breaks first",
		Long: `Search for the highest load at which a server meets its objectives: concurrent
sessions, operations per second (--vary rate) or bytes per second (--vary bandwidth).

The load doubles until an objective is missed or the server refuses more sessions.
Then bisection narrows down the limit, and the level found is measured once more, for
longer. Each step warms up and is measured until the throughput has no trend and there
are enough samples. Several modes are searched in turns, level by level.

The report says in words what was found and what broke first: a limit on sessions, in
total or per address (421, or 530 with text about a limit), exhausted ports, timeouts,
latency, or this machine. If this machine is the limit, no capacity of the server is
reported, and the exit code is 4.

Objectives are thresholds: 'service.p99 < 200ms', 'errors.rate < 0.1%' (the default).`,
		Example: `  ftpmark capacity ftp://user@192.0.2.7/ --slo 'service.p99 < 200ms'
  ftpmark capacity ftp://user@192.0.2.7/ --mode passive,active --size 64KiB
  ftpmark capacity ftp://user@192.0.2.7/ --vary rate --slo 'response.p99 < 500ms' -c 64
  ftpmark capacity ftp://user@192.0.2.7/ --vary bandwidth --from 10MiB/s
  ftpmark capacity ftp://user@localhost/ --server-pid 1234     what a session costs the server
  ftpmark capacity ftp://user@192.0.2.7/ --metrics-listen 127.0.0.1:9464
  ftpmark capacity ftp://user@192.0.2.7/ --source 192.0.2.20,192.0.2.21`,
		Args: oneArgument("TARGET"),
		RunE: func(c *cobra.Command, args []string) error { return runCapacity(c, args, flags, s) },
	}
	flags.register(c)
	f := c.Flags()
	f.StringArrayVar(&flags.objectives, "slo", nil, "`OBJECTIVE` that each level must meet, repeatable, the same as --threshold (default 'errors.rate < 0.1%')")
	f.Var(&choiceFlag{&flags.vary, []string{resultfile.VarySessions, resultfile.VaryRate, resultfile.VaryBandwidth}}, "vary", "`WHAT` to vary: sessions, rate or bandwidth")
	f.StringVar(&flags.from, "from", "", "first `LEVEL`, such as 1, 10/s or 10MiB/s (default 1, 1/s or 10MiB/s)")
	f.StringVar(&flags.most, "most", "", "highest `LEVEL` (default 10000 sessions, or fewer if this machine cannot open as many; 100000/s; 100GB/s)")
	f.Var(&flags.precision, "precision", "how close the level found must be to one that fails, a `PERCENTAGE`")
	f.DurationVar(&flags.floor, "step-min", flags.floor, "minimum measured `TIME` of a step")
	f.DurationVar(&flags.cap, "step-max", flags.cap, "maximum measured `TIME` of a step; a third of it unless an objective is still open")
	f.IntVar(&flags.serverPID, "server-pid", 0, "also measure CPU and memory of the server process `ID` and its children (on this machine only)")
	for _, name := range []string{"slo", "vary", "from", "most", "precision", "step-min", "step-max", "server-pid"} {
		inGroup(f.Lookup(name), "Capacity")
	}
	return c
}

// runCapacity is the command: flags in, a report out.
func runCapacity(c *cobra.Command, args []string, flags *capacityFlags, s streams) error {
	if flags.vary == resultfile.VaryRate && !flags.keys.Has("rate") {
		if err := flags.keys.Set("rate", "1/s"); err != nil { // the open model; the level is set in each step
			return usageError(err)
		}
	}
	plan, format, err := flags.prepare(c, args, s)
	if err != nil {
		return err
	}
	search, err := flags.search(plan)
	if err != nil {
		return usageError(err)
	}
	plan.search = search
	if flags.dryRun {
		return dryRun(s.out, plan, format)
	}
	if flags.serverPID != 0 {
		watch, err := serverwatch.New(flags.serverPID)
		if err != nil {
			return usageError(fmt.Errorf("--server-pid %d: %w", flags.serverPID, err))
		}
		defer watch.Close()
		search.Server = watch
	}
	m, err := flags.measure(c.Context(), plan, s)
	if err != nil {
		return err
	}
	defer m.tellLeft(s.err)
	found, err := capacity.Of(m.result)
	if err != nil {
		return err
	}
	out := &report.Report{Name: m.name(), Summary: m.summary, Result: m.result, Timeline: m.seconds, Capacity: found}
	unwritten := writePage(flags.html, []*report.Report{out}, s.err)
	if err := writeReport(s.out, out, format); err != nil {
		return err
	}
	m.tell(s.err)
	if m.failure != nil {
		return ended(m.failure, m.summary)
	}
	if err := failed(m.summary); err != nil {
		return err
	}
	return cmp.Or(capacityExit(found), unwritten)
}

// capacityExit returns the error that a search without an answer amounts to.
func capacityExit(r *capacity.Report) error {
	var without []string
	for _, x := range r.Results {
		if x.Capacity == nil && x.Limit == nil {
			without = append(without, x.Variant)
		}
	}
	if len(without) > 0 {
		return &exitError{exitUnjudged, fmt.Errorf("could not determine the capacity of %s: see the report", strings.Join(without, ", "))}
	}
	return nil
}

// search makes a search of the plan.
func (r *capacityFlags) search(p *planned) (*loadgen.CapacitySearch, error) {
	if len(p.Profile.Stages) > 0 || p.Profile.Operations > 0 {
		return nil, errors.New("capacity sets the load of each step itself: leave out --stages and --operations")
	}
	if r.vary != resultfile.VaryRate && p.Profile.Open() {
		return nil, fmt.Errorf("--vary %s needs the closed load model: leave out --rate, or use --vary rate", r.vary)
	}
	if r.floor < 500*time.Millisecond || r.cap < r.floor || r.cap > time.Hour {
		return nil, fmt.Errorf("--step-min %v, --step-max %v: want 500ms or more, and no more than 1h", r.floor, r.cap)
	}
	if r.allowLimited {
		return nil, errors.New("--allow-limited: what limits the load generator is not the capacity of the server: leave it out, and use a larger machine or several")
	}
	texts := slices.Concat(r.objectives, p.Profile.Thresholds)
	if len(texts) == 0 {
		texts = []string{defaultObjective}
	}
	h := &loadgen.CapacitySearch{Base: p.Plan, Variants: p.experiment.Variants, Floor: r.floor, Cap: r.cap}
	p.Profile.Thresholds = nil // each level must meet them, not the whole run
	ops, err := p.ops()
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		t, err := threshold.Parse(text)
		if err == nil {
			err = threshold.Known(t, ops, p.variantNames(), p.Profile.Open(), anySecured(p))
		}
		if err != nil {
			return nil, fmt.Errorf("objective (--slo or --threshold): %w", err)
		}
		h.Objectives = append(h.Objectives, t)
		h.Plan.Objectives = append(h.Plan.Objectives, t.String())
	}
	h.Plan.Vary, h.Plan.Precision = r.vary, r.precision.share
	h.Plan.StepMin, h.Plan.StepMax = r.floor.String(), r.cap.String()
	if h.Plan.From, err = r.level("from", r.from, map[string]float64{resultfile.VarySessions: 1, resultfile.VaryRate: 1, resultfile.VaryBandwidth: 10 << 20}); err != nil {
		return nil, err
	}
	most := map[string]float64{resultfile.VarySessions: float64(p.plans()[0].SessionsAllowed(defaultMostSessions)), resultfile.VaryRate: 100_000, resultfile.VaryBandwidth: 100e9}
	if h.Plan.Most, err = r.level("most", r.most, most); err != nil {
		return nil, err
	}
	if h.Plan.Most < h.Plan.From {
		return nil, fmt.Errorf("--from %s is above the highest level, %.6g", r.from, h.Plan.Most)
	}
	return h, nil
}

// level reads a level in the unit of what is varied.
func (r *capacityFlags) level(flag, text string, otherwise map[string]float64) (float64, error) {
	if text == "" {
		return otherwise[r.vary], nil
	}
	wrong := func(err error) (float64, error) { return 0, fmt.Errorf("--%s: %w", flag, err) }
	switch r.vary {
	case resultfile.VaryRate:
		rate, err := profiles.ParseRate(text)
		if err != nil {
			return wrong(err)
		}
		return float64(rate), nil
	case resultfile.VaryBandwidth:
		rate, err := profiles.ParseByteRate(text)
		if err != nil {
			return wrong(err)
		}
		return float64(rate), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		return wrong(fmt.Errorf("%q: want a whole number of sessions from 1 to 1000000", text))
	}
	return float64(n), nil
}
