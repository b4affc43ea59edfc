package stats

import "time"

// TCPPath is what this machine's TCP knew of the path of a data connection as it
// closed, whichever side had opened it.
type TCPPath struct {
	// Known says whether TCP was asked. Where it could not be, or the data
	// connection did not end in order, the rest is zero.
	Known bool
	// RTT is TCP's own smoothed estimate of the round-trip time. A side that
	// sends hardly anything, as the client of a download does, has timed only
	// the opening of the connection; in an upload the waits in queues and the
	// peer's delayed acknowledgements are in it.
	RTT time.Duration
	// Retransmits counts the segments that this machine sent again. The payload
	// of a download is the server's, which sends it again unseen: there only the
	// opening and the end of the connection are ours.
	Retransmits int64
	// DeliveryRate is TCP's own latest estimate, in bytes per second, of how
	// fast the server acknowledged the payload of an upload: that of some round
	// trip without a lack of payload, not of the whole, which [Sample.Throughput]
	// is. 0 where it has none.
	DeliveryRate int64
}
