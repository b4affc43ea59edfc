package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/merge"
)

// readResult reads a result file.
func readResult(name string) (*stats.Result, error) {
	r, err := stats.ReadFile(name)
	return r, unreadable(err)
}

// unreadable makes a usage error of what is wrong with files that were named.
func unreadable(err error) error {
	var refusal *merge.Refusal
	var schema *stats.SchemaError
	var file *stats.FileError
	if errors.As(err, &refusal) || errors.Is(err, fs.ErrNotExist) || errors.As(err, &schema) || errors.As(err, &file) {
		return usageError(err)
	}
	return err
}

// createResult makes the result file: the named one, or one here with a name
// that begins with prefix and has the time. A default name that is taken gets a
// number.
func createResult(output, prefix string, now time.Time) (*stats.FileWriter, error) {
	if output != "" {
		return stats.CreateFile(output)
	}
	name := prefix + now.UTC().Format("20060102T150405Z")
	for i := 1; ; i++ {
		full := name + ".jsonl"
		if i > 1 {
			full = fmt.Sprintf("%s-%d.jsonl", name, i)
		}
		f, err := stats.CreateFile(full)
		if i == 100 || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
