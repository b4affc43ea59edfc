//go:build !linux && !darwin

package main

import (
	"io"
	"os"
)

// screen reports whether somebody looks at w: a terminal, and no other device.
func screen(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isTerminal(w) && f.Name() != os.DevNull
}
