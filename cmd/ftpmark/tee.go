package main

import (
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
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

// Write hands a record to the file and to memory. It returns what became of the
// file alone: memory's refusal does not make that incomplete, save a header's.
func (t *tee) Write(r resultfile.Record) error {
	if i, ok := r.(*resultfile.Interval); ok {
		t.seconds.Add(i)
	}
	err := t.file.Write(r) // sets a header's schema and the profile's hash
	refused := t.memory.Write(r)
	if _, ok := r.(*resultfile.Header); ok {
		if refused != nil {
			err = refused // there would be no report at all
		}
		t.begun = err == nil
	} else if t.refused == nil {
		t.refused = refused
	}
	return err
}

// result returns what memory has of the run. Where a record was refused, the
// report is of a part and says so.
func (t *tee) result() (*resultfile.Result, error) {
	r, err := t.memory.Result()
	if err == nil && t.refused != nil {
		r.Missing = append(r.Missing, "a record that the report could not use, and maybe later ones: "+t.refused.Error())
	}
	return r, err
}
