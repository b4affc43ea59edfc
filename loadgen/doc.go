// Package loadgen runs many sessions against one target: it prepares the
// files, opens the sessions, measures each variant in its window, and cleans
// up, on every path on which it still can.
package loadgen
