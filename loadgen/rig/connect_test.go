package rig

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
	c, err := newConnector(plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	const sessions = 31
	begun := time.Now()
	var all sync.WaitGroup
	for i := range sessions {
		opener := c
		if i%2 == 1 {
			opener = c.unmetered()
		}
		all.Go(func() {
			if !opener.enter(t.Context()) {
				t.Error("a place was refused")
			}
			opener.leave()
		})
	}
	all.Wait()
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("%d sessions at 100/s were begun within %s, want 300ms or more", sessions, took)
	}

	plan.Profile.ConnectRate = 1.0 / 3600
	if c, err = newConnector(plan, nil); err != nil {
		t.Fatal(err)
	}
	if !c.enter(t.Context()) {
		t.Fatal("the first place was refused")
	}
	c.leave()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for range openAtOnce + 1 {
		if c.enter(ctx) {
			t.Fatal("a second session within the hour")
		}
	}
	if len(c.gate) != 0 {
		t.Errorf("%d places are still taken", len(c.gate))
	}
}
