// Package hdr is the recording histogram: HdrHistogram's buckets at three significant digits,
// in pages that exist only where values fell. It records latencies (nanoseconds) and
// throughputs (bytes per second), merges, answers percentiles and says how many samples each
// of them wants, and encodes to what every HdrHistogram tool reads.
package hdr
