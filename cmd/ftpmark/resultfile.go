package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

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
