//go:build soak

package loadgen

import (
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// TestSoakMix runs every operation for five minutes in each mode on each real
// server: nothing fails, nothing is left.
func TestSoakMix(t *testing.T) {
	for _, kind := range servers.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, kind, servers.Options{})
			before := strings.Join(leftovers(t, server), " ")
			sum, err := runMixed(t, mixedPlan(t, server, 5*time.Minute), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range sum.Series {
				t.Logf("%s as %s: %d ok, %d failed", x.Op, x.Variant, x.OK, x.Failed)
				if x.Failed != 0 || x.OK == 0 {
					t.Errorf("%s as %s: %d ok, %d failed", x.Op, x.Variant, x.OK, x.Failed)
				}
			}
			for _, e := range sum.Errors {
				t.Logf("%s %s: %d times %s %d %s", e.Variant, e.Op, e.Count, e.Phase, e.Code, e.Example)
			}
			if after := strings.Join(leftovers(t, server), " "); after != before {
				t.Errorf("before %q, now %q", before, after)
			}
		})
	}
}
