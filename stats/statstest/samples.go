package statstest

import (
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Millisecond is a millisecond of the clock.
const Millisecond = stats.Moment(time.Millisecond)

// Transfer returns an ok download that was due at t0 and ended at t8.
func Transfer(t0, t8 stats.Moment, bytes int64) *stats.Sample {
	at := func(part stats.Moment) stats.Moment { return t0 + (t8-t0)*part/8 }
	return &stats.Sample{
		Op: stats.Retr, Mode: stats.EPSV, Bytes: bytes, Commands: 2, Connects: 1,
		Moments: stats.Moments{t0, t0, at(2), at(3), at(3), at(4), at(5), at(7), t8},
	}
}

// Failing returns a download that the server answered with a code.
func Failing(t0, t8 stats.Moment, code int) *stats.Sample {
	s := Transfer(t0, t8, 0)
	s.Failure = &stats.Failure{Phase: stats.Command, Class: stats.ClassReply, Code: code, Text: fmt.Sprintf("%d no", code)}
	return s
}

// Unfinished returns a download that the end of the run cut off.
func Unfinished(t0, t8 stats.Moment) *stats.Sample {
	s := Transfer(t0, t8, 0)
	s.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassAborted, Text: "cut"}
	return s
}

// Only returns the one element that a list has.
func Only[T any](t *testing.T, l []T) T {
	t.Helper()
	if len(l) != 1 {
		t.Fatalf("%d of them, want 1", len(l))
	}
	return l[0]
}
