package wire

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// scanReply finds the first whole reply in b. It returns where the reply begins
// and ends, and its code; end is 0 where more bytes are needed.
func scanReply(b []byte) (begin, end, code int, err error) {
	var s replyScan
	end, err = s.scan(b)
	if end == 0 {
		return 0, 0, 0, err
	}
	return s.begin, end, s.code, nil
}

func TestScanReply(t *testing.T) {
	for _, c := range []struct {
		in         string
		begin, end int
		code       int
		bad        bool
	}{
		{"220 ready\r\n", 0, 11, 220, false},
		{"220 ready\n", 0, 10, 220, false},
		{"220\r\n", 0, 5, 220, false},
		{"220 \r\n", 0, 6, 220, false},
		{"150 a\r\n226 b\r\n", 0, 7, 150, false},
		{"220-one\r\n two\r\n220 three\r\n", 0, 26, 220, false},
		{"220-one\r\n220-two\r\n220 three\r\n", 0, 29, 220, false},
		{"220-one\r\n221 not the end\r\n220 end\r\n", 0, 35, 220, false},
		{"226-\r\n550 is a number\r\n226 done\r\n", 0, 33, 226, false},
		{"211-Features:\r\n EPSV\r\n211 End\r\nrest", 0, 31, 211, false},
		// Lines without a code are passed over.
		{"\r\n226 done\r\n", 2, 12, 226, false},
		{"Welcome\r\nto us\r\n220 ready\r\n", 16, 27, 220, false},
		{"22 x\r\n2200 x\r\n220_x\r\n999 x\r\n022 x\r\n220 y\r\n", 35, 42, 220, false},
		{"\x1b[1mWelcome\r\n220 ready\r\n", 13, 24, 220, false},
		// More is needed.
		{"", 0, 0, 0, false},
		{"2", 0, 0, 0, false},
		{"226", 0, 0, 0, false},
		{"226 don", 0, 0, 0, false},
		{"220-one\r\n", 0, 0, 0, false},
		{"220-one\r\n220 end", 0, 0, 0, false},
		{"553-one\r\n150 end\r\n", 0, 0, 0, false},
		{"garbage\r\n", 0, 0, 0, false},
		{"gar", 0, 0, 0, false},
		{"\r\n", 0, 0, 0, false},
		// Other protocols.
		{"HTTP/1.1 400 Bad Request\r\n", 0, 0, 0, true},
		{"SSH-2.0-OpenSSH\r\n", 0, 0, 0, true},
		{"SSH-2.0", 0, 0, 0, true},
		{"<html>\r\n", 0, 0, 0, true},
		{"\x16\x03\x01\x02\x00", 0, 0, 0, true},
		{strings.Repeat("x\n", maxJunkLines+1), 0, 0, 0, true},
	} {
		begin, end, code, err := scanReply([]byte(c.in))
		if begin != c.begin || end != c.end || code != c.code || (err != nil) != c.bad {
			t.Errorf("%.60q: from %d to %d, code %d, %v; want %d, %d, %d, bad=%v", c.in, begin, end, code, err, c.begin, c.end, c.code, c.bad)
		}
	}
}

// TestReplyMayEndOtherwise: a multi-line reply may end with another code where
// nothing follows but other replies.
func TestReplyMayEndOtherwise(t *testing.T) {
	for in, want := range map[string]int{
		"553-one\r\n150 end\r\n":               150,
		"553-one\r\n150 end\r\n226 done\r\n":   150,
		"553-one\r\n150-end\r\n":               0,
		"553-one\r\n150 end\r\nand more\r\n":   0,
		"226-\r\n550 is a number\r\nit is\r\n": 0,
	} {
		var s replyScan
		if end, err := s.scan([]byte(in)); end != 0 || err != nil {
			t.Errorf("%q: ended at %d, %v", in, end, err)
		}
		if s.otherCode != want || want != 0 && in[s.other-len("150 end\r\n"):s.other] != "150 end\r\n" {
			t.Errorf("%q: may end with %d at %d, want %d", in, s.otherCode, s.other, want)
		}
	}
}

func TestWithoutTelnet(t *testing.T) {
	for in, want := range map[string]string{
		"220 ready":                     "220 ready",
		"\xff\xfb\x01220 ready":         "220 ready",
		"\xff\xfd\x18\xff\xfb\x01220 r": "220 r",
		"a\xff\xffb":                    "a\xffb",
		"a\xff\xf1b":                    "ab",
		"Gr\xfc\xdfe, na\xffve":         "Gr\xfc\xdfe, na\xffve",
	} {
		if got, rest := withoutTelnet([]byte(in)); string(got) != want || rest != 0 {
			t.Errorf("%q: %q and %d, want %q", in, got, rest, want)
		}
	}
	for in, held := range map[string]int{"220\xff": 1, "220\xff\xfb": 2} {
		if got, rest := withoutTelnet([]byte(in)); string(got) != in || rest != held {
			t.Errorf("%q: %q and %d, want %d held", in, got, rest, held)
		}
	}
}

