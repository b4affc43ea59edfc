package stats

import (
	"strings"
)

// ConversationFacts say in numbers what a conversation shows of its operation.
type ConversationFacts struct {
	// OpenedBy is who opened the data connection, "client" or "server"; empty
	// if nobody did.
	OpenedBy string `json:"opened_by,omitempty"`
	// After is the verb of the last command before that, and Answered says that
	// the server had answered it by then.
	After    string `json:"after,omitempty"`
	Answered bool   `json:"answered,omitempty"`
	// RoundTrips are the commands whose reply was there before the first byte
	// of payload moved (without payload: before it ended), Connects the data
	// connections that were opened by then and Handshakes their TLS handshakes.
	RoundTrips int `json:"round_trips"`
	Connects   int `json:"connects"`
	Handshakes int `json:"handshakes"`
	// Resumed says that these resumed the control connection's session.
	Resumed bool `json:"resumed,omitempty"`
}

// Facts returns what the steps of the operation come to. Those of the log-in do
// not count.
func (c *Conversation) Facts() ConversationFacts {
	var f ConversationFacts
	begun := c.Moments[T1]
	if begun == 0 {
		return f
	}
	first := c.firstByte()
	verb, answered := "", false
	for i := range c.Steps {
		s := &c.Steps[i]
		if s.At < begun {
			continue
		}
		before := first == 0 || s.At <= first
		switch {
		case s.Kind == StepCommand:
			verb, answered = verbOf(s.Text), false
		case s.Kind == StepReply:
			if !answered && verb != "" && before {
				f.RoundTrips++
			}
			answered = true
		case s.Data && s.Kind == StepConnect, s.Kind == StepAccept:
			f.OpenedBy = "client"
			if s.Kind == StepAccept {
				f.OpenedBy = "server"
			}
			f.After, f.Answered = verb, answered
			if before {
				f.Connects++
			}
		case s.Data && s.Kind == StepTLS && before:
			f.Handshakes++
			f.Resumed = s.Resumed
		}
	}
	return f
}

// firstByte is when payload began to move, or would have: 0 if it never came to
// that.
func (c *Conversation) firstByte() Moment {
	if c.Moments[T6] != 0 {
		return c.Moments[T6]
	}
	return c.Moments[T7]
}

func verbOf(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	return verb
}
