// Package liveview is what a terminal shows while a run goes on: a block of
// lines at its bottom that is drawn over and over.
//
// A [View] keeps what the run told of itself and makes lines of it, for any
// width, height, time and set of characters: it writes nothing. A [Region] knows
// what stands on the terminal and how to replace it. A [Screen] puts both on a
// terminal, a few times a second at most, with what else is said above.
package liveview
