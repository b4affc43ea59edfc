// Package recorder turns samples into records: sessions record what they did into the shards
// of a [Recorder], which gives an interval now and then and at the end the trial.
package recorder
