// Package summary makes of a result what reports show and what the JSON report says:
// [Of] gives the [Summary].
package summary
