//go:build !linux

package selfwatch

import "time"

// hostTime is known on Linux only.
func hostTime() time.Duration { return 0 }
