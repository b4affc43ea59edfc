// Package capacity says how much a target holds, from the steps of a search: a
// pure function of its result file.
package capacity
