// Package stats is the vocabulary of measurement: operations, modes, moments,
// phases, samples, failures, the window, and what a session and its server said
// to each other.
//
// It imports nothing else of this module. Times are nanoseconds on one
// monotonic clock (see [Clock]), sizes are bytes, rates are per second.
//
// Below it, package hdr records histograms, recorder makes records of samples,
// resultfile keeps them, summary says what they come to.
package stats
