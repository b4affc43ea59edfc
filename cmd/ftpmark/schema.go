package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// schema is the JSON Schema of a document that ftpmark reads or writes.
type schema struct{ name, of, text string }

func schemas() []schema {
	return []schema{
		{"profile", "profile files", string(profiles.Schema())},
		{"summary", "the JSON report of a run", summary.JSONSchema()},
		{"compare", "the JSON report of ftpmark compare", compare.JSONSchema()},
		{"diff", "the JSON report of ftpmark diff", compare.DiffJSONSchema()},
		{"capacity", "the JSON report of ftpmark capacity", capacity.JSONSchema()},
	}
}

func newSchema(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [NAME]",
		Short: "Print the JSON Schema of a profile or of a JSON report",
		Long: `Print a JSON Schema (draft 2020-12): of profile files, for editors, or of a JSON
report, for programs that read it. Without a NAME, list the names.`,
		Example: `  ftpmark schema
  ftpmark schema summary > summary.schema.json`,
		Args: oneArgument("NAME"),
		RunE: func(_ *cobra.Command, args []string) error {
			var names []string
			for _, x := range schemas() {
				if len(args) == 0 {
					if _, err := fmt.Fprintf(s.out, "%-8s  %s\n", x.name, x.of); err != nil {
						return err
					}
				} else if args[0] == x.name {
					_, err := fmt.Fprint(s.out, x.text)
					return err
				}
				names = append(names, x.name)
			}
			if len(args) == 0 {
				return nil
			}
			return usageError(fmt.Errorf("unknown schema %q: want one of %s", args[0], strings.Join(names, ", ")))
		},
	}
}
