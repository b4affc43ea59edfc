package diff

import (
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

func TestWorseInWords(t *testing.T) {
	for _, x := range []struct {
		form         figures.Form
		v, low, high float64
		want         string
		between      string
	}{
		{figures.Percents, 0.082, 0.075, 0.089, "8.2% worse", "7.5% to 8.9%"},
		{figures.Percents, -0.011, -0.018, -0.004, "1.1% better", "0.4% to 1.8%"},
		{figures.Percents, 0.004, -0.003, 0.011, "0.4% worse", "0.3% better to 1.1% worse"},
		{figures.Percents, 0, -0.003, 0, "unchanged", "0% to 0.3%"},
		{figures.Percents, 1e-9, math.NaN(), 1, "~0% worse", ""},
		{figures.Percents, -0.99999, math.Inf(-1), 1, ">99.9% better", ""},
		{figures.Points, 0.0121, 0.0119, 0.0124, "1.21 pp worse", "1.19 pp to 1.24 pp"},
	} {
		if got := worseBy(x.form, x.v); got != x.want {
			t.Errorf("%s, want %s", got, x.want)
		}
		if got := strings.ReplaceAll(worseInterval(x.form, x.low, x.high), terminal.NoBreak, " "); got != x.between {
			t.Errorf("%s, want %s", got, x.between)
		}
	}
}
