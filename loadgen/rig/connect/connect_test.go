package connect

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
)

// TestConnectRate: sessions are begun no faster than asked, whoever opens them,
// and whoever gives up waiting leaves the place to others.
func TestConnectRate(t *testing.T) {
	plan := &plan.Plan{Profile: profiles.Default()}
	plan.Profile.ConnectRate = 100
	c, err := New(plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	const sessions = 31
	begun := time.Now()
	var all sync.WaitGroup
	for i := range sessions {
		opener := c
		if i%2 == 1 {
			opener = c.Unmetered()
		}
		all.Go(func() {
			if !opener.Enter(t.Context()) {
				t.Error("a place was refused")
			}
			opener.Leave()
		})
	}
	all.Wait()
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("%d sessions at 100/s were begun within %s, want 300ms or more", sessions, took)
	}

	plan.Profile.ConnectRate = 1.0 / 3600
	if c, err = New(plan, nil); err != nil {
		t.Fatal(err)
	}
	if !c.Enter(t.Context()) {
		t.Fatal("the first place was refused")
	}
	c.Leave()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for range AtOnce + 1 {
		if c.Enter(ctx) {
			t.Fatal("a second session within the hour")
		}
	}
	if len(c.Gate) != 0 {
		t.Errorf("%d places are still taken", len(c.Gate))
	}
}
