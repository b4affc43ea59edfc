package about

import (
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

func TestSeriesName(t *testing.T) {
	for _, c := range []struct {
		variant string
		mode    stats.Mode
		width   int
		want    string
	}{
		{"passive", stats.EPSV, 20, "passive (epsv)"},
		{"active", stats.PORT, 20, "active (port)"},
		{"epsv", stats.EPSV, 20, "epsv"},
		{"epsv", stats.NoMode, 20, "epsv"},
		{"", stats.EPSV, 20, "epsv"},
		{"", stats.NoMode, 20, ""},
		{"tls-explicit-required-reuse-12", stats.EPSV, 20, "tls-ex…use-12 (epsv)"},
		{"日本語日本語日本語", stats.NoMode, 9, "日本…本語"},
	} {
		if got := Series(c.variant, c.mode, c.width); got != c.want {
			t.Errorf("%q %v in %d: %q, want %q", c.variant, c.mode, c.width, got, c.want)
		}
	}
}
