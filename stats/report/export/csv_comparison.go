package export

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// ComparisonCSV returns one row for each variant and metric. Fields are quoted
// as RFC 4180 has it, and lines end in a line feed as in all our text. Values are in the row's unit, the base unit of its kind; what is not known
// is empty.
func ComparisonCSV(c *compare.Comparison) []byte {
	rows := [][]string{append(append([]string{"base", "variant", "pairs"}, findingColumns("variant")...), "status", "generator_limited")}
	for i := range c.Against {
		a := &c.Against[i]
		for j := range a.Findings {
			row := []string{csvWord(a.Base), csvWord(a.Variant), strconv.Itoa(a.Pairs)}
			row = append(row, findingFields(&a.Findings[j], &c.Method)...)
			rows = append(rows, append(row, csvWord(c.Status), strconv.FormatBool(c.Generator.Limited)))
		}
	}
	return csvOf(rows)
}

// findingColumns are the heads of [findingFields]. A ratio and a difference
// have columns of their own, so that nobody takes one for the other.
func findingColumns(other string) []string {
	return []string{
		"metric", "operation", "unit", "higher_is_better", "primary", "base_median", other + "_median",
		"ratio", "ratio_low", "ratio_high", "difference", "difference_low", "difference_high",
		"confidence_level", "p", "p_adjusted", "verdict", "pairs_needed", "why",
	}
}

func findingFields(f *compare.Finding, m *compare.Method) []string {
	change := []string{csvNumber(f.Ratio), csvNumber(f.Low), csvNumber(f.High), "", "", ""}
	if f.Difference {
		change = append(change[3:], change[:3]...)
	}
	needed := ""
	if f.PairsNeeded != nil {
		needed = strconv.Itoa(*f.PairsNeeded)
	}
	row := []string{
		csvWord(f.Metric), csvWord(f.Op), csvWord(string(f.Unit)), strconv.FormatBool(f.Higher), strconv.FormatBool(f.Primary),
		csvNumber(f.Base), csvNumber(f.New),
	}
	row = append(row, change...)
	return append(row, csvNumber(&m.Level), csvNumber(f.P), csvNumber(f.PAdjusted), csvWord(string(f.Verdict)), needed, csvWord(f.Why))
}

// formulas are what a spreadsheet takes for the beginning of one, in either
// width.
const formulas = "=+-@＝＋－＠"

// csvWord returns text from outside as a cell that a spreadsheet shows and does
// not compute: one that begins like a formula gets an apostrophe.
func csvWord(s string) string {
	s = terminal.Printable(s, about.MostText)
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " ")); s != "" && strings.ContainsRune(formulas, first) {
		return "'" + s
	}
	return s
}

// csvNumber returns the shortest text that reads back as the same number,
// without an exponent unless it is far away.
func csvNumber(v *float64) string {
	if v == nil || !figures.Finite(*v) {
		return ""
	}
	if a := math.Abs(*v); a == 0 || a >= 1e-6 && a < 1e15 {
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

func csvOf(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a buffer takes everything
	return b.Bytes()
}
