package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// The columns of help and of reports: as many as the terminal has, within bounds, and where there is no
// terminal, columnsElsewhere.
const (
	leastColumns     = 60
	mostColumns      = 120
	columnsElsewhere = 100
)

// columns returns how many columns text has on w.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return columnsElsewhere
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil || n <= 0 {
		return columnsElsewhere
	}
	return min(max(n, leastColumns), mostColumns)
}

// groupAnnotation is the flag's annotation that names its heading in help.
const groupAnnotation = "group"

func inGroup(f *pflag.Flag, name string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[groupAnnotation] = []string{name}
}

// helpPrinter prints the help of commands and the manual's topics.
type helpPrinter struct {
	width int
	bold  bool
}

// register makes h print the help of a command and of those below it.
func (h helpPrinter) register(root *cobra.Command) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		text := h.command(c)
		if t, ok := topicOfCommand(c); ok {
			text += fmt.Sprintf("\nMore: ftpmark help %s\n", t.name)
		}
		_, _ = io.WriteString(c.OutOrStdout(), text)
	})
	root.SetUsageFunc(func(c *cobra.Command) error {
		_, err := io.WriteString(c.OutOrStderr(), h.usage(c))
		return err
	})
}

// command returns a command's help.
func (h helpPrinter) command(c *cobra.Command) string {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	about := c.Long
	if about == "" {
		about = c.Short
	}
	return reflowed(about, h.width) + "\n" + h.usage(c)
}

// reflowed breaks paragraphs, which have blank lines between them, anew. Lines that begin with a
// blank stay as they are where they fit; else their columns are put below each other.
func reflowed(text string, width int) string {
	var b, paragraph strings.Builder
	flush := func() {
		for _, l := range terminal.Wrapped(paragraph.String(), width) {
			b.WriteString(l + "\n")
		}
		paragraph.Reset()
	}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\n ")
		if line != "" && line[0] != ' ' {
			paragraph.WriteString(line + " ")
			continue
		}
		flush()
		if terminal.Width(line) <= width {
			b.WriteString(line + "\n")
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		for cell := range strings.SplitSeq(strings.TrimSpace(line), "  ") {
			for _, l := range terminal.Wrapped(cell, width-len(indent)) {
				b.WriteString(indent + l + "\n")
			}
		}
	}
	flush()
	return b.String()
}

// usage returns how a command is used: its forms, examples, subcommands and flags.
func (h helpPrinter) usage(c *cobra.Command) string {
	var b strings.Builder
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "Usage:\n  %s COMMAND\n", c.CommandPath())
	} else {
		fmt.Fprintf(&b, "Usage:\n  %s\n", c.UseLine())
	}
	if c.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s", fitExamples(c.Example, h.width))
	}
	if c.HasAvailableSubCommands() {
		var commands [][2]string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				commands = append(commands, [2]string{sub.Name(), sub.Short})
			}
		}
		b.WriteString("\nCommands:\n" + h.list(commands))
	}
	if !c.HasParent() {
		for _, g := range topicGroups() {
			var names [][2]string
			for _, t := range g.topics {
				names = append(names, [2]string{t.name, t.about})
			}
			fmt.Fprintf(&b, "\nTopics (%s):\n%s", g.title, h.list(names))
		}
	}
	b.WriteString(groupedFlags(c.LocalFlags(), h.width))
	if !c.HasParent() {
		b.WriteString("\nftpmark help COMMAND and ftpmark help TOPIC print more.\n")
	}
	return b.String()
}

// list returns names and what is said of them in two columns.
func (h helpPrinter) list(rows [][2]string) string {
	const room = 19 // two blanks, the longest name and two blanks
	var b strings.Builder
	for _, row := range rows {
		name := fmt.Sprintf("  %-*s", room-2, row[0])
		for _, l := range terminal.Wrapped(row[1], h.width-room) {
			b.WriteString(name + l + "\n")
			name = strings.Repeat(" ", room)
		}
	}
	return b.String()
}

const (
	leastFlagText = 30 // columns of a flag's description beside the names
	flagTextBelow = 10 // how far to the right it is where there are fewer, below the name
)

// groupedFlags is the flags' help with a heading where the group changes, in the order in
// which they were defined. All descriptions begin in one column.
func groupedFlags(f *pflag.FlagSet, width int) string {
	var flags []*pflag.Flag
	other := "Flags"
	f.VisitAll(func(x *pflag.Flag) {
		if x.Hidden {
			return
		}
		flags = append(flags, x)
		if len(x.Annotations[groupAnnotation]) > 0 {
			other = "Other"
		}
	})
	var b strings.Builder
	group := ""
	for line := range strings.Lines(f.FlagUsages()) {
		name := other
		if g := flags[0].Annotations[groupAnnotation]; len(g) > 0 {
			name = g[0]
		}
		if name != group {
			group = name
			fmt.Fprintf(&b, "\n%s:\n", name)
		}
		_, usage := pflag.UnquoteUsage(flags[0])
		b.WriteString(flagLines(line, strings.Index(line, usage), width))
		flags = flags[1:]
	}
	return b.String()
}

// flagLines breaks the line of a flag, whose description begins at a byte offset.
func flagLines(line string, at, width int) string {
	name, text := line[:at], strings.TrimSpace(line[at:])
	var b strings.Builder
	if width-at < leastFlagText {
		b.WriteString(strings.TrimRight(name, " ") + "\n")
		name, at = strings.Repeat(" ", flagTextBelow), flagTextBelow
	}
	for _, l := range terminal.Wrapped(text, width-at) {
		b.WriteString(name + l + "\n")
		name = strings.Repeat(" ", at)
	}
	return b.String()
}
