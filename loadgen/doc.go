// Package loadgen has the drivers of measurements: they decide what is measured when,
// and what is told of it. An [Experiment] runs blocks of trials, a [CapacitySearch]
// looks for the highest load that a server holds. The load itself is made by a
// [rig.Rig].
package loadgen
