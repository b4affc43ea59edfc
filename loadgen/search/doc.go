// Package search finds the highest level of a load that a target holds: up in
// steps that grow, then down between what was held and what was not, then the
// found level once more. It measures nothing itself: it asks for a level and is
// told what came of it. [Steady] says when such a measurement has seen enough.
//
// # How it goes
//
// The ramp doubles the level from Config.From until one is not held, or
// Config.Most is. The search then halves what lies between the highest level
// held and the lowest that failed: in ratio, or, for whole levels, in number.
// A target that says how many it let in (Answer.Hint) is taken at its word and
// then tested: that level, and the one just above it, are next; such a limit is
// found exactly. If not even the first level is held, lower ones are tried, down
// to a thousandth of it.
//
// The found level is confirmed. If that fails, the level has failed: a longer
// measurement outweighs a shorter one, and asking until the answer pleases would
// not be honest. The one exception is a refusal with a hint, which is asked once
// more in a search: the target may still have been counting sessions that had
// left. Below a level that failed so, what was held before is not believed any
// more but tested again, in growing strides, so that a target that fell over and
// stays down costs few steps.
//
// One false failure would hide all that lies above it. So a failure that stands
// alone, whose surroundings speak against it, or that could be the after-effect
// of an overload, is asked once more after the confirmation; if it is held then,
// the search goes on above it. This happens at most twice.
//
// The number of asks is bounded by [Config.Bound] whatever the answers are.
package search
