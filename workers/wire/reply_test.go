package wire

import (
	"bufio"
	"bytes"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
)

func TestScanReply(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		code int
		bad  bool
	}{
		{"220 ready\r\n", 11, 220, false},
		{"220 ready\n", 10, 220, false},
		{"220\r\n", 5, 220, false},
		{"220 \r\n", 6, 220, false},
		{"150 a\r\n226 b\r\n", 7, 150, false},
		{"220-one\r\n two\r\n220 three\r\n", 26, 220, false},
		{"220-one\r\n220-two\r\n220 three\r\n", 29, 220, false},
		{"220-one\r\n221 not the end\r\n220 end\r\n", 35, 220, false},
		{"211-Features:\r\n EPSV\r\n211 End\r\nrest", 31, 211, false},
		// More is needed.
		{"", 0, 0, false},
		{"2", 0, 0, false},
		{"226", 0, 0, false},
		{"226 don", 0, 0, false},
		{"220-one\r\n", 0, 0, false},
		{"220-one\r\n220 end", 0, 0, false},
		// Nonsense.
		{"garbage\r\n", 0, 0, true},
		{"gar", 0, 0, true},
		{"\r\n", 0, 0, true},
		{"22 x\r\n", 0, 0, true},
		{"2200 x\r\n", 0, 0, true},
		{"999 x\r\n", 0, 0, true},
		{"022 x\r\n", 0, 0, true},
		{"HTTP/1.1 400 Bad Request\r\n", 0, 0, true},
		{"SSH-2.0-OpenSSH\r\n", 0, 0, true},
		{"220_x\r\n", 0, 0, true},
		{"\x16\x03\x01\x02\x00", 0, 0, true},
	} {
		n, code, err := scanReply([]byte(c.in))
		if n != c.n || (n > 0 && code != c.code) || (err != nil) != c.bad {
			t.Errorf("%q: %d bytes, code %d, %v; want %d, %d, bad=%v", c.in, n, code, err, c.n, c.code, c.bad)
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

// FuzzScanReply checks that scanning never reads beyond its input, that it does
// not matter in which pieces a reply comes, and that the library, which reads
// the same bytes after us, sees the same code.
func FuzzScanReply(f *testing.F) {
	for _, s := range []string{
		"220 ready\r\n", "220-a\r\n b\r\n220 c\r\n", "150 x\r\n226 y\r\n", "2", "226", "garbage\r\n",
		"220-a\r\n221 b\r\n", "229 Entering Extended Passive Mode (|||6446|)\r\n", "\r\n\r\n", "100-\n100\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, code, err := scanReply(b)
		if n < 0 || n > len(b) || err != nil && n != 0 {
			t.Fatalf("%d of %d bytes, %v", n, len(b), err)
		}
		if n == 0 {
			return
		}
		if b[n-1] != '\n' || code < 100 || code > 599 {
			t.Fatalf("reply %q, code %d", b[:n], code)
		}
		for i := range n {
			if m, _, _ := scanReply(b[:i]); m != 0 {
				t.Fatalf("a reply of %d bytes was found in its first %d", n, i)
			}
		}
		if len(bytes.TrimRight(b[:n], "\r\n")) < 4 {
			return // the library wants a space behind the code
		}
		theirs, _, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(b[:n]))).ReadResponse(-1)
		if err == nil && theirs != code {
			t.Fatalf("%q: code %d, the library's %d", b[:n], code, theirs)
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
		"213 12 bytes\r\n":                  -1,
		"213 1 2\r\n":                       -1,
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
		digits := strings.TrimLeft(strings.Trim(string(raw[bytes.LastIndexByte(bytes.TrimRight(raw, " \r\n"), '\n')+1:]), " \r\n")[4:], " ")
		if got, err := strconv.ParseInt(digits, 10, 64); err != nil || got != size || size < 0 {
			t.Errorf("%q: %d, but it says %d (%v)", raw, size, got, err)
		}
	})
}
