package loadgen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// Options are what a run needs beside its plan.
type Options struct {
	// Sink takes the records, in order, from one goroutine at a time.
	Sink stats.Sink
	// Stop, when closed, ends the run early but in order: no operation begins
	// any more, those in flight are awaited, the files are removed.
	Stop <-chan struct{}
	// Observe is told each second how the run is getting on; may be nil.
	Observe func(Progress)
	// Warn is told what the user must know at once; may be nil.
	Warn func(string)
}

// run is one run under way.
type run struct {
	plan     *Plan
	sink     stats.Sink
	stop     <-chan struct{}
	observe  func(Progress)
	warn     func(string)
	sessions *stats.SessionRecorder
	connect  *connector
	files    *files
	scribe   *scribe

	mu    sync.Mutex
	notes []string
	doubt []string // warnings for the report
	lost  bool     // a record could not be kept
}

// ErrInterrupted says that the run was stopped before its end. What was
// measured is in the sink.
var ErrInterrupted = errors.New("interrupted")

// Run carries out the plan. It returns nil if every variant was measured as
// planned, [ErrInterrupted] if the run was stopped, a [*UsageError] where the
// plan cannot be carried out at all, or why the run could not go on. When ctx
// ends, the run stops at once: connections are cut and files are left.
func Run(ctx context.Context, p *Plan, o Options) error {
	if err := p.CheckLimits(); err != nil {
		return err
	}
	r := &run{plan: p, sink: o.Sink, stop: o.Stop, observe: o.Observe, warn: o.Warn, sessions: new(stats.SessionRecorder)}
	if r.warn == nil {
		r.warn = func(string) {}
	}
	var err error
	if r.connect, err = newConnector(p, r.sessions); err != nil {
		return err
	}
	block, err := mover.NewBlock(p.Profile.Seed, mover.BlockSize)
	if err != nil {
		return err
	}
	defer block.Close()
	r.files = newFiles(p, r.connect, block)
	return r.execute(ctx)
}

// execute prepares, measures and cleans up.
func (r *run) execute(ctx context.Context) error {
	preparing, cancel := r.untilStopped(ctx)
	target, err := r.files.prepare(preparing, r.preparing())
	cancel()
	if err != nil {
		r.cleanUp(ctx)
		if closed(r.stop) || ctx.Err() != nil {
			return ErrInterrupted
		}
		return err
	}
	for _, note := range r.plan.portNotes() {
		r.note("%s", note)
	}
	if r.plan.Profile.Reuse {
		found := r.files.found.Load()
		r.note("%s of the set's %s files were there already, the others were written", count(found), count(int64(r.files.set.count)))
	}
	if r.files.size < 0 {
		r.note("the server does not tell the size of %s: a download that is cut off in order cannot be told from a whole one", r.plan.Profile.Path)
	}
	if err := r.header(target); err != nil {
		r.cleanUp(ctx)
		return err
	}
	r.scribe = newScribe(r.keep)
	err = r.variants(ctx)
	r.cleanUp(ctx)
	r.footer(err)
	r.scribe.close()
	if errors.Is(err, errStopped) {
		return ErrInterrupted
	}
	return err
}

// variants measures one variant after another.
func (r *run) variants(ctx context.Context) error {
	for i, v := range variantsOf(&r.plan.Profile) {
		if closed(r.stop) || ctx.Err() != nil {
			return errStopped
		}
		if i > 0 {
			if err := r.files.tidy(ctx); err != nil {
				return err
			}
		}
		if err := r.newTrial(v.name, v.mode).conduct(ctx); err != nil {
			return err
		}
	}
	return nil
}

// variant is one way of doing what the profile says.
type variant struct {
	name string
	mode profiles.Mode // of the sessions, empty where none moves data
}

// controlOnly names the one variant of operations that make no data connection.
const controlOnly = "control"

// variantsOf returns a variant for each mode. Where no operation of the mix has
// a data connection there is one alone, which has a mode only to make the files
// that it deletes or renames.
func variantsOf(p *profiles.Profile) (vs []variant) {
	if p.Op.Transfers() {
		for _, m := range p.Mode {
			vs = append(vs, variant{string(m), m})
		}
		return vs
	}
	v := variant{name: controlOnly}
	if p.Op.Has("dele") || p.Op.Has("rename") {
		v.mode = p.Mode[0]
	}
	return []variant{v}
}

// untilStopped returns a context that ends when the run is told to stop.
func (r *run) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-r.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// cleanUp takes the run's files off the server, unless they are to stay.
func (r *run) cleanUp(ctx context.Context) {
	if set := &r.files.set; r.files.setUp && set.shared {
		r.note("%s were kept: --reuse with the same seed, size and number finds them again", r.files.describeSet())
	}
	if r.plan.Profile.Keep {
		if r.files.made {
			r.note("the run's files were kept in %s", r.files.folder)
		}
		return
	}
	if err := r.files.remove(ctx); err != nil {
		r.note("%v", err)
		r.warn(err.Error())
	}
}

// header writes the first record.
func (r *run) header(target stats.TargetInfo) error {
	profile, err := json.Marshal(r.plan.Profile)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	h := &stats.Header{
		Tool: r.plan.Tool, Started: time.Now().UTC(), Seed: r.plan.Profile.Seed,
		Profile: profile, Target: target, Host: host(), Planned: names(variantsOf(&r.plan.Profile)), Trials: 1,
		Load: r.plan.load(), Stages: r.plan.stages(),
	}
	if r.plan.Embedded {
		h.Notes = append(h.Notes, "the target is ftpmark's own, in a process of its own on this machine: these numbers show what the generator can do, not what a server of yours does")
	}
	return r.sink.Header(h)
}

// footer writes the last record.
func (r *run) footer(err error) {
	f := &stats.Footer{Ended: time.Now().UTC(), Complete: err == nil}
	switch {
	case errors.Is(err, errStopped):
		f.Missing = []string{"the run was interrupted"}
	case err != nil:
		f.Missing = []string{err.Error()}
	}
	r.mu.Lock()
	f.Notes, f.Warnings = r.notes, r.doubt
	r.mu.Unlock()
	r.scribe.write(func() error { return r.sink.Footer(f) })
}

// note keeps a remark for the report.
func (r *run) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// warning keeps a remark that puts the numbers in doubt.
func (r *run) warning(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doubt = append(r.doubt, fmt.Sprintf(format, args...))
}

// keep looks at what became of a record. A full disk ends the writing, not the
// measuring.
func (r *run) keep(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	first := !r.lost
	r.lost = true
	r.mu.Unlock()
	if first {
		r.warn(err.Error() + "; measuring goes on, but the file will be incomplete")
	}
}

func names(variants []variant) []string {
	s := make([]string, len(variants))
	for i, v := range variants {
		s[i] = v.name
	}
	return s
}
