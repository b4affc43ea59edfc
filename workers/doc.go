// Package workers is one session: it logs in, runs operations over the wires
// of package wire, and says of each, in a [stats.Sample], what happened and
// whether it was a success.
package workers
