package run

import (
	"encoding/json"
	"testing"

	"github.com/ftpmark/ftpmark/stats/resultfile"
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

// TestCommandRepeats: what the profile does not say is in the command.
func TestCommandRepeats(t *testing.T) {
	for want, h := range map[string]resultfile.Header{
		"ftpmark run -p ./profile.yaml":             {Trials: 1},
		"ftpmark run -p ./profile.yaml --trials 10": {Trials: 10},
		"ftpmark compare -p ./profile.yaml --pairs 6 --primary goodput,service.p99 --threshold-effect 3% --until verdict --max-pairs 40 --cooldown 0s": {
			Compare: &resultfile.ComparePlan{
				Pairs: 6, MaxPairs: 40, UntilVerdict: true, Primary: []string{"goodput", "service.p99"}, ThresholdEffect: 0.03, Cooldown: "0s",
			},
		},
		"ftpmark capacity -p ./profile.yaml --vary rate --from 1/s --most 500/s --precision 5% --slo 'service.p99 < 200ms' --step-min 3s --step-max 1m0s": {
			Capacity: &resultfile.CapacityPlan{
				Vary: resultfile.VaryRate, From: 1, Most: 500, Precision: 0.05, Objectives: []string{"service.p99 < 200ms"}, StepMin: "3s", StepMax: "1m0s",
			},
		},
	} {
		if got := command(&h); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
