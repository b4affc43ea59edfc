package wire

import (
	"bytes"
	"testing"
)

// FuzzWithoutTelnet: what is left is never longer, what is held back is the
// beginning of one command, and it does not matter in which pieces it came.
func FuzzWithoutTelnet(f *testing.F) {
	for _, s := range []string{
		"", "220 ready\r\n", "\xff\xfb\x01220 ready\r\n", "220 r\xffe\xff\xffady\r\n", "\xff\xf4\xff\xf2", "\xff", "\xff\xfb", "\xff\xff\xfb\x01", "\xff\xfe\xff\xff\xff",
		"\xfa\xf0\xff\xfa\x01\x00\xff\xf0",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		clean, rest := withoutTelnet(bytes.Clone(in))
		if len(clean) > len(in) || rest < 0 || rest > 2 || rest > len(clean) || !bytes.HasSuffix(in, clean[len(clean)-rest:]) ||
			rest > 0 && clean[len(clean)-rest] != 255 {
			t.Fatalf("%q became %q, of which %d are held", in, clean, rest)
		}
		if bytes.IndexByte(in, 255) < 0 && !bytes.Equal(clean, in) {
			t.Fatalf("%q without commands became %q", in, clean)
		}
		if bytes.IndexByte(clean, 255) < 0 {
			if again, _ := withoutTelnet(bytes.Clone(clean)); !bytes.Equal(again, clean) {
				t.Fatalf("%q became %q and then %q", in, clean, again)
			}
		}
		for at := range min(len(in), 64) {
			first, held := withoutTelnet(bytes.Clone(in[:at]))
			second, left := withoutTelnet(append(bytes.Clone(first[len(first)-held:]), in[at:]...))
			if got := append(first[:len(first)-held:len(first)-held], second...); !bytes.Equal(got, clean) || left != rest {
				t.Fatalf("%q in two pieces of %d and %d became %q, %d held; whole it is %q, %d held", in, at, len(in)-at, got, left, clean, rest)
			}
		}
	})
}
