package report

import (
	"fmt"
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// TestTextFits: whatever a report is of, no line is wider than the terminal.
func TestTextFits(t *testing.T) {
	reports := []*Report{judged(t)}
	for _, s := range []*summary.Summary{
		twoModes(), fourModes(), sixColumns(), twoOperations(), openLate(), openPaces(), mix(), mixWithFallback(), logins(), staged(),
		stagedOpenMix(), partial(), limited(), hostile(), fewSamples(), blocked(), overridden(), broken(),
	} {
		reports = append(reports, &Report{Summary: s})
	}
	for _, c := range []*compare.Comparison{passiveActive(), alike(), vetoed(), cutShort(), heldBack(), noisy(), threeVariants(), forged()} {
		reports = append(reports, &Report{Comparison: c})
	}
	for _, x := range []*compare.Diff{builds(), forcedDiff(), moreFailures(), nothingPasses(), forgedDiff()} {
		reports = append(reports, &Report{Diff: x})
	}
	for _, r := range searches() {
		reports = append(reports, &Report{Capacity: found1(t, r())})
	}
	for _, width := range []int{60, 80, 100, 132} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			for _, r := range reports {
				o := Options{Width: width}
				checkText(t, textOf(t, r, o), o)
			}
		})
	}
}
