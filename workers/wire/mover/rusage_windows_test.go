package mover

import "time"

// processorTime is not asked here.
func processorTime() time.Duration { return 0 }
