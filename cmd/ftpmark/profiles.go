package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func newProfiles(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "profiles",
		Short: "List, show and check profiles",
		Long: `A profile says what a run does. ftpmark includes some, each for one question. Copy one
as a start for your own.`,
		Example: `  ftpmark profiles list
  ftpmark profiles show mixed > my.yaml
  ftpmark profiles check my.yaml
  ftpmark run -p ./my.yaml`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return fmt.Errorf("unknown command %q: want list, show, check or schema", args[0])
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newProfilesList(s), newProfilesShow(s), newProfilesCheck(s), newProfilesSchema(s))
	return c
}

func newProfilesList(s streams) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the bundled profiles and the question that each answers",
		Example: "  ftpmark profiles list",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			width := 0
			for _, p := range profiles.Bundled() {
				width = max(width, len(p.Name))
			}
			for _, p := range profiles.Bundled() {
				if _, err := fmt.Fprintf(s.out, "%-*s  %s\n", width, p.Name, p.Description); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func newProfilesShow(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Print a bundled profile, as a start for your own",
		Example: `  ftpmark profiles show mixed > my.yaml
  ftpmark run -p ./my.yaml`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("want the NAME of a bundled profile: see ftpmark profiles list")
			}
			return oneArgument("NAME")(c, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := profiles.Text(args[0])
			if err != nil {
				return usageError(errors.New(strings.TrimSuffix(err.Error(), ", or a file")))
			}
			_, err = fmt.Fprint(s.out, text)
			return err
		},
	}
}

func newProfilesCheck(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE...",
		Short: "Check profile files for errors",
		Long: `Check that each file is a valid profile; if not, print where the error is and what is
accepted. Environment variables are ignored.

Exit codes: 0 all files are valid, 2 one is not.`,
		Example: `  ftpmark profiles check my.yaml
  ftpmark profiles check profiles/*.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("want a FILE: a profile, such as my.yaml")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			bad := false
			for _, name := range args {
				verdict := name + ": fine"
				if err := checkProfile(name); err != nil {
					bad, verdict = true, err.Error()
				}
				if _, err := fmt.Fprintln(s.out, oneLine(verdict)); err != nil {
					return err
				}
			}
			if bad {
				return &exitError{code: exitUsage}
			}
			return nil
		},
	}
}

// checkProfile returns what is wrong with a profile's file.
func checkProfile(name string) error {
	d, err := readProfile(name)
	if err != nil {
		return err
	}
	p, origins, err := profiles.Resolve(d)
	if err != nil {
		return err
	}
	one := &planned{Plan: &plan.Plan{Profile: *p}, origins: origins}
	one.experiment.Compare = new(resultfile.ComparePlan) // what it will be used for is not known
	r := planner{dry: true}
	for i := range p.Variants {
		v, err := r.variant(&p.Variants[i], one.Plan, []*profiles.Draft{d})
		if err != nil {
			return err
		}
		one.experiment.Variants = append(one.experiment.Variants, *v)
	}
	return one.judge()
}

func newProfilesSchema(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of profile files, for editors",
		Example: `  ftpmark profiles schema > profile.schema.json
  # the first line of a profile, for editors with the YAML language server:
  # yaml-language-server: $schema=profile.schema.json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := s.out.Write(profiles.Schema())
			return err
		},
	}
}
