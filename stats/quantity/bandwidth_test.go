package quantity

import (
	"strings"
	"testing"
)

func TestByteRateText(t *testing.T) {
	for text, want := range map[string]string{
		"10MiB/s": "10MiB/s", "80Mbit/s": "10MB/s", "8Mibit/s": "1MiB/s", " 1.5 kB/s ": "1500B/s", "8bit/s": "1B/s",
	} {
		got, err := ParseByteRate(text)
		if err != nil || FormatByteRate(got) != want {
			t.Errorf("%q: %s, %v; want %s", text, FormatByteRate(got), err, want)
		}
	}
	for text, why := range map[string]string{
		"": "want a number", "10": "has no unit: want 10B/s (bytes) or 10bit/s (bits)", "10Mbps": "want 10MB/s (bytes) or 10Mbit/s (bits)",
		"10mib/s": "want 10MiB/s (bytes) or 10Mibit/s (bits)", "10b/s": "want 10B/s", "10x/s": "unknown unit", "0B/s": "at least 1B/s",
		"1bit/s": "at least 1B/s", "9bit/s": "whole number", "99999999TiB/s": "out of range", "-1B/s": "want a number",
	} {
		if got, err := ParseByteRate(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %d, %v; want an error with %q", text, got, err, why)
		}
	}
}
