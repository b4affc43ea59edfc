package workers

import (
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/workers/wire"
)

// Command sends one command that is not measured, and returns the reply and the
// words of its lines. A refusal is no error; errors are [*stats.Failure].
func (s *Session) Command(line string) (wire.Reply, []string, error) {
	r, lines, err := s.link.Command(line)
	if err != nil {
		s.broken = true
		return r, nil, asFailure(err, "")
	}
	if r.Code == 421 {
		s.broken = true
	}
	return r, lines, nil
}

// MustCommand sends a command that is not measured and returns an error with
// the server's own words unless the reply has one of the given codes.
func (s *Session) MustCommand(line string, codes ...int) error {
	r, _, err := s.Command(line)
	if err != nil {
		return err
	}
	if !slices.Contains(codes, r.Code) {
		return fmt.Errorf("the server said %s", r)
	}
	return nil
}
