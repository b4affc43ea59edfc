package ftptest

import (
	"runtime"
	"testing"
)

// skippable notes whether it was skipped.
type skippable struct {
	testing.TB
	skipped bool
}

func (s *skippable) Helper() {}

func (s *skippable) Skipf(string, ...any) {
	s.skipped = true
	runtime.Goexit()
}

// TestOnlyCheckSkips calls whatever asks for a server, a namespace or a tool.
func TestOnlyCheckSkips(t *testing.T) {
	for value, want := range map[string]bool{"": false, "1": true} {
		t.Setenv(CheckVariable, value)
		s := &skippable{TB: t}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			SkipInCheck(s, "for this test")
		}()
		if <-ended; s.skipped != want {
			t.Errorf("%s=%q: skipped is %v", CheckVariable, value, s.skipped)
		}
	}
}
