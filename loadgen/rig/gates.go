package rig

import "context"

// paced reports whether the window opens on a standstill: without a warm-up
// there is nothing to carry over, and with a number of operations each of them
// must begin inside.
func (t *trial) paced() bool {
	p := &t.env.plan.Profile
	return p.Operations > 0 || p.Warmup == 0
}

// rest notes that a session stands still before the window.
func (t *trial) rest() bool {
	if t.resting.Add(1) == int64(t.initial) {
		close(t.paused)
	}
	return true
}

// await waits for c; false if the trial is over before.
func (t *trial) await(ctx context.Context, c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-t.over:
	case <-ctx.Done():
	}
	return false
}

// another reports whether one more operation is to begin.
func (t *trial) another() bool {
	limit := t.env.plan.Profile.Operations
	return limit == 0 || t.given.Add(1) <= limit
}

// done notes the end of n operations of the window; the last one under
// --operations closes it.
func (t *trial) done(n int64) {
	limit := t.env.plan.Profile.Operations
	if limit > 0 && closed(t.started) && t.ended.Add(n) == limit {
		t.lastAt.Store(int64(t.env.plan.Clock()))
		t.end()
	}
}

// end lets no further operation begin.
func (t *trial) end() {
	t.endOnce.Do(func() {
		close(t.over)
		t.stopOpening()
	})
}
