// Package stats is the vocabulary of measurement: operations, modes, moments,
// phases, samples and failures; the histograms and counters that gather them;
// the result file that keeps them; and the summary that is read from it.
//
// It imports nothing else of this module. Times are nanoseconds on one
// monotonic clock (see [Clock]), sizes are bytes, rates are per second.
package stats
