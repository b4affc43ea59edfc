package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/profiles"
)

// envPrefix begins the names of the variables that are flags.
const envPrefix = "FTPMARK_"

// variableOf returns the environment variable of a flag.
func variableOf(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets the flags that were not given from their variables, but
// for those of profile keys, whose place is between the profile and the flags:
// [profiles.Environment]. An empty variable counts as none.
func fromEnvironment(f *pflag.FlagSet, lookup func(string) (string, bool)) (err error) {
	f.VisitAll(func(x *pflag.Flag) {
		name := variableOf(x.Name)
		text, ok := lookup(name)
		_, key := x.Value.(*keyFlag)
		_, alias := x.Value.(*trialFlag) // whose key has a variable of its own
		if key || alias || !ok || text == "" || x.Changed || err != nil || x.Name == "help" {
			return
		}
		wrong := x.Value.Set(text)
		switch {
		case wrong == nil:
		case x.Value.Type() == "bool":
			err = fmt.Errorf("%s=%s: want true or false", name, text)
		default:
			err = fmt.Errorf("%s=%s: %s", name, text, strings.TrimPrefix(wrong.Error(), fmt.Sprintf("%q: ", text)))
		}
	})
	return err
}

// strangers returns a line for each variable that is none of ours but looks as
// if it was meant to be. Other programs' are left alone.
func strangers(f *pflag.FlagSet, environ []string) (lines []string) {
	known := []string{"PASSWORD"}
	for _, k := range profiles.Keys() {
		if !k.FileOnly {
			known = append(known, strings.TrimPrefix(k.Env(), envPrefix))
		}
	}
	f.VisitAll(func(x *pflag.Flag) {
		if _, alias := x.Value.(*trialFlag); x.Name != "help" && !alias {
			known = append(known, strings.TrimPrefix(variableOf(x.Name), envPrefix))
		}
	})
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		rest, ours := strings.CutPrefix(name, envPrefix)
		if !ours || value == "" || slices.Contains(known, rest) || strings.HasPrefix(rest, "TEST_") {
			continue
		}
		if near := profiles.NearestOf(strings.ToUpper(rest), known); near != "" {
			lines = append(lines, fmt.Sprintf("environment variable %s is ignored: did you mean %s%s?", name, envPrefix, near))
		}
	}
	slices.Sort(lines)
	return lines
}

// tellIdle says which variables mean nothing for what is going to be measured.
func (p *planned) tellIdle(w io.Writer) {
	for _, line := range p.idle {
		fmt.Fprintln(w, "ftpmark: "+oneLine(line))
	}
}

// givenAs names what a setting comes from that is neither a key's nor the
// default: the flag, or else its variable.
func givenAs(f *pflag.FlagSet, flag string) string {
	if x := f.Lookup(flag); x != nil && x.Changed {
		return "--" + flag
	}
	return variableOf(flag)
}
