package ftptest

import (
	"os"
	"testing"
)

// CheckVariable is the environment variable that `make check`, and nothing else, sets to
// leave out what [SkipInCheck] names. `make test` and CI refuse to run with it.
const CheckVariable = "FTPMARK_TEST_CHECK"

// SkipInCheck skips a test in `make check`, and only there. The reason is what the test
// needs and not every machine has, a server or root, or that it takes long. [Start],
// [NewNamespace] and [Tool] call it themselves.
func SkipInCheck(tb testing.TB, reason string) {
	tb.Helper()
	if os.Getenv(CheckVariable) != "" {
		tb.Skipf("not in `make check`: %s", reason)
	}
}
