package profiles

import (
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Target
		url  string
	}{
		{"ftp://h", Target{Host: "h", Port: "21", PortAssumed: true}, "ftp://h:21/"},
		{"h", Target{Host: "h", Port: "21", PortAssumed: true}, "ftp://h:21/"},
		{"h:2121/d", Target{Host: "h", Port: "2121", Dir: "d"}, "ftp://h:2121/d"},
		{"ftp://u@h/", Target{Host: "h", Port: "21", PortAssumed: true, User: "u"}, "ftp://u@h:21/"},
		{"ftp://u:p@h/a/b/", Target{Host: "h", Port: "21", PortAssumed: true, User: "u", Password: "p", HasPassword: true, Dir: "a/b"}, "ftp://u@h:21/a/b"},
		{"ftp://u:@h", Target{Host: "h", Port: "21", PortAssumed: true, User: "u", HasPassword: true}, "ftp://u@h:21/"},
		{"ftp://u%40x:p%3Aq@h", Target{Host: "h", Port: "21", PortAssumed: true, User: "u@x", Password: "p:q", HasPassword: true}, "ftp://u%40x@h:21/"},
		{"ftp://h/%2Fsrv/x", Target{Host: "h", Port: "21", PortAssumed: true, Dir: "/srv/x"}, "ftp://h:21/%2Fsrv/x"},
		{"ftp://h/a%20b", Target{Host: "h", Port: "21", PortAssumed: true, Dir: "a b"}, "ftp://h:21/a%20b"},
		{"ftps://h", Target{Security: "implicit", Host: "h", Port: "990", PortAssumed: true}, "ftps://h:990/"},
		{"ftpes://h:2121", Target{Security: "explicit", Host: "h", Port: "2121"}, "ftpes://h:2121/"},
		{"ftp://[::1]:2121/", Target{Host: "::1", Port: "2121"}, "ftp://[::1]:2121/"},
		{"[::1]", Target{Host: "::1", Port: "21", PortAssumed: true}, "ftp://[::1]:21/"},
		{"ftps://u:p@[2001:db8::1]/d", Target{Security: "implicit", Host: "2001:db8::1", Port: "990", PortAssumed: true, User: "u", Password: "p", HasPassword: true, Dir: "d"}, "ftps://u@[2001:db8::1]:990/d"},
		{"ftp://[fe80::1%25eth0]/", Target{Host: "fe80::1%eth0", Port: "21", PortAssumed: true}, "ftp://[fe80::1%25eth0]:21/"},
		{"[fe80::1%eth0]:2121/d", Target{Host: "fe80::1%eth0", Port: "2121", Dir: "d"}, "ftp://[fe80::1%25eth0]:2121/d"},
	} {
		got, err := ParseTarget(c.in)
		if err != nil || got != c.want {
			t.Errorf("%q: %+v, %v; want %+v", c.in, got, err, c.want)
			continue
		}
		if got.URL() != c.url {
			t.Errorf("%q: shown as %q, want %q", c.in, got.URL(), c.url)
		}
	}
	for _, bad := range []string{
		"http://h/", "ftp://", "ftp://h:0/", "ftp://h:65536/", "ftp://h:x/", "ftp://u:secret@h/%0d%0aDELE%20x",
		"ftp://h/?q", "ftp://h/#f", "ftp://u:secret@h:99999", "ftp://u:sec ret@h%zz/",
	} {
		got, err := ParseTarget(bad)
		if err == nil {
			t.Errorf("%q: taken for %+v", bad, got)
		} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec ret") {
			t.Errorf("%q: the error shows the password: %v", bad, err)
		}
	}
}

func TestTargetJoin(t *testing.T) {
	for _, c := range []struct{ dir, want string }{{"", "f"}, {"a/b", "a/b/f"}, {"/", "/f"}, {"/srv", "/srv/f"}} {
		if got := (Target{Dir: c.dir}).Join("f"); got != c.want {
			t.Errorf("%q: %q, want %q", c.dir, got, c.want)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"ftp://u:p@h:21/d", "h", "ftp://[::1]/", "ftp://[fe80::1%eth0]/", "fe80::1%eth0", "ftp://h/%2Fetc", "://", "ftp://@/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseTarget(s)
		if err != nil {
			return
		}
		if strings.ContainsAny(a.Join("x"), "\r\n") {
			t.Fatalf("%q makes a command of two lines", s)
		}
		b, err := ParseTarget(a.URL())
		if err != nil {
			t.Fatalf("%q is shown as %q, which is refused: %v", s, a.URL(), err)
		}
		if b.HasPassword || b.Dir != a.Dir || b.Host != a.Host || b.User != a.User {
			t.Fatalf("%q is %+v, shown as %q, which is %+v", s, a, a.URL(), b)
		}
	})
}

// TestBareIPv6 is answered with what to write, and never with the password.
func TestBareIPv6(t *testing.T) {
	for in, want := range map[string]string{
		"::1":                             "ftp://[::1]/",
		"::1/dir":                         "ftp://[::1]/",
		"ftp://bench@::1:2121/":           "ftp://bench@[::1]:2121/",
		"ftp://::1/":                      "ftp://[::1]/",
		"ftps://2001:db8::1":              "ftps://[2001:db8::1]/",
		"ftpes://u:secret@2001:db8::1/":   "ftpes://u@[2001:db8::1]/",
		"ftp://u:a@secret@fe80::1%eth0/d": "ftp://u@[fe80::1%25eth0]/",
		"fe80::1%eth0":                    "ftp://[fe80::1%25eth0]/",
		"fe80::1%25eth0":                  "ftp://[fe80::1%25eth0]/",
	} {
		got, err := ParseTarget(in)
		if err == nil {
			t.Errorf("%q is taken for %+v", in, got)
			continue
		}
		if !strings.Contains(err.Error(), "write "+want+",") || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v; want %s", in, err, want)
		}
		if _, err := ParseTarget(want); err != nil {
			t.Errorf("%q: what is to be written is refused: %v", in, err)
		}
	}
}
