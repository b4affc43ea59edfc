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
	for _, s := range []string{"ftp://u:p@h:21/d", "h", "ftp://[::1]/", "ftp://h/%2Fetc", "://", "ftp://@/"} {
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
