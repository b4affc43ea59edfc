package ftptest

import "testing"

// SkipShort skips a test under `go test -short`, which is what `make check` runs. The
// reason is what the test needs and not every machine has, a server or root, or that it
// takes long. [servers.Start], [NewNamespace] and [servers.Tool] call it themselves.
func SkipShort(tb testing.TB, reason string) {
	tb.Helper()
	if testing.Short() {
		tb.Skipf("not under -short: %s", reason)
	}
}
