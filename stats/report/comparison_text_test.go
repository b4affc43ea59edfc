package report

import (
	"bytes"
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
)

func TestComparisonText(t *testing.T) {
	for _, x := range []struct {
		name       string
		comparison *compare.Comparison
		options    Options
	}{
		{name: "slower", comparison: passiveActive()},
		{name: "slower-color", comparison: passiveActive(), options: Options{Color: true}},
		{name: "slower-narrow", comparison: passiveActive(), options: Options{Width: 72}},
		{name: "slower-wide", comparison: passiveActive(), options: Options{Width: 160}},
		{name: "equivalent", comparison: alike()},
		{name: "unsettled", comparison: unsettled()},
		{name: "vetoed", comparison: vetoed()},
		{name: "partial", comparison: cutShort()},
		{name: "limited", comparison: heldBack()},
		{name: "noisy", comparison: noisy()},
		{name: "three", comparison: threeVariants()},
		{name: "hostile", comparison: forged()},
		{name: "hostile-color", comparison: forged(), options: Options{Color: true, Width: 72}},
		{name: "empty", comparison: &compare.Comparison{}},
	} {
		t.Run(x.name, func(t *testing.T) {
			out := comparisonText(x.comparison, x.options)
			golden(t, "comparison-"+x.name, out)
			checkText(t, out, x.options)
			if bytes.Contains(out, []byte("NaN")) || bytes.Contains(out, []byte("Inf")) {
				t.Error("a number that is none was printed")
			}
		})
	}
}
