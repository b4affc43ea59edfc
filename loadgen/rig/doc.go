// Package rig is one machine's share of a run: the files on the servers, many sessions,
// one trial at a time, and the clean-up, on every path on which it still can. A driver
// gives a [Rig] its orders and takes what it tells; what is measured when is no business
// of a rig.
package rig
