package servers

import (
	"fmt"
	"os"
	"path/filepath"
)

// installed returns the path of a file of an unpacked server package, file being its path
// in the package. The packages are where install-servers.sh puts them: in
// $FTPMARK_SERVERS, else in .cache/servers at the top of the repository.
func installed(pkg, file string) (string, error) {
	dir := os.Getenv("FTPMARK_SERVERS")
	if dir == "" {
		top, err := repository()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(top, ".cache", "servers")
	}
	path, err := filepath.Abs(filepath.Join(dir, pkg, file))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no %s in %s: run `make servers`", pkg, dir)
	}
	return path, nil
}

// repository finds the top of the repository above the working directory, which for a
// test is its package's.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the working directory: set FTPMARK_SERVERS")
		}
		dir = up
	}
}
