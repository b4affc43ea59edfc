// Package diagnosis goes from evidence to cause and advice: what a failure says of the
// server, this machine and the path between them, and what one can do about it. A wrong
// hint is worse than none, so where nothing is known it says nothing.
package diagnosis
