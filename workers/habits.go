package workers

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// Habits is what the sessions of a run have found out about their server, so that
// none has to find it out again, in a measured operation for one. The zero value
// is ready. It is safe for concurrent use.
type Habits struct {
	mu    sync.Mutex
	known habits
	verbs map[profiles.Mode]stats.Mode // what the aliases stand for
	// blocked are the aliases of whose verbs no port could be connected to.
	blocked []profiles.Mode
	notes   []string
}

// habits are yes or no each; the zero value is what is usual.
type habits struct {
	noFEAT        bool // it does not answer FEAT,
	answersFEAT   bool // or it has
	plainNames    bool // it refuses names with a slash
	slashes       bool // it takes them
	leavesOpen    bool // it leaves its half of an upload's connection open
	endsOtherwise bool // it ends multi-line replies with another code
}

// Notes says what a reader of a report should know of the server, a sentence each.
func (h *Habits) Notes() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.notes...)
}

func (h *Habits) get() habits {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.known
}

// set notes a habit, and says the sentence if it has not been said.
func (h *Habits) set(habit func(*habits) *bool, sentence string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at := habit(&h.known); !*at {
		*at = true
		if sentence != "" && !slices.Contains(h.notes, sentence) {
			h.notes = append(h.notes, sentence)
		}
	}
}

// learn takes over what a session's wires have found out.
func (h *Habits) learn(l *wire.Link) {
	known := h.get()
	if known.leavesOpen && l.Closes() {
		h.closesAfterAll()
	}
	if l.LeavesOpen() || l.EndsOtherwise() {
		if l.LeavesOpen() && !known.leavesOpen {
			h.set(func(k *habits) *bool { return &k.leavesOpen },
				"the server leaves its half of an upload's data connection open: ftpmark cannot detect a reset after the completion reply")
		}
		if l.EndsOtherwise() && !known.endsOtherwise {
			h.set(func(k *habits) *bool { return &k.endsOtherwise },
				"the server ends multi-line replies with another code than they begin with")
		}
	}
}

// closesAfterAll takes back that the server leaves its half of uploads open. The
// note of it stays: the ends of some uploads were not seen.
func (h *Habits) closesAfterAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known.leavesOpen = false
}

func (h *Habits) answersFEAT() { h.set(func(k *habits) *bool { return &k.answersFEAT }, "") }

func (h *Habits) noFEAT() {
	h.set(func(k *habits) *bool { return &k.noFEAT }, "the server does not answer FEAT: sessions log in without it")
}

func (h *Habits) plainNames() {
	h.set(func(k *habits) *bool { return &k.plainNames },
		"the server refuses names with a slash: sessions change directory, outside of the measurement, and use plain names")
}

func (h *Habits) slashes() { h.set(func(k *habits) *bool { return &k.slashes }, "") }

// Verb returns what an alias stands for, if that is known.
func (h *Habits) Verb(alias profiles.Mode) (stats.Mode, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m, ok := h.verbs[alias]
	return m, ok
}

// resolved notes what an alias stands for. why is empty if that is its first
// choice.
func (h *Habits) resolved(alias profiles.Mode, m stats.Mode, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, known := h.verbs[alias]; known {
		return
	}
	if h.verbs == nil {
		h.verbs = map[profiles.Mode]stats.Mode{}
	}
	h.verbs[alias] = m
	if why != "" {
		h.notes = append(h.notes, fmt.Sprintf("--mode %s is %s here: %s", alias, strings.ToUpper(m.String()), why))
	}
}

// unreached notes a verb for an alias of which no port could be connected to.
func (h *Habits) unreached(alias profiles.Mode, m stats.Mode) {
	h.resolved(alias, m, "")
	h.mu.Lock()
	defer h.mu.Unlock()
	h.blocked = append(h.blocked, alias)
}

// Blocked reports whether no port of the alias's verbs could be connected to.
func (h *Habits) Blocked(alias profiles.Mode) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(h.blocked, alias)
}
