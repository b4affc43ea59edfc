package target

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"
)

func TestRefusals(t *testing.T) {
	s := start(t, Config{})
	c := enter(t, s.Addr())
	c.do(257, "MKD /full")
	c.do(257, "MKD /empty")
	c.deliver("EPSV", make([]byte, 10), "STOR /full/f")
	tests := []struct {
		code     int
		commands string
	}{
		{550, "RETR /missing"},
		{550, "RETR /full"},
		{550, "STOR /missing/f"},
		{550, "STOR /full"},
		{550, "STOR /full/f/g"},
		{550, "APPE /missing/f"},
		{550, "SIZE /missing"},
		{550, "SIZE /full"},
		{550, "CWD /missing"},
		{550, "CWD /full/f"},
		{550, "MKD /full"},
		{550, "MKD /missing/d"},
		{550, "RMD /full"},
		{550, "RMD /full/f"},
		{550, "RMD /"},
		{550, "DELE /empty"},
		{550, "DELE /missing"},
		{550, "RNFR /missing"},
		{550, "RNFR /empty|RNTO /full"},
		{550, "RNFR /full|RNTO /full/f/x"},
		{550, "RNFR /full|RNTO /full/inside"},
		{550, "RNFR /full/f|RNTO /missing/f"},
		{550, "REST 11|RETR /full/f"},
		{550, "REST -1|STOR /full/f"},
		{450, "LIST /missing"},
		{550, "MLSD /missing"},
		{550, "AUTH TLS"},
		{500, "SITE MKDIR /x"},
	}
	for _, test := range tests {
		t.Run(test.commands, func(t *testing.T) {
			first, second, two := strings.Cut(test.commands, "|")
			if two {
				c.do(350, "%s", first)
				first = second
			}
			c.do(test.code, "%s", first)
		})
	}
	if got := c.size("/full/f"); got != 10 {
		t.Errorf("a refused command changed the file: %d bytes", got)
	}
}

func TestNamesAndListings(t *testing.T) {
	s := start(t, Config{})
	c := enter(t, s.Addr())
	c.do(215, "SYST")
	c.do(200, "NOOP")
	features := c.do(211, "FEAT")
	for _, want := range []string{"EPRT", "EPSV", "MLSD", "REST STREAM", "SIZE"} {
		if !strings.Contains(features, want) {
			t.Errorf("FEAT lacks %s: %s", want, features)
		}
	}
	c.do(257, "MKD /d")
	c.do(250, "CWD d")
	if got := c.do(257, "PWD"); !strings.Contains(got, `"/d"`) {
		t.Errorf("PWD says %s", got)
	}
	c.deliver("EPSV", make([]byte, 42), "STOR a file")
	c.do(257, "MKD sub")
	c.do(213, "MDTM a file")
	if got := string(c.receive("EPRT", "MLSD")); !strings.Contains(got, "Type=file;Size=42;") || !strings.Contains(got, "; a file\r\n") || !strings.Contains(got, "Type=dir;") {
		t.Errorf("MLSD: %q", got)
	}
	if got := string(c.receive("PORT", "LIST")); strings.Count(got, "\r\n") != 2 || !strings.Contains(got, "42") {
		t.Errorf("LIST: %q", got)
	}
	if got := string(c.receive("PASV", "NLST sub")); got != "" {
		t.Errorf("NLST of an empty directory: %q", got)
	}
	c.do(350, "RNFR a file")
	c.do(250, "RNTO sub/b")
	c.do(350, "RNFR /d")
	c.do(250, "RNTO /e")
	if got := c.size("/e/sub/b"); got != 42 {
		t.Errorf("size after two renames: %d", got)
	}
	c.do(250, "DELE /e/sub/b")
	c.do(250, "RMD /e/sub")
	c.do(250, "RMD /e")
	c.do(221, "QUIT")
}

func TestServesTheClientLibrary(t *testing.T) {
	for listen := range families(t) {
		t.Run(listen, func(t *testing.T) {
			s := start(t, Config{Listen: listen, User: "u", Password: "p"})
			c, err := ftp.Dial(s.Addr().String(), ftp.DialWithTimeout(5*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Login("u", "p"); err != nil {
				t.Fatal(err)
			}
			if err := c.Stor("/f", io.LimitReader(zeros{}, 3<<20)); err != nil {
				t.Fatal(err)
			}
			r, err := c.RetrFrom("/f", 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, r)
			if err = errors.Join(err, r.Close()); err != nil || n != 2<<20 {
				t.Errorf("got %d bytes: %v", n, err)
			}
			list, err := c.List("/")
			if err != nil || len(list) != 1 || list[0].Name != "f" || list[0].Size != 3<<20 {
				t.Errorf("list %v: %v", list, err)
			}
			if err := c.Rename("/f", "/g"); err != nil {
				t.Error(err)
			}
			if err := c.Delete("/g"); err != nil {
				t.Error(err)
			}
			if err := c.Quit(); err != nil {
				t.Error(err)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestLogin(t *testing.T) {
	s := start(t, Config{User: "u", Password: "secret"})
	for _, test := range []struct {
		user, password string
		code           int
	}{{"u", "secret", 230}, {"u", "wrong", 530}, {"u", "", 530}, {"v", "secret", 530}} {
		c := dial(t, s.Addr())
		c.do(530, "SIZE /f")
		c.do(331, "USER %s", test.user)
		c.do(test.code, "PASS %s", test.password)
	}
}

func TestFullTreeSays552(t *testing.T) {
	s := start(t, Config{})
	c := enter(t, s.Addr())
	s.tree.mu.Lock()
	s.tree.entries = maxEntries
	s.tree.mu.Unlock()
	c.do(552, "STOR /f")
	c.do(550, "MKD /d")
}
