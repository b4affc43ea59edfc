package comparison

import (
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

func numberAt(v float64) *float64 { return &v }

func TestChangeForms(t *testing.T) {
	for _, x := range []struct {
		finding compare.Finding
		change  string
		between string
	}{
		{compare.Finding{Ratio: numberAt(0.918), Low: numberAt(0.91), High: numberAt(0.929)}, "-8.2%", "-9.0% to -7.1%"},
		{compare.Finding{Ratio: numberAt(1.98), Low: numberAt(1.91), High: numberAt(2.1)}, "+98.0%", "+91.0% to +110%"},
		{compare.Finding{Ratio: numberAt(2.63), Low: numberAt(1.001), High: numberAt(26.34)}, "x2.63", "+0.1% to x26.3"},
		{compare.Finding{Ratio: numberAt(0.25), Low: numberAt(0.2), High: numberAt(0.3)}, "x0.250", "x0.200 to x0.300"},
		{compare.Finding{Ratio: numberAt(123456), Low: numberAt(99999), High: numberAt(1e20)}, "x123,000", "x100,000 to x1.00e+20"},
		{compare.Finding{Ratio: numberAt(0)}, "-100%", figures.Unknown},
		{compare.Finding{Ratio: numberAt(-1), Low: numberAt(-1), High: numberAt(1)}, figures.Unknown, figures.Unknown},
		{compare.Finding{}, figures.Unknown, figures.Unknown},
		{compare.Finding{Difference: true, Unit: compare.Share, Ratio: numberAt(0.0122), Low: numberAt(-0.001), High: numberAt(0.5)}, "+1.22 pp", "-0.100 to +50.0 pp"},
		{compare.Finding{Difference: true, Unit: compare.Share, Ratio: numberAt(0), Low: numberAt(0), High: numberAt(1e-9)}, "0 pp", "0 to ~0 pp"},
		{compare.Finding{Difference: true, Ratio: numberAt(-2.5)}, "-2.50", figures.Unknown},
	} {
		form := FormOf(&x.finding)
		if got := form.Show(figures.NumberOr(x.finding.Ratio)); got != x.change {
			t.Errorf("%s, want %s", got, x.change)
		}
		if got := form.Interval(x.finding.Low, x.finding.High); got != x.between {
			t.Errorf("%s, want %s", got, x.between)
		}
	}
}
