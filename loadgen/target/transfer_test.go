package target

import (
	"bytes"
	"net"
	"testing"
)

// families are the addresses that tests listen on, with the modes of each.
func families(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{"127.0.0.1:0": {"EPSV", "PASV", "EPRT", "PORT"}}
	if l, err := net.Listen("tcp", "[::1]:0"); err == nil {
		_ = l.Close()
		all["[::1]:0"] = []string{"EPSV", "EPRT"}
	} else {
		t.Logf("IPv6 is missing and not tested: %v", err)
	}
	return all
}

func TestTransfersFilesInEveryMode(t *testing.T) {
	for listen, modes := range families(t) {
		for _, mode := range modes {
			t.Run(mode+" "+listen, func(t *testing.T) {
				s := start(t, Config{Listen: listen, Seed: 7})
				c := enter(t, s.Addr())
				payload := bytes.Repeat([]byte("0123456789"), 50_000)
				c.deliver(mode, payload, "STOR /file")
				if got := c.size("/file"); got != len(payload) {
					t.Errorf("SIZE says %d after %d bytes", got, len(payload))
				}
				all := c.receive(mode, "RETR /file")
				if len(all) != len(payload) {
					t.Errorf("got %d bytes of %d", len(all), len(payload))
				}
				c.do(350, "REST 499990")
				if got := c.receive(mode, "RETR /file"); !bytes.Equal(got, all[499990:]) {
					t.Errorf("REST gave %d bytes that are not the file's last 10", len(got))
				}
				if got := s.Stats(); got.BytesIn != 500_000 || got.BytesOut != 500_010 || got.Transfers != 3 || got.FailedTransfers != 0 {
					t.Errorf("stats: %+v", got)
				}
			})
		}
	}
}

func TestDownloadIsTheSeedsContent(t *testing.T) {
	var got [3][]byte
	for i, seed := range []uint64{1, 1, 2} {
		c := enter(t, start(t, Config{Seed: seed}).Addr())
		c.deliver("EPSV", make([]byte, 5000), "STOR f")
		got[i] = c.receive("EPSV", "RETR f")
	}
	if !bytes.Equal(got[0], got[1]) || bytes.Equal(got[0], got[2]) {
		t.Error("want equal content for equal seeds alone")
	}
}

func TestUploadSizes(t *testing.T) {
	tests := []struct {
		name     string
		commands func(c *client)
		want     int
	}{
		{"nothing", func(c *client) { c.deliver("EPSV", nil, "STOR f") }, 0},
		{"nothing, actively", func(c *client) { c.deliver("EPRT", nil, "STOR f") }, 0},
		{"a shorter file truncates", func(c *client) {
			c.deliver("EPSV", make([]byte, 1000), "STOR f")
			c.deliver("EPRT", make([]byte, 10), "STOR f")
		}, 10},
		{"APPE adds", func(c *client) {
			c.deliver("EPSV", make([]byte, 1000), "STOR f")
			c.deliver("EPRT", make([]byte, 10), "APPE f")
		}, 1010},
		{"APPE makes", func(c *client) { c.deliver("EPSV", make([]byte, 10), "APPE f") }, 10},
		{"STOR after REST goes on there", func(c *client) {
			c.deliver("EPSV", make([]byte, 1000), "STOR f")
			c.do(350, "REST 900")
			c.deliver("EPSV", make([]byte, 500), "STOR f")
		}, 1400},
		{"STOR after REST keeps what lies behind", func(c *client) {
			c.deliver("EPSV", make([]byte, 1000), "STOR f")
			c.do(350, "REST 100")
			c.deliver("EPSV", make([]byte, 500), "STOR f")
		}, 1000},
		{"TYPE A converts line ends", func(c *client) {
			c.do(200, "TYPE A")
			c.deliver("EPSV", []byte("one\r\ntwo\r\n"), "STOR f")
			c.do(200, "TYPE I")
		}, 8},
	}
	s := start(t, Config{})
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := enter(t, s.Addr())
			c.do(257, "MKD /%d", i)
			c.do(250, "CWD /%d", i)
			test.commands(c)
			if got := c.size("f"); got != test.want {
				t.Errorf("size %d, want %d", got, test.want)
			}
		})
	}
}

func TestTypeADownloadIsConverted(t *testing.T) {
	c := enter(t, start(t, Config{}).Addr())
	c.deliver("EPSV", make([]byte, 100_000), "STOR f")
	raw := c.receive("EPSV", "RETR f")
	c.do(200, "TYPE A")
	// The conversion is the library's; counting line ends is enough to know
	// that the content came through Read.
	got := c.receive("EPSV", "RETR f")
	if want := bytes.Count(raw, []byte("\n")); bytes.Count(got, []byte("\r\n")) < want {
		t.Errorf("%d line ends of %d", bytes.Count(got, []byte("\r\n")), want)
	}
}

func TestInterruptedUploadKeepsWhatCame(t *testing.T) {
	s := start(t, Config{})
	for _, mode := range []string{"EPSV", "EPRT"} {
		t.Run(mode, func(t *testing.T) {
			c := enter(t, s.Addr())
			ready := c.negotiate(mode)
			c.send("STOR /cut")
			data := ready()
			c.expect(150)
			before := s.Stats().BytesIn
			if _, err := data.Write(make([]byte, 12345)); err != nil {
				t.Fatal(err)
			}
			eventually(t, "12345 bytes counted", func() bool { return s.Stats().BytesIn-before == 12345 })
			_ = data.SetLinger(0) // RST, not FIN
			_ = data.Close()
			c.expect(550)
			if got := c.size("/cut"); got != 12345 {
				t.Errorf("size %d, want 12345", got)
			}
		})
	}
	if got := s.Stats().FailedTransfers; got != 2 {
		t.Errorf("%d failed transfers, want 2", got)
	}
}
