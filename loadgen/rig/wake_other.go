//go:build !linux

package rig

import "time"

// early is how long before an arrival is due its worker stops to rely on the
// runtime's timers.
const early = 0

// settle waits for the rest.
func settle(d time.Duration) { time.Sleep(d) }
