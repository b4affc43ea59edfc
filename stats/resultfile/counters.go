package resultfile

import (
	"math"

	"github.com/ftpmark/ftpmark/stats"
)

// Counters are what is counted of one series. An operation belongs to the
// window if its t0 lies in it; unless said otherwise a counter is of those.
type Counters struct {
	OK         int64 `json:"ok,omitempty"`
	Failed     int64 `json:"failed,omitempty"`
	Unfinished int64 `json:"unfinished,omitempty"`
	// Dropped arrivals were due in the window and never began.
	Dropped int64 `json:"dropped,omitempty"`
	// Bytes is the payload of ok operations, wherever in time it moved.
	Bytes          int64 `json:"bytes,omitempty"`
	SizeUnverified int64 `json:"size_unverified,omitempty"`

	// CompletedInside counts ok operations that ended inside the window,
	// those that began in the warm-up included.
	CompletedInside int64 `json:"completed_inside,omitempty"`
	// MovedInside is the payload that moved inside the window, whatever
	// became of its operation; WastedInside the part of it that belonged to
	// operations which then failed or did not finish.
	MovedInside  int64 `json:"moved_inside,omitempty"`
	WastedInside int64 `json:"wasted_inside,omitempty"`

	// Commands and Connects are summed over ok operations.
	Commands int64 `json:"commands,omitempty"`
	Connects int64 `json:"connects,omitempty"`

	// Paths counts the ok transfers of whose [stats.TCPPath] something is known. RTT, in
	// nanoseconds, and Retransmits are summed over these, DeliveryRate, in bytes
	// per second, over DeliveryRates of them, which are uploads.
	Paths         int64 `json:"paths,omitempty"`
	RTT           int64 `json:"rtt_ns,omitempty"`
	Retransmits   int64 `json:"retransmits,omitempty"`
	DeliveryRates int64 `json:"delivery_rate_transfers,omitempty"`
	DeliveryRate  int64 `json:"delivery_rate_bytes_per_second,omitempty"`

	// Partition sums the parts of ok operations, in nanoseconds (see
	// [stats.Moments.Partition]); operations without a data connection have none.
	Partition [stats.NumSegments]int64 `json:"partition_ns"`

	// WarmupOK and WarmupFailed count operations that began before the
	// window, AfterWindow those that began after it.
	WarmupOK     int64 `json:"warmup_ok,omitempty"`
	WarmupFailed int64 `json:"warmup_failed,omitempty"`
	AfterWindow  int64 `json:"after_window,omitempty"`
	// Spanning counts operations that began (t1) before the window and had
	// not ended when it closed: their sessions did nothing else in it.
	Spanning int64 `json:"spanning,omitempty"`

	// WaitingAtOpen counts operations that were due before the window
	// opened and had not begun when it did, WaitingAtClose those due before
	// it closed that had not begun then: the backlog of an open load.
	// Dropped arrivals that were turned away are in neither, those that
	// waited until the run gave up are.
	WaitingAtOpen  int64 `json:"waiting_at_open,omitempty"`
	WaitingAtClose int64 `json:"waiting_at_close,omitempty"`

	// Verified counts ok transfers whose content or size on the server was
	// checked beyond the count of bytes.
	Verified int64 `json:"verified,omitempty"`
	// Housekeeping counts operations outside of the measurement, while the
	// window was open, that made a file or a folder for a measured one.
	Housekeeping int64 `json:"housekeeping,omitempty"`
}

// Attempts returns how many operations of the window began.
func (c *Counters) Attempts() int64 { return addClamped(addClamped(c.OK, c.Failed), c.Unfinished) }

// Due returns how many operations of the window should have begun.
func (c *Counters) Due() int64 { return addClamped(c.Attempts(), c.Dropped) }

// Add adds o. A sum that does not fit stays at the largest value, which only a
// forged file can reach.
func (c *Counters) Add(o *Counters) {
	theirs := o.fields()
	for i, f := range c.fields() {
		*f = addClamped(*f, *theirs[i])
	}
}

func (c *Counters) fields() [24 + stats.NumSegments]*int64 {
	p := &c.Partition
	return [...]*int64{
		&c.OK, &c.Failed, &c.Unfinished, &c.Dropped, &c.Bytes, &c.SizeUnverified,
		&c.CompletedInside, &c.MovedInside, &c.WastedInside, &c.Commands, &c.Connects,
		&c.WarmupOK, &c.WarmupFailed, &c.AfterWindow, &c.Spanning,
		&c.Paths, &c.RTT, &c.Retransmits, &c.DeliveryRates, &c.DeliveryRate,
		&c.WaitingAtOpen, &c.WaitingAtClose, &c.Verified, &c.Housekeeping,
		&p[0], &p[1], &p[2], &p[3], &p[4], &p[5],
	}
}

func addClamped(a, b int64) int64 {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}
