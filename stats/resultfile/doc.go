// Package resultfile is what a run keeps: the records, the [Writer] that appends them to a file
// as JSON Lines, the [Reader] that reads them back one by one, and the [Result] that they come
// to, also of a file that was cut off.
package resultfile
