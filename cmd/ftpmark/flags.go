package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/profiles"
)

// unknownFlag says what may have been meant by a flag that there is not.
func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	name := e.GetSpecifiedName()
	if name == "password" || name == "pass" {
		return fmt.Errorf("--%s: a password is not given as a flag, where others could see it: use --password-file, FTPMARK_PASSWORD, .netrc or the URL", name)
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if like := profiles.NearestOf(name, names); like != "" {
		return fmt.Errorf("%w: did you mean --%s?", e, like)
	}
	return e
}

// flagError says in a user's words what is wrong with a flag or its value.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		return unknownFlag(c, unknown)
	}
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	flag, value := invalid.GetFlag(), invalid.GetValue()
	var setting *profiles.Error
	if errors.As(err, &setting) {
		return setting // which names the flag
	}
	number, notNumber := strconv.ParseFloat(value, 64)
	want := ""
	switch kind := flag.Value.Type(); {
	case kind == "duration" && notNumber == nil:
		want = fmt.Sprintf("want a unit, such as %ss", value)
	case kind == "duration":
		want = "want a number and a unit, such as 500ms, 30s or 5m"
	case kind == "bool":
		want = "want true or false"
	case kind != "int" && kind != "int64" && kind != "uint64":
		if _, words := flag.Value.(*choiceFlag); words {
			return fmt.Errorf("--%s %w", flag.Name, invalid.Unwrap())
		}
		return fmt.Errorf("--%s: %w", flag.Name, invalid.Unwrap())
	case errors.Is(err, strconv.ErrRange):
		want = "that number is out of range"
	case notNumber == nil && number == math.Trunc(number) && number >= 0 && number < 1<<53:
		want = fmt.Sprintf("want digits only, such as %.0f", number)
	default:
		want = "want a whole number"
	}
	return fmt.Errorf("--%s %q: %s", flag.Name, value, want)
}

// knownCommand refuses what is none of the root's commands.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	_, _, password := passwordIn(args[0])
	advice := ""
	if like := c.SuggestionsFor(args[0]); len(like) > 0 {
		advice = ": did you mean " + strings.Join(like, " or ") + "?"
	} else if password || strings.Contains(args[0], "://") {
		advice = ": did you mean run TARGET?"
	}
	return fmt.Errorf("unknown command %q%s", args[0], advice)
}

// noArguments refuses any.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q: %s takes no arguments", args[0], c.Name())
	}
	return nil
}

// oneArgument refuses a second argument; name says what the first is.
func oneArgument(name string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fmt.Errorf("unexpected argument %q: %s takes one %s", args[1], c.Name(), name)
		}
		return nil
	}
}
