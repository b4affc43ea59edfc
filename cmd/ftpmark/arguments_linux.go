package main

import (
	"os"
	"strings"
	"unsafe"
)

// takeArguments returns the arguments and blanks passwords in those that the
// process table shows: a URL's password is otherwise there for everybody to
// read for as long as the run takes.
func takeArguments() []string {
	args := make([]string, 0, len(os.Args))
	for _, a := range os.Args[1:] {
		args = append(args, strings.Clone(a))
		if from, to, ok := passwordIn(a); ok {
			// The runtime does not copy the arguments: this string's bytes
			// are the process's own argument block. Nothing else refers to
			// them yet.
			shown := unsafe.Slice(unsafe.StringData(a), len(a))
			for i := from; i < to; i++ {
				shown[i] = '*'
			}
		}
	}
	return args
}
