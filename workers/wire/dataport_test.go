package wire

import (
	"fmt"
	"net/netip"
	"testing"
)

func TestParse229(t *testing.T) {
	for in, want := range map[string]uint16{
		"229 Entering Extended Passive Mode (|||6446|)\r\n": 6446,
		"229 ok (!!!1!)\r\n":        1,
		"229 (|||65535|) bye\r\n":   65535,
		"229 (|||0|)\r\n":           0,
		"229 (|||70000|)\r\n":       0,
		"229 (|||-1|)\r\n":          0,
		"229 (|||21\r\n":            0,
		"229 (||21|)\r\n":           0,
		"229 (|1|127.0.0.1|21|)":    0,
		"229 (||||)\r\n":            0,
		"229 |||21|\r\n":            0,
		"229 (|||+21|)\r\n":         0,
		"229 (|||0x15|)\r\n":        0,
		"229 (|||99999999999|)\r\n": 0,
		"229\r\n":                   0,
	} {
		got, err := parse229([]byte(in))
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: port %d, %v; want %d", in, got, err, want)
		}
	}
}

func TestParse227(t *testing.T) {
	for in, want := range map[string]string{
		"227 Entering Passive Mode (127,0,0,1,25,46)\r\n":  "127.0.0.1:6446",
		"227 Entering Passive Mode (127,0,0,1,25,46).\r\n": "127.0.0.1:6446",
		"227 =127,0,0,1,25,46\r\n":                         "127.0.0.1:6446",
		"227 at 3 for 10,0,0,7,0,1 now\r\n":                "10.0.0.7:1",
		"227 (0,0,0,0,255,255)\r\n":                        "0.0.0.0:65535",
		"227 (127,0,0,1,0,0)\r\n":                          "",
		"227 (127,0,0,1,256,1)\r\n":                        "",
		"227 (1270,0,0,1,25,46)\r\n":                       "",
		"227 (127,0,0,1,25)\r\n":                           "",
		"227 (127,0,0,1,25,46,7)\r\n":                      "",
		"227 (127, 0, 0, 1, 25, 46)\r\n":                   "127.0.0.1:6446",
		"227 ok\r\n":                                       "",
		"227":                                              "",
	} {
		got, err := parse227([]byte(in))
		if err == nil != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: %v, %v; want %q", in, got, err, want)
		}
	}
}

func TestActiveCommands(t *testing.T) {
	at := netip.MustParseAddrPort("192.0.2.7:54321")
	if got, want := argPORT(at), "192,0,2,7,212,49"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := argEPRT(at), "|1|192.0.2.7|54321|"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	six := netip.AddrPortFrom(netip.MustParseAddr("fe80::1%eth0"), 21)
	if got, want := argEPRT(six), "|2|fe80::1|21|"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzPassiveReplies(f *testing.F) {
	for _, s := range []string{
		"227 Entering Passive Mode (127,0,0,1,25,46)\r\n", "229 (|||6446|)\r\n", "227 1,2,3,4,5,6", "227 (1,2,3",
		"229 (|||", "229 (((((", "227 ,,,,,,", "229 (|||65536|)",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if port, err := parse229(b); err == nil && port == 0 {
			t.Fatal("port 0 from a 229")
		}
		at, err := parse227(b)
		if err != nil {
			return
		}
		if at.Port() == 0 || !at.Addr().Is4() {
			t.Fatalf("%v from a 227", at)
		}
		ip := at.Addr().As4()
		again, err := parse227(fmt.Appendf(nil, "227 (%d,%d,%d,%d,%d,%d)", ip[0], ip[1], ip[2], ip[3], at.Port()>>8, at.Port()&255))
		if err != nil || again != at {
			t.Fatalf("%v became %v, %v", at, again, err)
		}
	})
}
