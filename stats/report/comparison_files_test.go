package report

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/ftpmark/ftpmark/stats/compare"
)

func TestComparisonMarkdown(t *testing.T) {
	for name, c := range map[string]*compare.Comparison{
		"slower": passiveActive(), "equivalent": alike(), "unsettled": unsettled(), "vetoed": vetoed(), "partial": cutShort(),
		"limited": heldBack(), "noisy": noisy(), "three": threeVariants(), "hostile": forged(), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, &Report{Comparison: c}, Markdown, Options{})
			golden(t, "comparison-markdown-"+name, out)
			checkMdReport(t, out)
		})
	}
}

// checkMdReport checks what holds for every Markdown report: nothing but its
// own marks, and tables whose rows have as many cells as their heads.
func checkMdReport(t *testing.T, out []byte) {
	t.Helper()
	text := string(out)
	if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Error("a number that is none was written")
	}
	if !strings.HasSuffix(text, "\n") || strings.HasPrefix(text, "\n") || strings.Contains(text, "\n\n\n") {
		t.Error("blank lines where none belong")
	}
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			t.Errorf("%U in Markdown", r)
		}
	}
	for _, own := range []string{"<details><summary>", "</summary>", "</details>", "<sub>", "</sub>"} {
		text = strings.ReplaceAll(text, own, "")
	}
	columns := 0
	for line := range strings.Lines(text) {
		n := strings.Count(line, "|")
		if n > 0 && columns > 0 && n != columns {
			t.Errorf("%d bars, not %d: %s", n, columns, line)
		}
		columns = n
	}
	text = regexp.MustCompile("`[^`\n]*`").ReplaceAllString(text, "")
	if i := strings.IndexAny(text, "<@`"); i >= 0 {
		t.Errorf("not escaped: %q", text[i:min(i+40, len(text))])
	}
}

func TestComparisonCSV(t *testing.T) {
	for name, c := range map[string]*compare.Comparison{
		"slower": passiveActive(), "partial": cutShort(), "three": threeVariants(), "hostile": forged(), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, &Report{Comparison: c}, CSV, Options{})
			golden(t, "comparison-csv-"+name, out)
			checkCSV(t, out)
		})
	}
}

func checkCSV(t *testing.T, out []byte) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll() // of one length each
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(out, []byte("\n")); n != len(rows) || bytes.Contains(out, []byte("\r")) {
		t.Errorf("%d lines, %d rows", n, len(rows))
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell == "" {
				continue
			}
			if strings.ContainsAny(cell[:1], "=+@") || cell[0] == '-' && strings.Trim(cell, "-+.e0123456789") != "" {
				t.Errorf("a formula: %q", cell)
			}
			if strings.ContainsFunc(cell, unicode.IsControl) || strings.Contains(cell, "NaN") || strings.Contains(cell, "Inf") {
				t.Errorf("not to be written: %q", cell)
			}
		}
	}
}
