package stats

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Bounds on what a conversation keeps. A session's log-in and a transfer take
// some thirty steps.
const (
	// MostSteps is how many steps are kept; MostStepText how many bytes of text
	// a step has.
	MostSteps, MostStepText = 200, 200

	maxNameBytes    = 400
	maxFailureBytes = 2000
)

// Conversation is what one session and its server said to each other, from the
// connect to the end of one operation. It holds no password: the caller sees to
// that.
type Conversation struct {
	Variant string `json:"variant"`
	// Mode is the verb that the data connection was negotiated with; NoMode
	// where there was none, or it did not come to it.
	Mode Mode `json:"mode"`
	Op   Op   `json:"op"`
	// Client and Server are the addresses of the control connection, empty where
	// it was not made.
	Client string `json:"client,omitempty"`
	Server string `json:"server,omitempty"`
	// Moments are those of the operation, in nanoseconds since the session
	// began to connect; a zero one did not happen.
	Moments Moments `json:"moments_ns"`
	// Bytes is the payload that moved.
	Bytes int64    `json:"bytes"`
	Steps StepList `json:"steps"`
	// LeftOut is how many more steps there were.
	LeftOut int `json:"left_out,omitempty"`
	// Foreign is the host that the reply to PASV named where that was not the server's
	// address, and Obeyed says that the data connection went there all the same.
	Foreign string `json:"foreign_host,omitempty"`
	Obeyed  bool   `json:"foreign_host_obeyed,omitempty"`
	// Failure is why it went no further, one line; empty if it went well.
	Failure string `json:"failure,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

// StepList holds the steps of a conversation in the order of their times. There
// are at most [MostSteps].
type StepList []ConversationStep

// ConversationStep is one thing that happened in a conversation.
type ConversationStep struct {
	// At is when it was noticed here, since the session began to connect: a
	// command before it was written, everything else when it was done.
	At   Moment    `json:"at_ns"`
	Kind StepKind  `json:"kind"`
	Way  Direction `json:"direction"`
	// Data says that it concerns the data connection, not the control
	// connection.
	Data bool `json:"data,omitempty"`
	// Text is the command, or the reply's first line, or what went wrong.
	Text string `json:"text,omitempty"`
	// Last is a reply's last line and Lines how many it has, where there is
	// more than one.
	Last  string `json:"last,omitempty"`
	Lines int    `json:"lines,omitempty"`
	// From and To are the addresses of a connect or an accept; To is that of a
	// listener.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Took is how long it lasted, of a connect of the control connection and a
	// handshake.
	Took time.Duration `json:"took_ns,omitempty"`
	// Resumed says that a handshake resumed the control connection's session.
	Resumed bool `json:"resumed,omitempty"`
	// Bytes is the payload up to here.
	Bytes int64 `json:"bytes,omitempty"`
}

// StepKind is what a step of a conversation is. Readers pass over kinds that
// they do not know.
type StepKind string

// The kinds of steps.
const (
	StepConnect   StepKind = "connect" // we opened a connection to the server
	StepListen    StepKind = "listen"  // we wait for the server's data connection
	StepAccept    StepKind = "accept"  // the server opened the data connection
	StepCommand   StepKind = "command"
	StepReply     StepKind = "reply"
	StepTLS       StepKind = "tls"   // a handshake was done
	StepFirstByte StepKind = "data"  // payload begins to move
	StepEOF       StepKind = "eof"   // the server ended the payload
	StepFIN       StepKind = "fin"   // we ended the payload
	StepFault     StepKind = "fault" // something failed on this side
)

// Direction is which way a step goes.
type Direction string

// The directions.
const (
	ToServer Direction = "to-server"
	ToClient Direction = "to-client"
	Local    Direction = "local" // nothing was sent
)

// UnmarshalJSON refuses a list that is longer than it can be, and steps that
// cannot be.
func (l *StepList) UnmarshalJSON(b []byte) error {
	*l = nil
	var steps []json.RawMessage
	if err := json.Unmarshal(b, &steps); err != nil {
		return err
	}
	if len(steps) > MostSteps {
		return fmt.Errorf("more than %d steps", MostSteps)
	}
	for i, text := range steps {
		var s ConversationStep
		if err := json.Unmarshal(text, &s); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		if err := s.check(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		if i > 0 && s.At < (*l)[i-1].At {
			return fmt.Errorf("step %d: earlier than the one before it", i+1)
		}
		*l = append(*l, s)
	}
	return nil
}

func (s *ConversationStep) check() error {
	switch {
	case s.At < 0 || s.Took < 0 || s.Bytes < 0 || s.Lines < 0:
		return errors.New("a number is negative")
	case max(len(s.Kind), len(s.Way), len(s.Text), len(s.Last), len(s.From), len(s.To)) > MostStepText:
		return fmt.Errorf("a text of more than %d bytes", MostStepText)
	}
	return nil
}

func (c *Conversation) Check() error {
	for _, m := range c.Moments {
		if m < 0 {
			return errors.New("a moment is negative")
		}
	}
	switch {
	case c.Bytes < 0 || c.LeftOut < 0:
		return errors.New("a number is negative")
	case len(c.Steps) > MostSteps:
		return fmt.Errorf("more than %d steps", MostSteps)
	case max(len(c.Variant), len(c.Client), len(c.Server), len(c.Foreign)) > maxNameBytes:
		return fmt.Errorf("a name of more than %d bytes", maxNameBytes)
	case max(len(c.Failure), len(c.Hint)) > maxFailureBytes:
		return fmt.Errorf("a text of more than %d bytes", maxFailureBytes)
	}
	return nil
}

// Span returns the duration of a phase of the operation, as [Sample.Span] does.
func (c *Conversation) Span(p Phase) (time.Duration, bool) {
	s := Sample{Op: c.Op, Mode: c.Mode, Moments: c.Moments, Bytes: c.Bytes}
	return s.Span(p)
}
