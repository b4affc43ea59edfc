// Package inference is the mathematics of comparing small samples of trials:
// exact rank tests, bootstrap intervals, corrections for many tests and for
// looking more than once. It knows nothing of what is measured. Every function
// is pure; where chance is needed the seed is a parameter.
package inference
