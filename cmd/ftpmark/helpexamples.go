package main

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

const (
	exampleMargin  = "  "
	exampleGoesOn  = "      "
	commentMark    = "# "
	continuesMark  = ` \`
	commentColumns = 2 // the least number of blanks between a command and its comment
)

// fitExamples makes a command's examples fit for a number of columns. A comment that does not
// fit beside its command is put below it, and a long command is continued on the next line,
// as a shell reads it.
func fitExamples(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n ")
		for _, l := range fitExample(line, width) {
			b.WriteString(strings.TrimRight(l, " ") + "\n")
		}
	}
	return b.String()
}

func fitExample(line string, width int) (lines []string) {
	if terminal.Width(line) <= width {
		return []string{line}
	}
	margin := line[:len(line)-len(strings.TrimLeft(line, " "))]
	line = strings.TrimLeft(line, " ")
	if comment, ok := strings.CutPrefix(line, commentMark); ok {
		for _, l := range terminal.Wrapped(comment, width-len(margin)-len(commentMark)) {
			lines = append(lines, margin+commentMark+l)
		}
		return lines
	}
	command, comment := splitComment(line)
	lines = continued(command, margin, width)
	for _, l := range terminal.Wrapped(comment, width-len(exampleGoesOn)) {
		lines = append(lines, exampleGoesOn+l)
	}
	return lines
}

// splitComment parts a command from what is said of it, some blanks further right.
func splitComment(line string) (command, comment string) {
	quote := rune(0)
	for i, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote == 0 && strings.HasPrefix(line[i:], strings.Repeat(" ", commentColumns)):
			return line[:i], strings.TrimSpace(line[i:])
		}
	}
	return line, ""
}

// continued breaks a command between its flags.
func continued(command, margin string, width int) (lines []string) {
	command, more := strings.CutSuffix(command, continuesMark)
	line := ""
	for _, part := range commandParts(command) {
		if line != "" && terminal.Width(margin+line+" "+part+continuesMark) > width {
			lines = append(lines, margin+line+continuesMark)
			line, margin = "", exampleGoesOn
		}
		if line != "" {
			line += " "
		}
		line += part
	}
	if more {
		line += continuesMark
	}
	return append(lines, margin+line)
}

// commandParts are the pieces that a command may be broken between: flags with their values,
// and what comes before them.
func commandParts(command string) (parts []string) {
	quote, begin := rune(0), 0
	for i, r := range command {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote == 0 && r == ' ' && beginsPart(command[i+1:]):
			parts = append(parts, strings.TrimSpace(command[begin:i]))
			begin = i + 1
		}
	}
	return append(parts, strings.TrimSpace(command[begin:]))
}

func beginsPart(rest string) bool {
	for _, mark := range []string{"-", "&&", "|", ">"} {
		if strings.HasPrefix(rest, mark) {
			return true
		}
	}
	return false
}
