package stats

import (
	"fmt"
	"testing"
	"time"
)

// ms is a millisecond of the clock.
const ms = Moment(time.Millisecond)

// transfer returns an ok download that was due at t0 and ended at t8.
func transfer(t0, t8 Moment, bytes int64) *Sample {
	at := func(part Moment) Moment { return t0 + (t8-t0)*part/8 }
	return &Sample{
		Op: Retr, Mode: EPSV, Bytes: bytes, Commands: 2, Connects: 1,
		Moments: Moments{t0, t0, at(2), at(3), at(3), at(4), at(5), at(7), t8},
	}
}

// failing returns a download that the server answered with a code.
func failing(t0, t8 Moment, code int) *Sample {
	s := transfer(t0, t8, 0)
	s.Failure = &Failure{Phase: Command, Class: ClassReply, Code: code, Text: fmt.Sprintf("%d no", code)}
	return s
}

// unfinished returns a download that the end of the run cut off.
func unfinished(t0, t8 Moment) *Sample {
	s := transfer(t0, t8, 0)
	s.Failure = &Failure{Phase: Payload, Class: ClassAborted, Text: "cut"}
	return s
}

// only returns the one element that a list has.
func only[T any](t *testing.T, l []T) T {
	t.Helper()
	if len(l) != 1 {
		t.Fatalf("%d of them, want 1", len(l))
	}
	return l[0]
}
