package resultfile

import (
	"fmt"
	"testing"
)

func TestServersWordsAreMadeFit(t *testing.T) {
	long := "é" + string(make([]byte, 3000))
	for in, want := range map[string]string{
		"550 No such file.\r\n":    "550 No such file.",
		"a\x1b[31mb\x00c":          "a [31mb c",
		"bad \xff\xfe utf":         "bad \uFFFD utf",
		long:                       "é",
		string(make([]byte, 1000)): "",
	} {
		if got := OneLine(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
	for _, in := range []string{long + "x", fmt.Sprintf("%0500d", 1), "é" + fmt.Sprintf("%0400d", 1) + "é", "\xff" + fmt.Sprintf("%0399d", 1)} {
		once := OneLine(in)
		if len(once) > maxErrorText || OneLine(once) != once {
			t.Errorf("%q: %d bytes, again %q", in, len(once), OneLine(once))
		}
	}
}
