package metrics

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Before returns a sink that hands every record to next and then to l. What
// becomes of a record is next's to say.
func (l *Live) Before(next resultfile.Sink) resultfile.Sink { return &both{next: next, live: l} }

// both is a sink of which only the first can refuse a record.
type both struct {
	next resultfile.Sink
	live *Live
}

func (b *both) Header(x *resultfile.Header) error {
	err := b.next.Header(x)
	_ = b.live.Header(x) // which refuses nothing
	return err
}

func (b *both) Variant(x *resultfile.Variant) error {
	err := b.next.Variant(x)
	_ = b.live.Variant(x)
	return err
}

func (b *both) Interval(x *resultfile.Interval) error {
	err := b.next.Interval(x)
	_ = b.live.Interval(x)
	return err
}

func (b *both) Sessions(x *resultfile.Sessions) error {
	err := b.next.Sessions(x)
	_ = b.live.Sessions(x)
	return err
}

func (b *both) Generator(x *resultfile.Generator) error {
	err := b.next.Generator(x)
	_ = b.live.Generator(x)
	return err
}

func (b *both) Trial(x *resultfile.Trial) error {
	err := b.next.Trial(x)
	_ = b.live.Trial(x)
	return err
}

func (b *both) Step(x *resultfile.Step) error {
	err := b.next.Step(x)
	_ = b.live.Step(x)
	return err
}

func (b *both) Footer(x *resultfile.Footer) error {
	err := b.next.Footer(x)
	_ = b.live.Footer(x)
	return err
}

// Conversation passes one on: it lies outside of what is measured.
func (b *both) Conversation(x *stats.Conversation) error { return b.next.Conversation(x) }
