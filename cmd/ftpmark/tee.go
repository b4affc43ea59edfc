package main

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/timeline"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// tee is a sink that keeps a run's records in its file and in memory, for the
// report. Neither waits for the other: what the file cannot take is still in the
// report, and what memory refuses is still in the file.
type tee struct {
	file    *resultfile.Writer
	memory  resultfile.Collector
	seconds timeline.Builder // which memory has only the sums of
	begun   bool
	refused error // the first refusal by memory, which is a mistake of ours
}

// both hands a record to memory and to the file. It returns what became of the
// file alone: memory's refusal does not make that incomplete.
func (t *tee) both(memory, file error) error {
	if t.refused == nil {
		t.refused = memory
	}
	return file
}

func (t *tee) Header(h *resultfile.Header) error {
	err := t.file.Header(h) // sets the schema and the profile's hash
	if refused := t.memory.Header(h); refused != nil {
		err = refused // there would be no report at all
	}
	t.begun = err == nil
	return err
}

func (t *tee) Conversation(c *stats.Conversation) error {
	return t.both(t.memory.Conversation(c), t.file.Conversation(c))
}

func (t *tee) Variant(v *resultfile.Variant) error {
	return t.both(t.memory.Variant(v), t.file.Variant(v))
}

func (t *tee) Interval(i *resultfile.Interval) error {
	t.seconds.Add(i)
	return t.both(t.memory.Interval(i), t.file.Interval(i))
}

func (t *tee) Sessions(s *resultfile.Sessions) error {
	return t.both(t.memory.Sessions(s), t.file.Sessions(s))
}

func (t *tee) Generator(g *resultfile.Generator) error {
	return t.both(t.memory.Generator(g), t.file.Generator(g))
}

func (t *tee) Trial(x *resultfile.Trial) error { return t.both(t.memory.Trial(x), t.file.Trial(x)) }

func (t *tee) Step(x *resultfile.Step) error { return t.both(t.memory.Step(x), t.file.Step(x)) }

func (t *tee) Footer(f *resultfile.Footer) error { return t.both(t.memory.Footer(f), t.file.Footer(f)) }

// result returns what memory has of the run. Where a record was refused, the
// report is of a part and says so.
func (t *tee) result() (*resultfile.Result, error) {
	r, err := t.memory.Result()
	if err == nil && t.refused != nil {
		r.Missing = append(r.Missing, "a record that the report could not take, from there on it may lack more: "+t.refused.Error())
	}
	return r, err
}
