package run

import (
	"encoding/json"
	"testing"
)

// TestShellWord checks that what a forged file holds stays one word.
func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"service.p99": "service.p99", "": "''", "errors.rate < 0.1%": "'errors.rate < 0.1%'", "a'; rm -rf /; '": `'a'\''; rm -rf /; '\'''`, "$(x)": "'$(x)'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// TestProfileAsItIs checks that a profile is shown as it was written.
func TestProfileAsItIs(t *testing.T) {
	const want = "{\n  \"a\": \"x \\\\u003c < > & \\\\\"\n}"
	if got := indented(json.RawMessage(`{"a":"x \\u003c \u003c \u003e \u0026 \\"}`)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
