// Package threshold judges the summary of a run and the comparison of variants:
// a threshold is a gate such as
//
//	retr.passive.service.p99 < 250ms
//	errors.rate < 0.1%
//	retr.goodput > 800MiB/s
//	stor.operations.rate > 100/s
//	login.login.p99 < 1s
//	sessions.login.p99 < 500ms
//	dropped.count == 0
//	compare.passive/active.goodput > 0.95
//
// Its form is METRIC OPERATOR VALUE, and the operator <, <=, >, >= or ==. The
// metric is made of words with dots between them:
//
//	[OPERATION.][VARIANT.]PHASE.STATISTIC
//	[OPERATION.][VARIANT.]RATE[.STATISTIC]
//	sessions.PHASE.STATISTIC, sessions.errors.STATISTIC, sessions.count
//
// An operation is a name that [stats.ParseOp] knows. A variant is the name of
// one, or, where none of the result is called so, a mode: epsv, pasv, eprt,
// port, passive (epsv and pasv) or active (eprt and port). It may hold dots but
// none of the other words. A phase is a name of [stats.Phase]: those of a
// session's set-up follow the word sessions (every log-in of the run) or the
// operation login (those of the measured window).
//
// The metrics, their statistics and the unit of their value:
//
//	a phase     p50 p90 p95 p99 p99.9 p99.99 mean min max   a time: 250ms, 800us
//	            count                                   samples: a whole number
//	throughput  p1 p50 p99 min max                      of each transfer: 80MB/s
//	            count                                   samples: a whole number
//	goodput     rate, may be left out                   payload: 800MiB/s, 6.4Gbit/s
//	operations  rate, may be left out                   that succeeded: 100/s, 600/m
//	            count                                   that succeeded
//	errors      rate                                    failed ÷ attempted: 0.1%, 0.001
//	            count                                   that failed
//	unfinished  rate, count                             cut by the run's end, of the attempted
//	dropped     rate, count                             due and never begun, of those due
//	wasted      count, may be left out                  bytes of failed operations: 1MiB
//	sessions    count                                   sessions opened
//
// compare and a slash make it a metric of two variants, see Comparisons.
//
// p99_9 and p99_99 may be written for p99.9 and p99.99. Operations that did not
// finish are not errors, and neither are sessions that could not be opened:
// they have unfinished and sessions.errors. But they might have become errors
// (see below).
//
// # What is left out
//
// Counts and shares (errors, unfinished, dropped, wasted, operations.count) are
// of all operations and all variants together where these are not named.
//
// Phases, throughput, goodput and operations per second are not: variants run
// one after another, so their rates do not add up, and percentiles never do.
// Without a variant, each variant must pass by itself. Goodput and operations
// per second are those of all operations of a variant together where no
// operation is named; for phases and throughput each operation must pass, and
// each mode where sessions of one variant fell back to another.
//
// # What never passes
//
// A metric that does not exist in the result or has no samples or too few for
// its percentile gets no verdict. So does what would pass if operations that
// failed, did not finish or were dropped could change it (see
// [hdr.Histogram.Doubtful]), or if the result is partial or the load
// generator was its limit, or if sessions had no connection for more than 1 % of
// their time in the window: a dead server fails few operations, as none begin.
// Errors pass only if they also would with every
// operation that did not finish counted as one: a server that freezes fails
// none. A clear miss is a miss even so: failed operations do not excuse a
// latency that is too high without them. A partial result clearly misses no
// lower bound on a count, which was still growing.
//
// # Comparisons
//
//	compare.NEW/BASE.goodput             a ratio: 0.95, or 95%
//	compare.NEW/BASE.operations          per second
//	compare.NEW/BASE.[OPERATION.]service.p50, service.p95, service.p99,
//	                             data_ready.p50, response.p50, response.p95,
//	                             response.p99
//	compare.NEW/BASE.errors.rate         a difference of shares: 0.1%, 0.001
//
// NEW and BASE are the names of variants, whatever they are called, but for a
// slash and the signs of a comparison; modes do not stand for them. One of the
// two is the first variant of the comparison, with which the others were
// compared; which of them is named first is free. An operation that is not named
// is each of them.
//
// A ratio is NEW ÷ BASE and its bound lies from 0.1 to 10. In percent it begins
// at 50%: 5% less is 95%, and a bound of 5% would be a gate that always passes.
// It cannot be held to be equal to anything. The errors.rate of a comparison is
// NEW less BASE, in percentage points where it is written with %, each of them
// failed operations of those attempted. It can only be bounded from above, by 0
// or more.
//
// A threshold passes if the whole interval of the ratio keeps its bound and is
// missed if none of it does. Between these there is no verdict, and none where
// the comparison has no such metric or no value for it, too few samples for its
// percentile, or fewer than [resultfile.MinPairs] pairs. What would pass does not if
// the comparison is partial, the load generator was its limit, a pair lacks a
// value, sessions of either variant had no connection for more than 1 % of their
// time in the window of a trial, or the variant that would come out of it well had
// more errors, however few. A miss holds but for one thing: that the other variant
// had clearly more errors. What failed in a trial that ended early counts among the
// errors.
package threshold
