// Package profiles is the vocabulary of intent: what to run, against what, and
// how much of it, with defaults, validation and units.
//
// It imports nothing else of this module.
package profiles
