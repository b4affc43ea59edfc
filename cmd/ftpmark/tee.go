package main

import "github.com/ftpmark/ftpmark/stats"

// tee is a sink that keeps a run's records in its file and in memory, for the
// report. What the file cannot take is still in the report.
type tee struct {
	file   *stats.FileWriter
	memory stats.Collector
	begun  bool
}

// both hands a record to memory, whose refusal is a mistake of ours and comes
// first, and to the file.
func both(memory, file error) error {
	if memory != nil {
		return memory
	}
	return file
}

func (t *tee) Header(h *stats.Header) error {
	file := t.file.Header(h) // sets the schema and the profile's hash
	err := both(t.memory.Header(h), file)
	t.begun = err == nil
	return err
}

func (t *tee) Variant(v *stats.Variant) error { return both(t.memory.Variant(v), t.file.Variant(v)) }

func (t *tee) Interval(i *stats.Interval) error {
	return both(t.memory.Interval(i), t.file.Interval(i))
}

func (t *tee) Sessions(s *stats.Sessions) error {
	return both(t.memory.Sessions(s), t.file.Sessions(s))
}

func (t *tee) Generator(g *stats.Generator) error {
	return both(t.memory.Generator(g), t.file.Generator(g))
}

func (t *tee) Trial(x *stats.Trial) error { return both(t.memory.Trial(x), t.file.Trial(x)) }

func (t *tee) Step(x *stats.Step) error { return both(t.memory.Step(x), t.file.Step(x)) }

func (t *tee) Footer(f *stats.Footer) error { return both(t.memory.Footer(f), t.file.Footer(f)) }
