package metrics

import "github.com/ftpmark/ftpmark/stats/resultfile"

// Before returns a sink that hands every record to next and then to l. What
// becomes of a record is next's to say.
func (l *Live) Before(next resultfile.Sink) resultfile.Sink { return &both{next: next, live: l} }

// both is a sink of which only the first can refuse a record.
type both struct {
	next resultfile.Sink
	live *Live
}

func (b *both) Write(r resultfile.Record) error {
	err := b.next.Write(r)
	_ = b.live.Write(r) // which refuses nothing
	return err
}
