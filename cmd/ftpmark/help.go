package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how wide help is, in columns.
const helpWidth = 100

// groupAnnotation is the flag's annotation that names its heading in help.
const groupAnnotation = "group"

func inGroup(f *pflag.Flag, name string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[groupAnnotation] = []string{name}
}

// groupedUsage shows a command's flags under headings, in the order in which
// they were defined.
func groupedUsage(c *cobra.Command) error {
	w := c.OutOrStderr()
	fmt.Fprintf(w, "Usage:\n  %s\n", c.UseLine())
	if c.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", c.Example)
	}
	_, err := fmt.Fprint(w, groupedFlags(c.LocalFlags()))
	return err
}

// groupedFlags is the flags' help with a heading where the group changes. All
// of them are laid out together, so that they stand in one column.
func groupedFlags(f *pflag.FlagSet) string {
	var flags []*pflag.Flag
	f.VisitAll(func(x *pflag.Flag) {
		if !x.Hidden {
			flags = append(flags, x)
		}
	})
	var b strings.Builder
	group := ""
	for line := range strings.Lines(f.FlagUsagesWrapped(helpWidth)) {
		// What a flag's description goes on with stands further right.
		if begins := strings.HasPrefix(line, "  -") || strings.HasPrefix(line, "      --"); begins && len(flags) > 0 {
			name := "Other"
			if g := flags[0].Annotations[groupAnnotation]; len(g) > 0 {
				name = g[0]
			}
			if name != group {
				group = name
				fmt.Fprintf(&b, "\n%s:\n", name)
			}
			flags = flags[1:]
		}
		b.WriteString(line)
	}
	return b.String()
}
