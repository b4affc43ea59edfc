package profiles

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// textValue is a field of a profile by its text form. Set checks the range.
type textValue interface {
	Set(text string) error
	String() string
}

// wholeValue is a whole number from low to high.
type wholeValue[T int | int64 | uint64] struct {
	at        *T
	low, high T
}

func (v wholeValue[T]) Set(text string) error {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
	if err != nil || n < uint64(v.low) || n > uint64(v.high) {
		return fmt.Errorf("%q: want a whole number from %d to %d", text, v.low, v.high)
	}
	*v.at = T(n)
	return nil
}

func (v wholeValue[T]) String() string { return fmt.Sprint(*v.at) }

// durationValue is a Duration from low to [maxDuration].
type durationValue struct {
	at  *Duration
	low time.Duration
}

func (v durationValue) Set(text string) error {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil {
		if n, ok := quantity.ParseNumber(strings.TrimSpace(text)); ok {
			return fmt.Errorf("%q has no unit: want a time such as %ss or %sms", text, quantity.FormatNumber(n), quantity.FormatNumber(n))
		}
		return fmt.Errorf("%q: want a time such as 500ms, 10s or 1m30s", text)
	}
	if d < v.low || d > maxDuration {
		least := "0s"
		if v.low > 0 {
			least = "more than 0s"
		}
		return fmt.Errorf("%q is out of range: want a time from %s to %s", text, least, maxDurationText)
	}
	*v.at = Duration(d)
	return nil
}

func (v durationValue) String() string { return v.at.String() }

// boolValue is true or false.
type boolValue struct{ at *bool }

func (v boolValue) Set(text string) error {
	switch strings.TrimSpace(text) {
	case "true":
		*v.at = true
	case "false":
		*v.at = false
	default:
		return fmt.Errorf("%q: want true or false", text)
	}
	return nil
}

func (v boolValue) String() string { return strconv.FormatBool(*v.at) }

// choiceValue is one of a few words.
type choiceValue struct {
	at      *string
	choices []string
}

func (v choiceValue) Set(text string) error {
	if !slices.Contains(v.choices, text) {
		hint := ""
		if near := NearestOf(text, v.choices); near != "" && near != text {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		return fmt.Errorf("%q%s: want %s", text, hint, join(v.choices))
	}
	*v.at = text
	return nil
}

func (v choiceValue) String() string { return *v.at }

// lineValue is a text of one line, not empty.
type lineValue struct{ at *string }

func (v lineValue) Set(text string) error {
	if err := checkLine(text); err != nil {
		return err
	}
	*v.at = text
	return nil
}

func (v lineValue) String() string { return *v.at }

func checkLine(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return fmt.Errorf("%q is empty: want a text, or leave out the key", text)
	case !utf8.ValidString(text):
		return fmt.Errorf("%q is not UTF-8: want a text in UTF-8", text)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' }):
		return fmt.Errorf("%q has a line break or control character: want a text of one line", text)
	}
	return nil
}

// listValue is a list of texts. Setting adds to it; the separator parts a text
// into several.
type listValue struct {
	at        *[]string
	separator string
	check     func(string) error
}

func (v listValue) Set(text string) error {
	list := slices.Clone(*v.at)
	for part := range strings.SplitSeq(text, v.separator) {
		part = strings.TrimSpace(part)
		if err := checkLine(part); err != nil {
			return err
		}
		if v.check != nil {
			if err := v.check(part); err != nil {
				return err
			}
		}
		if slices.Contains(list, part) {
			return fmt.Errorf("%q is listed twice: want each once", part)
		}
		list = append(list, part)
	}
	*v.at = list
	return nil
}

func (v listValue) String() string { return strings.Join(*v.at, v.separator) }

// addressValue is an IP address.
type addressValue struct{ at *string }

func (v addressValue) Set(text string) error {
	text = strings.TrimSpace(text)
	if err := checkAddress(text); err != nil {
		return err
	}
	*v.at = text
	return nil
}

func (v addressValue) String() string { return *v.at }

func checkAddress(text string) error {
	if _, err := netip.ParseAddr(text); err != nil {
		return fmt.Errorf("%q is not an IP address: want one such as 192.0.2.1 or 2001:db8::1", text)
	}
	return nil
}

// targetValue is a URL without a password.
type targetValue struct{ at *string }

func (v targetValue) Set(text string) error {
	text = strings.TrimSpace(text)
	t, err := ParseTarget(text)
	if err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "target: "))
	}
	if t.HasPassword {
		return fmt.Errorf("%s", noPassword)
	}
	if err := checkLine(text); err != nil {
		return fmt.Errorf("a URL cannot have a line break or control character: percent-encode it")
	}
	*v.at = text
	return nil
}

func (v targetValue) String() string { return *v.at }

const noPassword = "a password is not allowed here: use password_file, FTPMARK_PASSWORD or .netrc"
