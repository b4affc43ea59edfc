//go:build !linux

package main

import "os"

// takeArguments returns the arguments. What the process table shows of them
// can be changed on Linux only.
func takeArguments() []string { return os.Args[1:] }
