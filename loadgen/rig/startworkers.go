package rig

import (
	"context"
	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"math/rand/v2"
	"time"
)

// growEvery is how often the open model looks whether arrivals wait for want of
// a session.
const growEvery = 10 * time.Millisecond

// start starts the worker of a slot.
func (t *trial) start(ctx context.Context, slot int) {
	w := &worker{trial: t, slot: slot, files: t.env.files.Slot(slot), shard: t.rec.Shard(slot), unmet: fixtures.Unmet{},
		random: rand.New(rand.NewPCG(t.order.Seed, uint64(slot)))}
	t.hope.sessions.Add(1)
	t.pool.work(func() { w.work(ctx) })
}

// begin starts the workers: one for each slot, but in the open model only those
// of the sessions that it begins with.
func (t *trial) begin(ctx context.Context) {
	slots := t.pool.initial
	if t.staged() {
		slots = t.env.plan.Profile.MostSessions()
	}
	for slot := range slots {
		t.start(ctx, slot)
	}
	if most := t.env.plan.Profile.MostSessions(); t.load.queue != nil && most > slots {
		t.pool.work(func() { t.grow(ctx, slots, most) })
	}
}

// grow adds sessions, from the given slot on, while arrivals wait that no
// session has taken.
func (t *trial) grow(ctx context.Context, slot, most int) {
	if !t.await(ctx, t.started) {
		return
	}
	tick := time.NewTicker(growEvery)
	defer tick.Stop()
	end, ends := t.load.curve.Length()
	for slot < most {
		select {
		case <-tick.C:
		case <-t.over:
			return
		case <-ctx.Done():
			return
		}
		now := t.elapsed()
		waiting := t.load.queue.Overdue(now, t.dropped(t.loadBegan))
		if waiting == 0 && ends && now >= end {
			return
		}
		coming := slot - int(t.pool.up.Load())
		if t.pool.sessionless {
			coming = 0
		}
		for ; waiting > coming && coming < connect.AtOnce && slot < most; coming++ {
			t.start(ctx, slot)
			slot++
		}
	}
}
