package serverwatch

import "time"

// account adds up the processor time that processes used since it was opened,
// from samples of those that are there.
type account struct {
	there map[id]*entry // in the last sample
	at    int64         // when that began, on the clock of id.start
	// What those used that are no longer there: themselves, and by children
	// that they waited for.
	used, reaped time.Duration
	// left is all that they had used, as far as it was seen. It turns up once
	// more in what their parents reaped.
	left time.Duration
}

// entry is a process of an account.
type entry struct {
	last        process
	cpu, reaped time.Duration // what it had used when the account was opened
}

// openAccount returns an account of a window that begins with a sample.
func openAccount(sample []process, at int64) *account {
	a := &account{there: make(map[id]*entry, len(sample)), at: at}
	for _, p := range sample {
		a.there[p.id] = &entry{last: p, cpu: p.cpu, reaped: p.reaped}
	}
	return a
}

// add takes the next sample, which began at that time.
func (a *account) add(sample []process, at int64) {
	before := a.there
	parents := make(map[int32]struct{}, len(before))
	for _, e := range before {
		parents[e.last.pid] = struct{}{}
	}
	a.there = make(map[id]*entry, len(sample))
	for _, p := range sample {
		e := before[p.id]
		switch {
		case e != nil:
			// One that ends while it is read has its time in coarser units.
			p.cpu, p.reaped = max(p.cpu, e.last.cpu), max(p.reaped, e.last.reaped)
			e.last = p
			delete(before, p.id)
		case p.start >= a.at: // born since
			e = &entry{last: p}
		default: // it joined, and what it did before is its own business
			e = &entry{last: p, cpu: p.cpu, reaped: p.reaped}
		}
		a.there[p.id] = e
	}
	a.at = at
	for _, e := range before {
		a.used += e.last.cpu - e.cpu
		a.reaped += e.last.reaped - e.reaped
		if _, ok := parents[e.last.parent]; ok {
			a.left += e.last.cpu + e.last.reaped
		}
	}
}

// total is what was used between the first sample and the last.
//
// Reaped time counts beyond what was seen of the ended, all parents taken
// together: it cannot be known which of them waited for a grandchild.
func (a *account) total() time.Duration {
	used, reaped := a.used, a.reaped
	for _, e := range a.there {
		used += e.last.cpu - e.cpu
		reaped += e.last.reaped - e.reaped
	}
	return used + max(0, reaped-a.left)
}
