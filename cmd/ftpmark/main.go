// Command ftpmark measures FTP servers in active and passive mode.
package main

import (
	"os"
)

func main() {
	args := takeArguments()
	os.Exit(execute(args, streams{os.Stdin, os.Stdout, os.Stderr}))
}
