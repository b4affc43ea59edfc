// Package benchpeers sets ftpmark beside other FTP clients and beside what the machine gives:
// the same work, on the same servers, interleaved in the same run. make bench-peers runs it
// and writes the result into its README.md.
//
// It is a test because workers/ftptest, which starts the servers, is for tests; its files have
// the build tag benchpeers, as it takes its time and wants an idle machine. bare/ is a minimal
// FTP client on sockets, the least that the work can cost in Go. ftpbench.py makes the load of
// pyftpdlib's ftpbench.
//
// BENCH_REPS is the number of repetitions (default 5). BENCH_ONLY is a regular expression of
// the kinds of work to run; README.md does not change then, nor does it with fewer than 5
// repetitions. BENCH_SCALE, a number, makes the pieces of work larger or smaller (0.1, to try
// something). With BENCH_STRICT=1 a missed floor is a failure.
//
// make bench-check measures this checkout beside another commit in the same way.
package benchpeers
