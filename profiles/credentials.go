package profiles

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Credentials are a user and a password. The password never appears in the
// text forms of the value.
type Credentials struct {
	User, Password string
	// Anonymous says that no source named a user, NoPassword that none had a
	// password; messages tell.
	Anonymous, NoPassword bool
}

// String returns the user alone.
func (c Credentials) String() string { return c.User }

// GoString is String, so that no verb of package fmt prints the password.
func (c Credentials) GoString() string { return c.User }

// AnonymousPassword is what an anonymous user gives: some servers want an @
// (RFC 1635).
const AnonymousPassword = "anonymous@"

// CredentialSources are the places that credentials are looked for in.
type CredentialSources struct {
	// User is --user, PasswordFile --password-file; empty where not given.
	User, PasswordFile string
	// Env looks up an environment variable, as os.LookupEnv does.
	Env func(string) (string, bool)
	// Netrc opens the .netrc file; it returns nil where there is none.
	Netrc func() (io.ReadCloser, error)
}

// Resolve finds the credentials for a target: the user from the URL, else
// --user, else .netrc, else anonymous; the password from the URL, else
// --password-file, else FTPMARK_PASSWORD, else .netrc.
func (s CredentialSources) Resolve(t Target) (Credentials, error) {
	c := Credentials{User: t.User, Password: t.Password}
	if c.User == "" {
		c.User = s.User
	}
	have := t.HasPassword
	if !have && s.PasswordFile != "" {
		b, err := os.ReadFile(s.PasswordFile)
		if err != nil {
			return c, fmt.Errorf("--password-file: %w", err)
		}
		line, _, _ := strings.Cut(string(b), "\n")
		c.Password, have = strings.TrimSuffix(line, "\r"), true
	}
	if !have && s.Env != nil {
		c.Password, have = s.Env("FTPMARK_PASSWORD")
	}
	if !have && s.Netrc != nil {
		var err error
		if have, err = s.fromNetrc(t.Host, &c); err != nil {
			return c, err
		}
	}
	c.NoPassword = !have
	if c.User == "" {
		c.User, c.Anonymous = "anonymous", true
		if c.Password == "" {
			c.Password = AnonymousPassword
		}
	}
	if strings.ContainsAny(c.User+c.Password, "\r\n\x00") {
		return c, fmt.Errorf("a user or password cannot have a line break")
	}
	return c, nil
}

func (s CredentialSources) fromNetrc(host string, c *Credentials) (found bool, err error) {
	f, err := s.Netrc()
	if err != nil {
		return false, fmt.Errorf(".netrc: %w", err)
	}
	if f == nil {
		return false, nil
	}
	defer f.Close()
	login, password, found, err := Netrc(f, host, c.User)
	if err != nil {
		return false, fmt.Errorf(".netrc: %w", err)
	}
	if found {
		c.User, c.Password = login, password
	}
	return found, nil
}

// OpenNetrc opens the file that NETRC names, else .netrc (on Windows also
// _netrc) in the home directory. It returns nil where there is none.
func OpenNetrc() (io.ReadCloser, error) {
	names := []string{os.Getenv("NETRC")}
	if names[0] == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, nil
		}
		names = []string{filepath.Join(home, ".netrc"), filepath.Join(home, "_netrc")}
	}
	for _, n := range names {
		f, err := os.Open(n)
		if err == nil {
			return f, nil
		}
		if !os.IsNotExist(err) {
			return nil, err
		}
	}
	return nil, nil
}
