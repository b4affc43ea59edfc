// Package metrics makes cumulative metrics of a run's records while it runs, for
// the systems that collect them: its sub-packages prom and otlp hand them to
// Prometheus and to OpenTelemetry, in the same numbers under the same names.
//
// A [Live] is fed with the records (see [Live.Before]), each second's interval as
// it is written, and gives a snapshot at any time: [Live.Families]. So whatever
// the metrics say, the result file says too, and at the end of a run the totals
// are the report's.
//
// # Cardinality
//
// No label has a value that a server, an address or a path could choose.
// Operations, modes, phases, outcomes and classes of failure are short lists;
// variants beyond [MaxVariants] are together "other", and so are names that a
// profile would not accept. The steps of a search for capacity share the series of
// their variant.
//
// # Distributions
//
// An HdrHistogram's buckets, 0.1% (below 131 µs 64 ns) wide, are put by their
// middles into exponential buckets that each grow by 2^(1/32), which is 2.2%, and
// into a few classic ones. So a count at a border is at most half an HdrHistogram
// bucket off, a quantile read from the exponential buckets at most 2.2%. Where
// more than [MaxBuckets] would be needed, pairs of them are joined until it is
// enough: values that span five powers of two are told apart by 2.2%, ten by
// 4.4%, twenty by 9.1%. Counts and sums are exact.
package metrics
