//go:build calibrate

package main

import (
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
)

// TestCalibrate compares the embedded target with itself, again and again. Each
// verdict other than equivalent or inconclusive is false. At 5% each, more than
// 8 of 80 would be chance in 2% of such calibrations; the practical threshold
// makes them rarer still.
func TestCalibrate(t *testing.T) {
	const comparisons, most = 40, 8
	verdicts := map[string]map[compare.Verdict]int{}
	wrong := 0
	for i := range comparisons {
		c, o := compared(t, "--aa", "--pairs", "10", "--trial", "500ms", "--warmup", "100ms", "--cooldown", "50ms", "--size", "16KiB", "-c", "4")
		if o.code != exitFine {
			t.Fatalf("exit %d, stderr %s", o.code, o.stderr)
		}
		for _, f := range c.Against[0].Findings {
			if !f.Primary {
				continue
			}
			if verdicts[f.Metric] == nil {
				verdicts[f.Metric] = map[compare.Verdict]int{}
			}
			verdicts[f.Metric][f.Verdict]++
			if f.Verdict == compare.Faster || f.Verdict == compare.Slower {
				wrong++
				t.Logf("comparison %d: %s is %s: ratio %.3f (%.3f to %.3f), p %.4f", i+1, f.Metric, f.Verdict, *f.Ratio, *f.Low, *f.High, *f.P)
			}
		}
	}
	for metric, of := range verdicts {
		t.Logf("%-18s equivalent %d, inconclusive %d, faster %d, slower %d", metric, of[compare.Equivalent], of[compare.Inconclusive], of[compare.Faster], of[compare.Slower])
	}
	t.Logf("%d of %d verdicts are false", wrong, 2*comparisons)
	if wrong > most {
		t.Errorf("more than %d are", most)
	}
}
