package merge

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Input is a result file to merge. It is opened and read twice, at the same time as others.
type Input struct {
	Name string // for messages
	Open func() (io.ReadCloser, error)
}

// File returns the named file as an input.
func File(name string) Input {
	return Input{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }}
}

// Refusal says why results are not merged. It is one line.
type Refusal struct{ Reason string }

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// maxEntries bounds the series of intervals that are remembered of a file, some
// 40 bytes each: hours of any mix of operations.
const maxEntries = 1 << 22

// source is an input that has been read once.
type source struct {
	Input
	label  string
	length int64 // bytes that were read
	result *resultfile.Result
	shift  stats.Moment // of its clock against the merged one
	trials map[trialKey]*trialSource
}

// trialKey names a trial.
type trialKey struct {
	variant string
	trial   int
}

// String returns the name for messages.
func (k trialKey) String() string { return fmt.Sprintf("%s, trial %d", k.variant, k.trial) }

// trialSource is a trial of a source. Its moments are those of the source's
// clock until [source.shiftBy].
type trialSource struct {
	from      *source
	variant   *resultfile.Variant
	sum       *resultfile.Trial
	intervals []interval
}

// interval is what is remembered of a [resultfile.Interval].
type interval struct {
	start, end stats.Moment
	step       int
	sessions   int
	inside     []seriesInside
}

// seriesInside is what of a series happened inside the window.
type seriesInside struct {
	key seriesKey
	inside
}

// readAll reads the inputs, as many at a time as there are processors. Of several errors it
// returns that of the first input.
func readAll(inputs []Input) ([]*source, error) {
	sources, errs := make([]*source, len(inputs)), make([]error, len(inputs))
	var next atomic.Int64
	var failed atomic.Bool
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(inputs)) {
		all.Go(func() {
			// They are taken in order: whatever lies before one that failed is read as well.
			for i := int(next.Add(1)) - 1; i < len(inputs) && !failed.Load(); i = int(next.Add(1)) - 1 {
				if sources[i], errs[i] = read(inputs[i]); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return sources, nil
}

// read reads an input whole.
func read(in Input) (*source, error) {
	f, err := in.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	counted := &countingReader{r: f}
	r := resultfile.NewReader(counted)
	r.Name = in.Name
	s := &source{Input: in, trials: map[trialKey]*trialSource{}}
	intervals := map[trialKey][]interval{}
	entries, overlaps := 0, error(nil)
	s.result, err = resultfile.Read(r, func(i *resultfile.Interval) {
		key := trialKey{i.Variant, i.Trial}
		list := intervals[key]
		entries += 1 + len(i.Series)
		switch {
		case overlaps != nil:
			return
		case len(list) > 0 && i.Start < list[len(list)-1].end:
			overlaps = refuse("%s is damaged: the intervals of %s overlap", in.Name, key)
			return
		case entries > maxEntries:
			overlaps = refuse("%s has more than %d intervals and series in them", in.Name, maxEntries)
			return
		}
		intervals[key] = append(list, remember(i))
	})
	if err != nil {
		return nil, err
	}
	if overlaps != nil {
		return nil, overlaps
	}
	s.length = counted.n
	// A result has a sum for each trial that began, in their order.
	for i := range s.result.Variants {
		v, t := &s.result.Variants[i], s.result.Trials[i]
		key := trialKey{v.Variant, v.Trial}
		if s.trials[key] != nil {
			return nil, refuse("%s is damaged: it has %s twice", in.Name, key)
		}
		s.trials[key] = &trialSource{from: s, variant: v, sum: t, intervals: intervals[key]}
	}
	return s, nil
}

func remember(i *resultfile.Interval) interval {
	kept := interval{start: i.Start, end: i.End, step: i.Step, sessions: i.Sessions}
	for _, x := range i.Series {
		if in := insideOf(&x.Counters); in != (inside{}) {
			kept.inside = append(kept.inside, seriesInside{keyOf(x), in})
		}
	}
	return kept
}

// shiftBy moves every moment to the merged clock, d later.
func (s *source) shiftBy(d stats.Moment) {
	s.shift = d
	for _, t := range s.trials {
		t.variant.At = later(t.variant.At, d)
		t.sum.Start, t.sum.End = later(t.sum.Start, d), later(t.sum.End, d)
		t.sum.Window = windowLater(t.sum.Window, d)
		for i := range t.intervals {
			x := &t.intervals[i]
			x.start, x.end = later(x.start, d), later(x.end, d)
		}
	}
}

// again opens the input for a second time, no longer than it was the first
// time: a run may be going on.
func (s *source) again() (*resultfile.Reader, io.Closer, error) {
	f, err := s.Open()
	if err != nil {
		return nil, nil, err
	}
	r := resultfile.NewReader(io.LimitReader(f, s.length))
	r.Name = s.Name
	return r, f, nil
}

// countingReader counts the bytes read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
