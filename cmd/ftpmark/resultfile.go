package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/ftpmark/ftpmark/stats/merge"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
)

// readResult reads a result file.
func readResult(name string) (*resultfile.Result, error) {
	r, err := resultfile.ReadFile(name)
	return r, unreadable(err)
}

// readTimed reads a result file once, and what happened when with it.
func readTimed(name string) (*resultfile.Result, *timeline.Timeline, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	defer f.Close()
	in := resultfile.NewReader(f)
	in.Name = name
	var seconds timeline.Builder
	r, err := resultfile.Read(in, seconds.Add)
	return r, seconds.Timeline(), unreadable(err)
}

// unreadable makes a usage error of what is wrong with files that were named.
func unreadable(err error) error {
	var refusal *merge.Refusal
	var schema *resultfile.SchemaError
	var file *resultfile.FileError
	if errors.As(err, &refusal) || errors.Is(err, fs.ErrNotExist) || errors.As(err, &schema) || errors.As(err, &file) {
		return usageError(err)
	}
	return err
}

// noResult is the --output of a run whose result is not kept.
const noResult = "none"

// createResult makes the result file: the named one, or one here with a name
// that begins with prefix and has the time. A default name that is taken gets a
// number. A device or a pipe is written to as it is; noResult has no name.
func createResult(output, prefix string, now time.Time) (*resultfile.Writer, error) {
	if output == noResult {
		return resultfile.NewWriter("", discarded{io.Discard}), nil
	}
	if info, err := os.Stat(output); output != "" && err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		f, err := os.OpenFile(output, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		return resultfile.NewWriter(output, f), nil
	}
	if output != "" {
		return resultfile.CreateFile(output)
	}
	name := prefix + now.UTC().Format("20060102T150405Z")
	for i := 1; ; i++ {
		full := name + ".jsonl"
		if i > 1 {
			full = fmt.Sprintf("%s-%d.jsonl", name, i)
		}
		f, err := resultfile.CreateFile(full)
		if i == 100 || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// discarded is where a result goes that is not kept.
type discarded struct{ io.Writer }

// Close does nothing.
func (discarded) Close() error { return nil }

// removeResult removes a result file that helps nobody, if it is a file.
func removeResult(name string) {
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		_ = os.Remove(name)
	}
}
