// Package capacity says how much a target holds, from the steps of a search: a
// pure function of its result file.
//
// A level counts by the last step at it that came to a verdict. The capacity is
// the highest level that was held below the lowest one that failed, and the
// limit is what broke at that one. A step at which the load generator was the
// limit is neither held nor failed, unless the target itself turned sessions
// away; where nothing else ends the way up there is no capacity to tell.
package capacity
