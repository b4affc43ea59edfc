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
machine h login alice password "ap
machine h
	login bob
	password bp
macdef init
	machine h login wrong password wrong

default login anybody password any
`

func TestNetrc(t *testing.T) {
	for _, c := range []struct{ host, user, login, password string }{
		{"other.example", "", "o", "op"},
		{"H", "", "alice", `"ap`},
		{"h", "bob", "bob", "bp"},
		{"elsewhere", "", "anybody", "any"},
		{"elsewhere", "anybody", "anybody", "any"},
	} {
		login, password, found, err := Netrc(strings.NewReader(netrc), c.host, c.user)
		if err != nil || !found || login != c.login || password != c.password {
			t.Errorf("%s@%s: %q, %q, %v, %v; want %q, %q", c.user, c.host, login, password, found, err, c.login, c.password)
		}
	}
	if _, _, found, _ := Netrc(strings.NewReader(netrc), "h", "carol"); found {
		t.Error("an entry was found for a user who has none")
	}
}

func FuzzNetrc(f *testing.F) {
	f.Add(netrc, "h", "bob")
	f.Add("machine", "machine", "")
	f.Add("default\nmacdef x", "", "")
	f.Fuzz(func(t *testing.T, text, host, user string) {
		login, _, found, err := Netrc(strings.NewReader(text), host, user)
		if found && err == nil && user != "" && login != user {
			t.Fatalf("asked for %q, got %q", user, login)
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
		{".netrc names the user", CredentialSources{"", "", none, home}, Target{Host: "h"}, Credentials{User: "alice", Password: `"ap`}},
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
