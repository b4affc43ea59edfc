package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
)

// openProfile reads the bundled profile of that name, or a file.
func openProfile(name string) (*profiles.Draft, error) {
	if isFile(name) {
		return readProfile(name)
	}
	d, err := profiles.Open(name)
	if err != nil {
		if _, there := os.Stat(name); there == nil {
			return nil, fmt.Errorf("%w (to use the file: .%c%s)", err, os.PathSeparator, name)
		}
	}
	return d, err
}

// inWordsOf puts the setting that named a profile before an error about it, but
// for one that begins with a place in the file.
func inWordsOf(source string, err error) error {
	var content *profiles.Error
	if errors.As(err, &content) {
		return err
	}
	return fmt.Errorf("%s: %w", source, err)
}

// isFile tells the name of a file from that of a bundled profile.
func isFile(name string) bool {
	return strings.ContainsAny(name, "/"+string(os.PathSeparator)) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// readProfile reads a profile's file. The error begins with its name.
func readProfile(name string) (*profiles.Draft, error) {
	d, err := profiles.ReadFile(name)
	var path *fs.PathError
	if errors.As(err, &path) {
		return nil, fmt.Errorf("%s: cannot read the profile: %w", name, path.Err)
	}
	return d, err
}
