// Package compare says whether variants, builds or servers differ, from the
// trials of one result ([Of]) or of two ([Between]).
//
// The unit of replication is the trial, never the operation: the operations of
// one trial share its minute of the machine and of the server, and thousands of
// them are still one draw. A trial gives one value for each [Metric].
//
// Within one result the trials are paired: each block ran every variant once, in
// random order, and the verdict is of the ratios within blocks. Two results made
// at different times have no pairs; that is weaker evidence, and is called so.
//
// Everything here is a pure function of results.
package compare
