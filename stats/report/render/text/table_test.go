package text

import (
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// TestGroupsThatNeverFitAreTakenApart: no number is lost, and no line too wide.
func TestGroupsThatNeverFitAreTakenApart(t *testing.T) {
	d := doc.New("", "")
	long := strings.Repeat("1234567890", 2)
	d.Table(&doc.Table{Title: "t", Groups: []doc.Group{{Head: "head", Subs: []string{"a", "b", "c"}}},
		Rows: []doc.Row{{Label: "row", Cells: doc.Cells([]string{long, long, long})}}})
	out := string(Render(d, Options{Width: LeastWidth}))
	for line := range strings.Lines(out) {
		if terminal.Width(strings.TrimSuffix(line, "\n")) > LeastWidth {
			t.Errorf("%q is too wide", line)
		}
	}
	if n := strings.Count(out, long); n != 3 {
		t.Errorf("%d of 3 numbers:\n%s", n, out)
	}
}