func TestReplyText(t *testing.T) {
	for in, want := range map[string]string{
		"220 ready\r\n":                         "ready",
		"220\r\n":                               "",
		"220-one\r\n two\r\n220 three\r\n":      "one two three",
		"230-\r\n230 User logged in\r\n":        "User logged in",
		"211-Features:\r\n EPSV\r\n211 End\r\n": "Features: EPSV End",
	} {
		if got := replyText([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzScanReply checks that scanning never reads beyond its input, and that it does
// not matter in which pieces a reply comes.
func FuzzScanReply(f *testing.F) {
	for _, s := range []string{
		"220 ready\r\n", "220-a\r\n b\r\n220 c\r\n", "150 x\r\n226 y\r\n", "2", "226", "garbage\r\n",
		"220-a\r\n221 b\r\n", "229 Entering Extended Passive Mode (|||6446|)\r\n", "\r\n\r\n", "100-\n100\n",
		"\r\n226 done\r\n", "553-a\r\n150 b\r\n", "SSH-2.0\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		begin, end, code, err := scanReply(b)
		if begin < 0 || end < begin || end > len(b) || err != nil && end != 0 {
			t.Fatalf("from %d to %d of %d bytes, %v", begin, end, len(b), err)
		}
		var s replyScan
		for i := range len(b) + 1 {
			n, e := s.scan(b[:i])
			if n == 0 && e == nil {
				continue
			}
			if n != end || n != 0 && (s.begin != begin || s.code != code) || n != 0 && n != i {
				t.Fatalf("whole: from %d to %d, code %d; in pieces: from %d to %d, code %d at %d", begin, end, code, s.begin, n, s.code, i)
			}
			return
		}
		if end != 0 {
			t.Fatalf("the reply up to %d was not found in pieces", end)
		}
	})
}

func TestReplyString(t *testing.T) {
	for _, c := range []struct {
		r    Reply
		want string
	}{{Reply{Code: 226, Text: "done"}, "226 done"}, {Reply{Code: 550}, "550"}} {
		if got := c.r.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if !strings.Contains((&Refusal{Command: "CWD", Reply: Reply{Code: 550, Text: "no"}}).Error(), "CWD with 550 no") {
		t.Error("a refusal does not say what was refused")
	}
}

func TestSizeIn(t *testing.T) {
	for raw, want := range map[string]int64{
		"213 0\r\n":                         0,
		"213 1234\r\n":                      1234,
		"213  1234 \r\n":                    1234,
		"213 1234\n":                        1234,
		"213-It is\r\n213 77\r\n":           77,
		"213 9223372036854775807\r\n":       1<<63 - 1,
		"213 9223372036854775808\r\n":       -1,
		"213 99999999999999999999\r\n":      -1,
		"213 -1\r\n":                        -1,
		"213 +1\r\n":                        -1,
		"213 12 bytes\r\n":                  12,
		"213 file.bin 4096\r\n":             4096,
		"213 7 is 4096\r\n":                 4096,
		"213 7 and 8 bytes\r\n":             -1,
		"213 -2147483648\r\n":               -1,
		"213 -2147483648 bytes\r\n":         -1,
		"213 0x10\r\n":                      -1,
		"213 \r\n":                          -1,
		"213\r\n":                           -1,
		"200 1234\r\n":                      -1,
		"550 1234\r\n":                      -1,
		"":                                  -1,
		"213-1234\r\n213 it is, really\r\n": -1,
	} {
		got, ok := sizeIn([]byte(raw))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", raw, got, want)
		}
	}
}

// FuzzSizeIn: what is taken for a size is one, and is what the line says.
func FuzzSizeIn(f *testing.F) {
	for _, s := range []string{"213 1234\r\n", "213-a\r\n213 5\r\n", "213 9223372036854775807\r\n", "213 -1\r\n", "213\r\n", "550 no\r\n", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		size, ok := sizeIn(raw)
		if !ok {
			return
		}
		last := raw[bytes.LastIndexByte(bytes.TrimRight(raw, " \r\n"), '\n')+1:]
		if size < 0 || !slices.ContainsFunc(strings.Fields(string(last)), func(w string) bool {
			n, err := strconv.ParseInt(w, 10, 64)
			return err == nil && n == size
		}) {
			t.Errorf("%q: %d, but it does not say that", raw, size)
		}
	})
}
