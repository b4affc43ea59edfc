// Package connect opens the sessions of a run: so many at a time, at a rate, with patience
// where the server has no place yet, and counts what became of each.
package connect
