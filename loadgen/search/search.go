package search

import (
	"math"
	"slices"
)

// Search is one search under way. It has no clock and starts nothing: its caller
// asks [Search.Next] what to measure, measures it, and tells what came of it, so
// that several searches can take turns. Not safe for concurrent use.
type Search struct {
	cfg   Config
	bound int

	ask  Ask
	open bool // ask has been handed out, or would be: it awaits its answer
	told int

	held   []held    // rising
	failed []failure // in the order told, which is falling

	// onTheWay is the highest level that was held when the first failed.
	onTheWay  float64
	confirmed bool // the highest level held was, by the last answer on it
	unknown   bool

	repeat    Ask       // asked next, for longer; no level for none
	leftOut   []float64 // levels that were unknown twice
	inARow    int       // of them, those since the last level that was judged
	unsettled bool      // so is the confirmation

	next       float64 // asked for next if it lies between held and failed
	hinted     float64 // the last level that was a hint
	hints      int     // followed so far
	stride     int     // by how many held levels the next re-test goes down; 0: none is due
	descents   int     // below From so far
	confirms   int     // that failed
	again      bool    // the confirmation is repeated
	repeated   bool    // it was, once
	doubts     int     // failures asked once more
	doubting   bool    // ask is one
	heldInARow int     // since the last failure
}

// held is a level that was held.
type held struct {
	level float64
	told  int // when it was first
}

// failure is a level that was not held.
type failure struct {
	level   float64
	told    int
	hinted  bool // the target said how many it lets in
	doubted bool // it failed twice
}

// What a search spends at most.
const (
	mostHints    = 6 // a target whose every hint is wrong
	mostConfirms = 5 // confirmations that fail
	mostDoubts   = 2
	mostLeftOut  = 3          // in a row
	lowest       = 1.0 / 1024 // of From, if that is not held
)

// New returns a search that has not asked anything. Its errors are a Config
// outside the bounds that its fields state.
func New(cfg Config) (*Search, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Search{cfg: cfg, bound: cfg.Bound()}
	s.plan()
	return s, nil
}

// Next returns what to measure; false says that the search is over. Until it is
// told, the same is asked.
func (s *Search) Next() (Ask, bool) {
	return s.ask, s.open
}

// Tell says what came of the level that Next returns. It panics once the search
// is over: nothing was asked.
func (s *Search) Tell(a Answer) {
	if !s.open {
		panic("search: told without having asked")
	}
	s.told++
	switch {
	case a.Unknown:
		s.unjudged()
	case a.Held:
		s.inARow, s.unsettled = 0, false
		s.holds()
	default:
		s.inARow, s.unsettled = 0, false
		s.fails(s.usable(a.Hint))
	}
	s.plan()
}

// unjudged takes note that nothing is known of the level asked for.
func (s *Search) unjudged() {
	if !s.ask.Longer {
		s.repeat = s.ask
		s.repeat.Longer = true
		return
	}
	s.inARow++
	s.unknown = s.inARow == mostLeftOut
	switch {
	case s.doubting:
		s.failed[len(s.failed)-1].doubted = true
	case s.ask.Purpose == Confirm:
		s.unsettled = true
	default:
		s.leftOut = append(s.leftOut, s.ask.Level)
		s.forget(s.ask.Level) // should it have been held before
	}
}

// isLeftOut reports whether a level was, or one that is as good as the same.
func (s *Search) isLeftOut(level float64) bool {
	return slices.ContainsFunc(s.leftOut, func(l float64) bool {
		return level == l || !s.cfg.Whole && math.Abs(level/l-1) < s.cfg.Precision/4
	})
}

// top is the highest level held, 0 for none.
func (s *Search) top() float64 {
	if len(s.held) == 0 {
		return 0
	}
	return s.held[len(s.held)-1].level
}

// lowestFailed is the lowest level that failed, 0 for none.
func (s *Search) lowestFailed() float64 {
	if len(s.failed) == 0 {
		return 0
	}
	return s.failed[len(s.failed)-1].level
}

// usable returns a hint that can be a level, or 0.
func (s *Search) usable(hint float64) float64 {
	if s.cfg.Whole {
		hint = math.Floor(hint)
	}
	if !(hint > 0) || math.IsInf(hint, 0) {
		return 0
	}
	return hint
}

// holds takes note that the level asked for was held.
func (s *Search) holds() {
	level := s.ask.Level
	if s.doubting {
		s.withdraw()
	}
	s.confirmed = s.ask.Purpose == Confirm
	s.stride = 0
	s.heldInARow++
	if level > s.top() {
		s.held = append(s.held, held{level, s.told})
	}
	if level == s.hinted {
		s.next = s.above(level)
	}
}

// withdraw takes the lowest failure back. If several failed in a row below the
// first after an overload, all but that one are as doubtful and go too.
func (s *Search) withdraw() {
	var since int
	if len(s.held) > 0 {
		since = s.held[len(s.held)-1].told
	}
	first := len(s.failed) - 1
	for first > 0 && s.failed[first-1].told > since {
		first--
	}
	if first < len(s.failed)-1 {
		first++
	}
	s.failed = s.failed[:first]
	if len(s.failed) == 0 {
		s.onTheWay = 0
	}
}

// fails takes note that the level asked for was not held.
func (s *Search) fails(hint float64) {
	level := s.ask.Level
	if s.doubting {
		s.failed[len(s.failed)-1].doubted = true
		return
	}
	confirm := s.ask.Purpose == Confirm
	if confirm && hint > 0 && !s.repeated {
		s.repeated, s.again = true, true
		return
	}
	s.heldInARow = 0
	s.forget(level)
	if len(s.failed) == 0 {
		s.onTheWay = s.top()
	}
	switch {
	case confirm:
		s.confirms++
		s.stride = 1
	case s.stride > 0:
		s.stride *= 2
	}
	if s.stride > 0 && hint > 0 && hint < level {
		// The target says how far down it is: nothing above need be tested.
		s.forget(hint)
	}
	s.failed = append(s.failed, failure{level: level, told: s.told, hinted: hint > 0 && hint >= s.top() && hint < level})
	s.follow(hint)
}

// follow makes a hint the next level, or the one above if it is known to be held.
func (s *Search) follow(hint float64) {
	switch top := s.top(); {
	case hint == 0 || hint < top || hint >= s.lowestFailed() || s.hints == mostHints:
	case hint == top:
		s.next = s.above(top)
		s.hints++
	default:
		s.next, s.hinted = hint, hint
		s.hints++
	}
}

// forget drops what was held at this level and above.
func (s *Search) forget(level float64) {
	for len(s.held) > 0 && s.top() >= level {
		s.held = s.held[:len(s.held)-1]
	}
}

// above is the level which, if it fails, proves that this one is the limit.
func (s *Search) above(level float64) float64 {
	if s.cfg.Whole {
		return level + 1
	}
	return level * (1 + s.cfg.Precision)
}
