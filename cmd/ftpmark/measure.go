package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
)

// finished is what came of a run that got as far as measuring.
type finished struct {
	plan    *planned
	file    *resultfile.Writer
	result  *resultfile.Result
	summary *summary.Summary
	seconds *timeline.Timeline
	failure error    // why the run did not go on to its end
	closing error    // what the result file lacks
	left    []string // what stays on the server, and how to remove it
}

// measure carries out the plan. An error means that nothing was measured.
func (r *measureFlags) measure(ctx context.Context, plan *planned, s streams) (*finished, error) {
	if err := plan.experiment.CheckLimits(); err != nil {
		return nil, err
	}
	if err := r.agreed(plan); err != nil {
		return nil, err
	}
	bar := newProgress(r.progress, s.err, plan.variantNames())
	closeBar := sync.OnceFunc(bar.close)
	defer closeBar()
	warn := func(m string) { fmt.Fprintln(bar, "ftpmark: "+oneLine(m)) }
	told, err := r.telemetry.open(s, warn)
	if err != nil {
		return nil, err
	}
	defer told.close()
	ctx, stop, done := interruptible(ctx, bar)
	defer done()
	disconnect, err := plan.connect(ctx)
	if err != nil {
		return nil, cutShort(ctx, err)
	}
	defer disconnect()
	m := &finished{plan: plan}
	if m.file, err = r.create(time.Now()); err != nil {
		return nil, usageError(fmt.Errorf("%w: choose another with --output", err))
	}
	kept := &tee{file: m.file}
	options := loadgen.Options{
		Sink: told.sink(kept), Stop: stop, Warn: warn,
		Left: func(what string) { m.left = append(m.left, what) },
	}
	if r.progress != progressNone {
		options.Observe = func(p loadgen.Progress) { bar.observe(time.Now(), p) }
	}
	if plan.more != nil {
		plan.experiment.More = func(blocks int) bool { return plan.more(kept.memory.SoFar(), blocks) }
	}
	if plan.search != nil {
		m.failure = plan.search.Run(ctx, options)
	} else {
		m.failure = plan.experiment.Run(ctx, options)
	}
	explainLogin(m.failure, credentials(plan))
	closeBar()
	m.closing = m.file.Close()
	told.close() // after the file: the last push may take a moment
	if !kept.begun {
		removeResult(m.file.Name()) // nothing was measured
		m.tellLeft(s.err)
		return nil, ended(m.failure, nil)
	}
	if m.result, err = kept.result(); err != nil {
		m.tellLeft(s.err)
		return nil, err
	}
	m.summary, m.seconds = summary.Of(m.result), kept.seconds.Timeline()
	return m, nil
}

// mostUnasked is how much is written to a server beforehand without --yes.
const mostUnasked = 10 << 30

// agreed refuses to write more beforehand than anybody would expect.
func (r *measureFlags) agreed(p *planned) error {
	var bytes int64
	for _, one := range p.plans() {
		bytes = max(bytes, one.Cost().PreparedBytes)
	}
	if bytes <= mostUnasked || r.yes {
		return nil
	}
	return usageError(fmt.Errorf("%s of test files would be written to the server before the measurement: use --yes to agree, smaller --size or fewer --files, or --path to read a file that is there",
		quantity.Size.Show(float64(bytes))))
}

// credentials returns those of the target that has the least: a refused log-in
// is most likely its.
func credentials(p *planned) (c profiles.Credentials) {
	for _, one := range p.plans() {
		if c = one.Credentials; c.Anonymous || c.NoPassword {
			break
		}
	}
	return c
}

// name is what reports call the result.
func (m *finished) name() string {
	return cmp.Or(m.file.Name(), "this run") // which is not kept
}

// tell says where the result is.
func (m *finished) tell(w io.Writer) {
	if m.closing != nil {
		fmt.Fprintln(w, "ftpmark: "+oneLine(m.closing.Error()))
		return
	}
	if m.file.Name() != "" {
		fmt.Fprintf(w, "result file: %s\n", m.file.Name())
	}
}

// tellLeft says what stays on the server. It is for the last lines, whatever has
// become of the report: nobody sees those that scroll away.
func (m *finished) tellLeft(w io.Writer) { tellLeft(w, m.left) }

func tellLeft(w io.Writer, left []string) {
	for _, what := range left {
		fmt.Fprintln(w, "ftpmark: "+oneLine(what))
	}
}
