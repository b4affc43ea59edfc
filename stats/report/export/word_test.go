package export

import (
	"testing"
)

func TestFormulasAreText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "goodput": "goodput", "=1+1": "'=1+1", "+1": "'+1", "-fast": "'-fast", "@x": "'@x", " =1": "' =1",
		"＝1": "'＝1", "\t=1": `\t=1`, "a=1": "a=1",
	} {
		if got := csvWord(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
