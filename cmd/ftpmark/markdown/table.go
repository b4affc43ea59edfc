package markdown

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

const (
	gap = 2 // columns between the cells of a row
	// leastColumn is the width below which a column of prose is not readable.
	leastColumn = 20
)

// table prints a table: cells are wrapped within their columns, or, where there is too
// little room for that, printed below each other.
func (p *printer) table(lines []string) {
	var rows [][]string
	for i, l := range lines {
		if i != 1 { // the rule below the head
			rows = append(rows, p.cells(l))
		}
	}
	widths := columnWidths(rows, p.Width-len(margin))
	if widths == nil {
		p.stacked(rows)
		return
	}
	apart := mostlyWrapped(rows, widths)
	for i, row := range rows {
		if apart && i > 1 {
			p.out.WriteByte('\n')
		}
		p.row(row, widths)
		if i == 0 {
			var rules []string
			for c := range row {
				rules = append(rules, strings.Repeat("-", widths[c]))
			}
			p.row(rules, widths)
		}
	}
}

// cells are the texts between the bars of a line.
func (p *printer) cells(line string) (cells []string) {
	const bar = "\x00"
	line = strings.ReplaceAll(strings.TrimSpace(line), `\|`, bar)
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	for cell := range strings.SplitSeq(line, "|") {
		cells = append(cells, p.inline(strings.ReplaceAll(strings.TrimSpace(cell), bar, "|")))
	}
	return cells
}

// columnWidths shares the room among the columns, nil if one would be too narrow. Those
// that need no more than an equal share get what they need.
func columnWidths(rows [][]string, room int) []int {
	var need, word []int // of the longest cell, of the longest word
	for _, row := range rows {
		for i, cell := range row {
			if i == len(need) {
				need, word = append(need, 0), append(word, 0)
			}
			need[i] = max(need[i], terminal.Width(cell))
			for w := range strings.SplitSeq(cell, " ") {
				word[i] = max(word[i], terminal.Width(w))
			}
		}
	}
	room -= gap * (len(need) - 1)
	widths := make([]int, len(need))
	for open := len(need); open > 0; {
		share, before := room/open, open
		for i, n := range need {
			if widths[i] == 0 && n <= share {
				widths[i] = max(n, 1)
				room -= n
				open--
			}
		}
		if open < before {
			continue
		}
		for i := range need {
			if widths[i] == 0 {
				if share < max(word[i], leastColumn) {
					return nil
				}
				widths[i] = share
			}
		}
		break
	}
	return widths
}

// mostlyWrapped reports whether at least half of the rows need several lines, so that one would
// not see where each begins.
func mostlyWrapped(rows [][]string, widths []int) bool {
	wrapped := 0
	for _, row := range rows[1:] {
		for i, cell := range row {
			if terminal.Width(cell) > widths[i] {
				wrapped++
				break
			}
		}
	}
	return 2*wrapped >= len(rows)
}

// row prints the cells of a row beside each other, on as many lines as the longest needs.
func (p *printer) row(row []string, widths []int) {
	var cells [][]string
	lines := 1
	for i, cell := range row {
		cells = append(cells, terminal.Wrapped(cell, widths[i]))
		lines = max(lines, len(cells[i]))
	}
	for n := range lines {
		var b strings.Builder
		for i, cell := range cells {
			text := ""
			if n < len(cell) {
				text = cell[n]
			}
			b.WriteString(text + strings.Repeat(" ", widths[i]-terminal.Width(text)+gap))
		}
		p.line(margin, b.String())
	}
}

// stacked prints the cells of each row below each other.
func (p *printer) stacked(rows [][]string) {
	head := rows[0]
	for _, row := range rows[1:] {
		for i, cell := range row {
			prefix := margin
			if i > 0 {
				prefix = margin + codeMargin
			}
			if i > 0 && len(row) > 2 && i < len(head) && head[i] != "" && cell != "" {
				cell = head[i] + ": " + cell
			}
			for _, l := range terminal.Wrapped(cell, p.Width-len(prefix)) {
				p.line(prefix, l)
			}
		}
	}
}
