package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/profiles"
)

// The types of package profiles that are flags.
var (
	_ pflag.Value = (*keyFlag)(nil)
	_ pflag.Value = (*choiceFlag)(nil)
	_ pflag.Value = (*profiles.PortRange)(nil)
)

// keyFlag is the flag of a profile's key: it sets the key in a draft.
type keyFlag struct {
	key   profiles.Key
	draft *profiles.Draft
	text  string
}

// Set sets the key. The error says the flag's name.
func (f *keyFlag) Set(text string) error {
	if err := f.draft.Set(f.key.Name, text); err != nil {
		return err
	}
	f.text = text
	return nil
}

// String returns what was given last.
func (f *keyFlag) String() string { return f.text }

// Type is what package pflag must know of the value: whether there may be none.
func (f *keyFlag) Type() string {
	if f.key.IsBool() {
		return "bool"
	}
	return "value"
}

// addKeys defines the flag of every key that has one.
func addKeys(f *pflag.FlagSet, draft *profiles.Draft) {
	for _, k := range profiles.Keys() {
		if k.FileOnly || k.Argument {
			continue
		}
		addKey(f, draft, k)
	}
}

// addKey defines the flag of a key.
func addKey(f *pflag.FlagSet, draft *profiles.Draft, k profiles.Key) {
	flag := f.VarPF(&keyFlag{key: k, draft: draft}, k.Flag(), k.Short, k.FlagUsage())
	flag.DefValue = k.Default
	if k.IsBool() {
		flag.NoOptDefVal = "true"
	}
	inGroup(flag, k.Group)
}

// choiceFlag is a flag whose value is one of a few words.
type choiceFlag struct {
	at      *string
	choices []string
}

// Set accepts one of the words.
func (f *choiceFlag) Set(text string) error {
	if !slices.Contains(f.choices, text) {
		return fmt.Errorf("%q: want %s", text, strings.Join(f.choices, " or "))
	}
	*f.at = text
	return nil
}

// String returns the word.
func (f *choiceFlag) String() string { return *f.at }

// Type is the flag's type.
func (f *choiceFlag) Type() string { return "choice" }
