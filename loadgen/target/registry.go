package target

import "sync"

// registry knows what is open, so that the end of the server can close it and
// wait until the last is gone. It is safe for concurrent use.
type registry[K comparable] struct {
	mu    sync.Mutex
	open  map[K]struct{}
	ended bool
	empty chan struct{} // closed when ended and nothing is open
}

func newRegistry[K comparable]() *registry[K] {
	return &registry[K]{open: make(map[K]struct{}), empty: make(chan struct{})}
}

// add enters k, or says false if the end has come: k must then not be used.
func (r *registry[K]) add(k K) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return false
	}
	r.open[k] = struct{}{}
	return true
}

// remove takes k out; to remove it twice does no harm.
func (r *registry[K]) remove(k K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.open[k]; !ok {
		return
	}
	delete(r.open, k)
	if r.ended && len(r.open) == 0 {
		close(r.empty)
	}
}

// size is how many are open.
func (r *registry[K]) size() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// end lets nothing more in and calls cut for each that is open, outside the
// lock, so that cut may lead to remove.
func (r *registry[K]) end(cut func(K)) {
	r.mu.Lock()
	if r.ended {
		r.mu.Unlock()
		return
	}
	r.ended = true
	rest := make([]K, 0, len(r.open))
	for k := range r.open {
		rest = append(rest, k)
	}
	if len(rest) == 0 {
		close(r.empty)
	}
	r.mu.Unlock()
	for _, k := range rest {
		cut(k)
	}
}
