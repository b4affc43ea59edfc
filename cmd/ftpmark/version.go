package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// release is set by the linker: -X main.release=v1.2.3.
var release string

// version says what this program is.
func version() resultfile.ToolInfo {
	t := resultfile.ToolInfo{
		Name: "ftpmark", Version: release,
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Measurement: stats.Measurement,
	}
	if t.Version == "" {
		t.Version = "devel"
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
			t.Version = info.Main.Version
		}
	}
	return t
}

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and how it was built",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			v := version()
			_, err := fmt.Fprintf(s.out, "%s %s (%s %s/%s)\n", v.Name, v.Version, v.Go, v.OS, v.Arch)
			return err
		},
	}
}
