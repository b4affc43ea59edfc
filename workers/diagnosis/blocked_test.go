package diagnosis

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

// TestClientAddress: what servers answer to STAT, some of them with their own address.
func TestClientAddress(t *testing.T) {
	for status, want := range map[string]string{
		"FTP server status: Connected to 10.77.0.1 Logged in as ftp TYPE: ASCII No session bandwidth limit":                            "10.77.0.1",
		"FTP server status: Connected to ::ffff:10.77.0.1 Logged in as ftp":                                                            "10.77.0.1",
		"Status of 'ProFTPD' Connected from client.example (192.0.2.9) Logged in as bench TYPE: BINARY":                                "192.0.2.9",
		"pyftpdlib 1.5.7 FTP server status: Connected to: 127.0.0.1:2121 Waiting for username. Data connection closed. End of status.": "",
		"http://www.pureftpd.org/": "",
		"Connected from nowhere":   "",
	} {
		seen, known := ClientAddress(status)
		if known != (want != "") || known && seen != netip.MustParseAddr(want) {
			t.Errorf("%s: %v, %v, want %q", status, seen, known, want)
		}
	}
}

// TestOfActive tells a NAT from a firewall, and says neither of what shows none.
func TestOfActive(t *testing.T) {
	here, router := netip.MustParseAddr("198.51.100.2"), netip.MustParseAddr("10.77.0.1")
	dropped := &stats.Failure{Phase: stats.DataReady, Class: stats.ClassAcceptTimeout, Hint: "as before"}
	rejected := &stats.Failure{Phase: stats.DataReady, Class: stats.ClassReply, Code: 425, Hint: "as before"}
	refused := &stats.Failure{Phase: stats.Negotiate, Class: stats.ClassReply, Code: 500, Hint: "as before"}
	for _, c := range []struct {
		f    *stats.Failure
		seen netip.Addr
		want string
	}{
		{dropped, router, "a NAT is in between: the server sees this machine as 10.77.0.1, but was told to connect to 198.51.100.2"},
		{refused, router, "a NAT is in between"},
		{dropped, here, "a firewall drops connections to this machine"},
		{rejected, here, "a firewall rejects or drops connections to this machine"},
		{refused, here, "as before"},
	} {
		if got := OfActive(c.f, here, c.seen); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %d, seen as %v: %q, want %q", c.f.Class, c.f.Code, c.seen, got, c.want)
		}
	}
}
