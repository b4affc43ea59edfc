package liveview

import (
	"slices"
	"time"
)

// minute is how far back a sparkline goes, in seconds.
const minute = 60

// gap stands for a second in which a variant was not loaded.
const gap = -1

// history holds a value for each of the last seconds, the newest at the end.
type history struct {
	values []float64
	at     time.Time // of the newest
}

// add adds the value of the second until now.
func (h *history) add(now time.Time, v float64) {
	h.values = append(h.until(now.Add(-time.Second)), v)
	h.values = slices.Clone(h.values[max(len(h.values)-minute, 0):])
	h.at = now
}

// until returns the values up to now, with gaps since the newest.
func (h *history) until(now time.Time) []float64 {
	if len(h.values) == 0 {
		return nil
	}
	values := slices.Clone(h.values)
	missing := int(now.Sub(h.at).Seconds() + 0.5) // a second is not exactly one
	for range min(missing, minute) {
		values = append(values, gap)
	}
	return values[max(len(values)-minute, 0):]
}

// most is the largest value.
func most(values []float64) (m float64) {
	for _, v := range values {
		m = max(m, v)
	}
	return m
}
