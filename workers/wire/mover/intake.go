package mover

// firstTake is the most that a paced download receives at first, in bytes; what
// the pace grants then sets the size.
const firstTake = 512

// intake is what becomes of the bytes of a download: they are compared, waited
// for and counted.
type intake struct {
	comparison
	meter Meter
	o     Options
	total int64
	// most is how much the next receive may take. A paced download takes what
	// was granted last, or twice as much as what was granted at once: it never
	// runs ahead of its pace by much more than a piece.
	most int
}

func newIntake(m Meter, o Options, buffer int) intake {
	in := intake{comparison: comparison{expect: o.Expect}, meter: m, o: o, most: buffer}
	if o.Pace != nil {
		in.most = min(firstTake, buffer)
	}
	return in
}

// count counts n bytes at once.
func (in *intake) count(n int) error {
	in.total += int64(n)
	in.meter.Moved(n)
	return in.o.tooLong(in.total)
}

// pay counts n bytes that were received, as the pace lets them pass. To pay
// behind the receive leaves nothing over at the end of the download, and does
// not make it wait for bytes that will never come.
func (in *intake) pay(n, buffer int) error {
	for owed := n; owed > 0; {
		granted, err := in.o.Pace(owed)
		if err != nil {
			return err
		}
		in.o.waiting(false) // the pause was ours, not the peer's
		if err := in.count(granted); err != nil {
			return err
		}
		switch {
		case granted < owed:
			in.most = granted
		case owed == n && n >= in.most:
			in.most = min(2*in.most, buffer)
		}
		owed -= granted
	}
	return nil
}

// received takes the next bytes of the download. Its error ends the download.
func (in *intake) received(p []byte, buffer int) error {
	if in.expect != nil {
		in.look(p)
	}
	if in.o.Pace != nil {
		return in.pay(len(p), buffer)
	}
	return in.count(len(p))
}
