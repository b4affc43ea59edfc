package spelling

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	words := []string{"retr", "stor", "service.p50", "service.p99", "goodput", "x", strings.Repeat("n", 1000)}
	for word, want := range map[string]string{
		"rert": "retr", "retrr": "retr", "RETR": "retr", "sotr": "stor", "rerr": "retr", "rrrr": "", "a": "",
		"servce.p99": "service.p99", "Servcie.p99": "service.p99", "srvc.p99": "", "service.p": "service.p50",
		"goodputs": "goodput", "godputt": "goodput", "": "", "nothing": "",
		strings.Repeat("n", 999): "", strings.Repeat("ż", 20): "",
	} {
		if got := Nearest(word, words); got != want {
			t.Errorf("%q may mean %q, want %q", word, got, want)
		}
	}
}
