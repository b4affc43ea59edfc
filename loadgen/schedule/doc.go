// Package schedule says what load is due when: the level of a load over time,
// the arrivals of an open model and the backlog of those that are overdue, the
// sessions that a closed model wants, and random choices by index.
//
// Nothing in it sleeps, reads a clock or starts a goroutine. Time is the time
// elapsed since the load began, always a parameter, and chance is a function of
// a seed: the same calls give the same answers.
package schedule
