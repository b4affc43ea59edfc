package servers

import (
	"testing"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// Tool returns the path of a program that tests use beside the servers, file being
// its path in the package: Prometheus and its promtool. The test fails if it is not
// there.
func Tool(tb testing.TB, pkg, file string) string {
	tb.Helper()
	ftptest.SkipShort(tb, "it needs "+pkg)
	path, err := installed(pkg, file)
	if err != nil {
		tb.Fatal(err)
	}
	return path
}
