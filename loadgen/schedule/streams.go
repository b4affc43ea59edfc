package schedule

// The streams of random numbers of a run, see [Uniform]: that of the sizes of the files
// to download, that of what does not change for a slot, and one of each choice that an
// operation takes, for arrivals and for each slot of a closed load.
const (
	StreamOfFiles uint64 = iota
	StreamOfSlots
	streamsOfTurns
)

// Choice is what is chosen for an operation.
type Choice uint64

// The choices.
const (
	ChoiceOfOp Choice = iota
	ChoiceOfFile
	ChoiceOfSize
	ChoiceOfThink
	numChoices
)

// Stream is the stream of the choice in a slot; -1 is that of arrivals.
func (c Choice) Stream(slot int) uint64 {
	return streamsOfTurns + uint64(slot+1)*uint64(numChoices) + uint64(c)
}
