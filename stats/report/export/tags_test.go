package export

import (
	"slices"
	"strings"
	"testing"
)

// Names that differ must not become one.
func TestSafeNamesStayDifferent(t *testing.T) {
	var all []string
	for _, s := range []string{"a b", "a_b", "a%20b", "a%b", "a,b", "a/b", "a=b", "ä", "a\nb", "", "a.b", "\xff"} {
		n := SafeName(s)
		if strings.ContainsAny(n, " ,/=\n") || slices.Contains(all, n) {
			t.Errorf("%q becomes %q", s, n)
		}
		all = append(all, n)
	}
}
