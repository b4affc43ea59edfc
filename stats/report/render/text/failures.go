package text

import (
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// failures writes a line for each kind of failure, with its parts in columns.
func (s *sheet) failures(f *doc.Failures) {
	s.heading(doc.Bad, "errors")
	var widths [5]int
	for i := range f.Kinds {
		for j, text := range columnsOf(&f.Kinds[i]) {
			widths[j] = max(widths[j], terminal.Width(text))
		}
	}
	for i := range f.Kinds {
		columns := columnsOf(&f.Kinds[i])
		line := spaces(doc.Indent+widths[0]-terminal.Width(columns[0])) + columns[0]
		for j, text := range columns[1:] {
			line += spaces(gap) + text + spaces(widths[j+1]-terminal.Width(text))
		}
		s.failure(line, spaces(doc.Indent+widths[0]+gap), &f.Kinds[i])
	}
	if f.More > 0 {
		s.line(spaces(doc.Indent) + "and " + quantity.Count(int64(f.More)) + " more kinds: the JSON report lists them all")
	}
}

func columnsOf(f *doc.Failure) [5]string {
	return [5]string{f.Count, f.Series, f.Operation, f.Phase, f.Kind}
}

// failure writes one kind's line, its example on the same line if it fits and
// else on one of its own, and the hint below.
func (s *sheet) failure(line, under string, f *doc.Failure) {
	line = terminal.Printable(line, s.width) // absurd names and counts may be wider
	room := s.width - terminal.Width(line) - gap - len(`""`)
	switch {
	case f.Example == "":
		s.line(line)
	case terminal.Width(f.Example) <= room:
		s.line(line + spaces(gap) + `"` + f.Example + `"`)
	default:
		s.line(line)
		s.line(under + `"` + terminal.Printable(f.Example, s.width-terminal.Width(under)-len(`""`)) + `"`)
	}
	if f.Hint != "" {
		s.hanging(doc.Strong, under+"hint: ", f.Hint)
	}
}
