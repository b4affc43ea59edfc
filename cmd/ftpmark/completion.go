package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/profiles"
)

// completeValues has a shell complete the values of flags that are one of a few words, of
// a command and of those below it.
func completeValues(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		// The only error is a flag that has a function already.
		_ = c.RegisterFlagCompletionFunc(f.Name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			words := wordsOf(f)
			if len(words) == 0 || f.Name == "profile" { // which may be a file
				return words, cobra.ShellCompDirectiveDefault
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		})
	})
	for _, sub := range c.Commands() {
		completeValues(sub)
	}
}

// wordsOf returns the words that a flag's value may be, nil where it may be others.
func wordsOf(f *pflag.Flag) (words []string) {
	switch v := f.Value.(type) {
	case *choiceFlag:
		return v.choices
	case *keyFlag:
		switch {
		case v.key.Name == "mode":
			for _, m := range profiles.AllModes() {
				words = append(words, string(m))
			}
			return words
		case v.key.Name == "op":
			return profiles.Operations()
		}
		return v.key.Choices
	}
	if f.Name == "profile" {
		for _, p := range profiles.Bundled() {
			words = append(words, p.Name)
		}
	}
	return words
}
