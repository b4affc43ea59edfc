// Package merge combines the results of load generators that ran one profile
// at the same time against one target into a single result.
//
// Each trial of the merged result has the part that the generators' windows
// have in common as its window. The result files of generators say when their
// clocks stood at 0, so their moments can be laid over each other, as exactly as
// the machines' clocks agree.
//
// What belongs to a window by t0 (counts, histograms, errors) is that of each
// generator's own whole window and is added up without loss: intervals count
// operations when they end, so it cannot be cut to another window. What happened
// inside a window (completions, payload that moved) is cut to the common one,
// since it becomes the rates: of an interval that straddles an edge of the
// common window, the part that lies inside counts in proportion, rounded such
// that rates are not overstated. How much that can be wrong is said in a note.
//
// The merged intervals lie on a grid of seconds that begins at the window's
// open. What is cut is spread over the seconds in proportion; everything else of
// an interval lands whole in the second that holds its middle.
//
// It knows result files and what they hold, and nothing of reports.
package merge
