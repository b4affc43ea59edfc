// Package inference is the mathematics of comparing small samples of trials:
// exact rank tests, bootstrap intervals, corrections for many tests and for
// looking more than once. It knows nothing of what is measured. Every function
// is pure; where chance is needed the seed is a parameter.
//
// The sources:
//
//   - Wilcoxon (1945), Individual comparisons by ranking methods, Biometrics
//     Bulletin 1: [SignedRank].
//   - Mann & Whitney (1947), On a test of whether one of two random variables is
//     stochastically larger than the other, Ann. Math. Statist. 18: [MannWhitney].
//   - Efron (1979), Bootstrap methods: another look at the jackknife, Ann.
//     Statist. 7; Efron & Tibshirani (1993), An Introduction to the Bootstrap,
//     ch. 13: [BootstrapMedian] and its kin.
//   - Holm (1979), A simple sequentially rejective multiple test procedure,
//     Scand. J. Statist. 6: [Holm].
//   - Schuirmann (1987), A comparison of the two one-sided tests procedure and
//     the power approach, J. Pharmacokinet. Biopharm. 15: the outcome [Same].
//   - Lan & DeMets (1983), Discrete sequential boundaries for clinical trials,
//     Biometrika 70; Jennison & Turnbull (1989), Interim analyses: the repeated
//     confidence interval approach, J. R. Statist. Soc. B 51: [Looks].
package inference
