package main

import (
	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/profiles"
)

// The types of package profiles that are flags.
var (
	_ pflag.Value = (*profiles.Size)(nil)
	_ pflag.Value = (*profiles.PortRange)(nil)
)
