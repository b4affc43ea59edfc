package target

import "sync/atomic"

// Stats are the server's own counts since it began, to hold against what a
// client believes it did.
type Stats struct {
	// Sessions were accepted; OpenSessions of them have not ended.
	Sessions, OpenSessions int64
	// Transfers of files (not listings) were begun; OpenTransfers go on,
	// FailedTransfers were cut or never got their data connection.
	Transfers, OpenTransfers, FailedTransfers int64
	// BytesIn is payload received, BytesOut payload handed to the kernel.
	BytesIn, BytesOut int64
}

type counters struct {
	sessions, transfers, failed atomic.Int64
	bytesIn, bytesOut           atomic.Int64
}

// Stats reads the counters. They are read one after the other, so that a
// moving server's do not all belong to one moment.
func (s *Server) Stats() Stats {
	return Stats{
		Sessions:        s.counters.sessions.Load(),
		OpenSessions:    int64(s.sessions.size()),
		Transfers:       s.counters.transfers.Load(),
		OpenTransfers:   int64(s.handles.size()),
		FailedTransfers: s.counters.failed.Load(),
		BytesIn:         s.counters.bytesIn.Load(),
		BytesOut:        s.counters.bytesOut.Load(),
	}
}
