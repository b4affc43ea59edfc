package recorder

import "sync"

// gauge counts what is in use at one time, and remembers the most.
type gauge struct {
	mu        sync.Mutex // held for no more than these few lines; others may be held
	now, most int
}

func (g *gauge) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now += n
	g.most = max(g.most, g.now)
}

// take returns the most since it was last taken.
func (g *gauge) take() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	most := g.most
	g.most = g.now
	return most
}
