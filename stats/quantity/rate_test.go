package quantity

import (
	"strings"
	"testing"
)

func TestRateText(t *testing.T) {
	for text, want := range map[string]string{
		"200": "200/s", "200/s": "200/s", " 600 / m ": "10/s", "90/m": "90/m", "10/h": "10/h", "0.3/s": "18/m", "0.25": "15/m", "0": "0/s",
	} {
		got, err := ParseRate(text)
		if err != nil || FormatRate(got) != want {
			t.Errorf("%q: %s, %v; want %s", text, FormatRate(got), err, want)
		}
	}
	for text, why := range map[string]string{
		"": "want a number", "1/d": "unknown unit of time", "1/": "unknown unit of time", "-1/s": "want a number", "1e3/s": "want a number", "NaN": "want a number",
	} {
		if got, err := ParseRate(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, %v; want an error with %q", text, got, err, why)
		}
	}
}
