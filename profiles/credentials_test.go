package profiles

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const netrc = `# a comment
machine other.example login o password op
machine h login alice password ap
machine h
	login bob
	password bp
macdef init
	machine h login wrong password "wrong

default login anybody password any
`

func TestNetrc(t *testing.T) {
	type entry struct{ login, password string }
	none := entry{"", "none"}
	for _, c := range []struct {
		name, text, host, user string
		want                   entry
	}{
		{"one of several", netrc, "other.example", "", entry{"o", "op"}},
		{"the first of two, whatever the case", netrc, "H", "", entry{"alice", "ap"}},
		{"the user's", netrc, "h", "bob", entry{"bob", "bp"}},
		{"default", netrc, "elsewhere", "", entry{"anybody", "any"}},
		{"default, of the user", netrc, "elsewhere", "anybody", entry{"anybody", "any"}},
		{"a user who has none", netrc, "h", "carol", none},
		{"nothing", "", "h", "", none},
		{"default counts last", "default login d password dp machine h login m password mp", "h", "", entry{"m", "mp"}},
		{"the first default", "default login a password ap default login b password bp", "h", "", entry{"a", "ap"}},
		{"quotes", `machine h login "a b" password "with space"`, "h", "a b", entry{"a b", "with space"}},
		{"escapes", `machine h login l password "\"\\\t\n\r\x # end"`, "h", "", entry{"l", "\"\\\t\n\rx # end"}},
		{"nothing in quotes", `machine h login l password ""`, "h", "", entry{"l", ""}},
		{"a word behind quotes", `machine "h"login l password "p"`, "h", "", entry{"l", "p"}},
		{"no quotes, no escapes", `machine h login a\tb password p"q"\n`, "h", "", entry{`a\tb`, `p"q"\n`}},
		{"comments", "machine h # password wrong\nlogin l #\npassword p#q\n", "h", "", entry{"l", "p#q"}},
		{"a comment in the place of a word", "machine h login l password #p\nq", "h", "", entry{"l", "q"}},
		{"keywords in capitals", "MACHINE h Login l PassWord p", "h", "", entry{"l", "p"}},
		{"account", "machine h login l account password password p", "h", "", entry{"l", "p"}},
		{"unknown words", "machine h what login l password p", "h", "", entry{"l", "p"}},
		{"CRLF", "machine h login l\r\npassword p\r\nmacdef m\r\ndefault login no\r\n\r\n", "h", "", entry{"l", "p"}},
		{"a macro to the end", "macdef m\nmachine h login l password p", "h", "", none},
		{"behind a macro", "macdef m\nmachine h login no\n\nmachine h login l password p", "h", "", entry{"l", "p"}},
		{"what is wrong behind what is wanted", "machine h login l password p\nmachine i login \"", "h", "", entry{"l", "p"}},
		{"it ends early", "machine h login", "h", "", entry{"", ""}},
	} {
		login, password, found, err := Netrc(strings.NewReader(c.text), c.host, c.user)
		if got := (entry{login, password}); err != nil || found != (c.want != none) || found && got != c.want {
			t.Errorf("%s: %q, %v, %v; want %q", c.name, got, found, err, c.want)
		}
	}
}

func TestNetrcWithoutClosingQuote(t *testing.T) {
	const want = `.netrc: line 2: a quoted word has no end: want a closing " on the same line, and \" for a quote inside`
	for _, text := range []string{
		"machine h login l\n password \"secret\n\"", "\nmachine h login l password \"secret\\\"", "\nmachine h login l password \"secret\\",
	} {
		file := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
		if _, err := (CredentialSources{Netrc: file}).Resolve(Target{Host: "h"}); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzNetrc(f *testing.F) {
	f.Add(netrc, "h", "bob")
	f.Add("machine", "machine", "")
	f.Add("default\nmacdef x", "", "")
	f.Add(`machine h login "a b" password "\"\\\n\t\r"`, "h", "a b")
	f.Add(`machine h password "no end\`, "h", "")
	f.Add("machine h # comment\n login l #\n\nmacdef m\n\ndefault", "h", "l")
	f.Fuzz(func(t *testing.T, text, host, user string) {
		login, password, found, err := Netrc(strings.NewReader(text), host, user)
		if found && err == nil && user != "" && login != user {
			t.Fatalf("asked for %q, got %q", user, login)
		}
		if (!found || err != nil) && login+password != "" {
			t.Fatalf("not found, but %q with %q", login, password)
		}
	})
}

func TestCredentialOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("from-file\r\nsecond line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(string) (string, bool) { return "from-env", true }
	none := func(string) (string, bool) { return "", false }
	home := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(netrc)), nil }
	for _, c := range []struct {
		name   string
		source CredentialSources
		target Target
		want   Credentials
	}{
		{"URL first", CredentialSources{"flag", file, env, home}, Target{Host: "h", User: "url", Password: "pw", HasPassword: true}, Credentials{User: "url", Password: "pw"}},
		{"then the file", CredentialSources{"flag", file, env, home}, Target{Host: "h"}, Credentials{User: "flag", Password: "from-file"}},
		{"then the environment", CredentialSources{"flag", "", env, home}, Target{Host: "h"}, Credentials{User: "flag", Password: "from-env"}},
		{"then .netrc", CredentialSources{"bob", "", none, home}, Target{Host: "h"}, Credentials{User: "bob", Password: "bp"}},
		{".netrc names the user", CredentialSources{"", "", none, home}, Target{Host: "h"}, Credentials{User: "alice", Password: "ap"}},
		{"anonymous", CredentialSources{}, Target{Host: "h"}, Credentials{"anonymous", "anonymous@", true, true}},
		{"no password", CredentialSources{"u", "", none, nil}, Target{Host: "h"}, Credentials{User: "u", NoPassword: true}},
		{"an empty password in the URL counts", CredentialSources{"", file, env, home}, Target{Host: "h", User: "u", HasPassword: true}, Credentials{User: "u", Password: ""}},
	} {
		if got, err := c.source.Resolve(c.target); err != nil || got != c.want {
			t.Errorf("%s: %s/%s, %v", c.name, got.User, got.Password, err)
		}
	}
	if _, err := (CredentialSources{PasswordFile: file + "-not"}).Resolve(Target{}); err == nil || !strings.Contains(err.Error(), "--password-file") {
		t.Errorf("a missing file: %v", err)
	}
	c := Credentials{User: "u", Password: "secret"}
	if s := fmt.Sprintf("%v %+v %#v %s", c, c, c, c); strings.Contains(s, "secret") {
		t.Errorf("the password is printed: %s", s)
	}
}
