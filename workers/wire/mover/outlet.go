package mover

// outlet lets the pieces of an upload pass as its pace allows. What a piece did
// not use of its grant is there for the next one, so that at the end of a whole
// upload nothing is over.
type outlet struct {
	o      Options
	credit int // granted and not used
}

// next waits until a piece may be sent, and returns how many bytes of it may.
func (out *outlet) next(most int64) (int64, error) {
	if out.o.Pace == nil {
		return most, nil
	}
	if out.credit == 0 {
		granted, err := out.o.Pace(int(most))
		if err != nil {
			return 0, err
		}
		out.credit = granted
		out.o.waiting(false) // the pause was ours, not the peer's
	}
	return min(most, int64(out.credit)), nil
}

// used notes that n bytes were sent.
func (out *outlet) used(n int) {
	if out.o.Pace != nil {
		out.credit -= n
	}
}
