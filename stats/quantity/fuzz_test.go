package quantity

import "testing"

// FuzzParse holds the exact forms to their promise: what is read, written and
// read again is the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"1MiB", "64kB", "0", "1.5GiB", "-", "9223372036854775807B", "1e9",
		"200/s", "600/m", "10/h", "0.3/s", "1000000/s", "10MiB/s", "80Mbit/s", "8Mibit/s", "1.5kB/s", "10Mbps",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := ParseSize(s); err == nil {
			again, err := ParseSize(FormatSize(n))
			if n < 0 || err != nil || again != n {
				t.Errorf("%q is %d bytes, written %s, which is %d, %v", s, n, FormatSize(n), again, err)
			}
		}
		if n, err := ParseByteRate(s); err == nil {
			again, err := ParseByteRate(FormatByteRate(n))
			if n < 1 || err != nil || again != n {
				t.Errorf("%q is %d B/s, written %s, which is %d, %v", s, n, FormatByteRate(n), again, err)
			}
		}
		// What has more digits than a number may have is no rate that anybody wants.
		if r, err := ParseRate(s); err == nil && (r == 0 || r > 1e-30 && r < 1e30) {
			again, err := ParseRate(FormatRate(r))
			if r < 0 || err != nil || again != r {
				t.Errorf("%q is %v/s, written %s, which is %v, %v", s, r, FormatRate(r), again, err)
			}
		}
	})
}
