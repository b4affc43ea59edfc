// Package usl describes how throughput answers to load: by the Universal
// Scalability Law (N. J. Gunther, Guerrilla Capacity Planning, Springer 2007,
// chapters 4 to 6; A General Theory of Computational Scalability Based on
// Rational Functions, arXiv:0808.1431, 2008), and by a line that ends in a
// plateau, with the better of the two named. Every function is pure.
//
// The law in its form of three parameters says
//
//	X(N) = γ·N / (1 + α·(N−1) + β·N·(N−1))
//
// X is throughput per second at load N, in sessions; γ the throughput of one
// session; α contention, the share of the work that is done one at a time; β
// coherency, what each pair of sessions costs. Throughput is greatest at
// N* = √((1−α)/β); without coherency it approaches γ/α and has no peak.
//
// # The fit
//
// The time one session waits for its turn, N/X, is linear in the parameters:
//
//	N/X = a·1 + b·N + c·(N²−N+1),  γ = 1/(a+b+c),  α = b·γ,  β = c·γ
//
// and a, b, c ≥ 0 is the same as 0 ≤ α, 0 ≤ β and N* ≥ 1. The fit looks for the
// least squares within these bounds, so one on a bound is found exactly there.
//
// What is squared is the difference of logarithms, log X − log X(N), because
// repeated measurements of throughput differ by a percentage: unweighted
// squares, which published fits have, would see only the highest levels.
//
// # The intervals
//
// They are profile-likelihood intervals at 95% (D. M. Bates and D. G. Watts,
// Nonlinear Regression Analysis and Its Applications, Wiley 1988, chapter 6): a
// value is in the interval unless fixing it there, with the other parameters
// free within their bounds, makes the sum of squares larger than Student's t
// with (points − 3) degrees of freedom allows. Unlike estimate ± t·error they
// keep to the bounds, need not be symmetric, and do not depend on how the law
// is written; that matters where β is near 0. In a thousand draws from servers
// that obey the law, 3 to 5% of noise, 8 to 12 levels, each held the truth in
// 94 to 98% (all of γ, α and β together in 90 to 94%): see
// TestIntervalsHoldTheTruth. They hold as far as the law does, with noise of
// equal relative size at all levels and independent from point to point: look at
// the residuals, and at which curve is the better.
package usl
