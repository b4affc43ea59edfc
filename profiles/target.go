package profiles

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// The control ports: FTP's (RFC 959 §8), and that of FTP over implicit TLS.
const (
	DefaultPort  = "21"
	ImplicitPort = "990"
)

// Target is a server and a directory on it, as a URL names them.
type Target struct {
	// Security is explicit (ftpes://), implicit (ftps://) or empty (ftp://).
	Security string
	Host     string
	// Port is the URL's, or else the scheme's, which PortAssumed says.
	Port        string
	PortAssumed bool
	// User and Password are empty where the URL has none.
	User, Password string
	HasPassword    bool
	// Dir is the directory relative to where the log-in leads, without
	// slashes at its end; it begins with a slash where the URL's path began
	// with %2F (RFC 1738 §3.2.2). Empty means the log-in directory itself.
	Dir string
}

// ParseTarget reads ftp://[USER[:PASSWORD]@]HOST[:PORT][/DIR], or the same with
// ftpes:// (explicit TLS) or ftps:// (implicit TLS); the scheme may be left out. Its errors never repeat the text, which may hold a password.
func ParseTarget(s string) (Target, error) {
	const want = "want ftp://[USER[:PASSWORD]@]HOST[:PORT][/DIR]"
	if !strings.Contains(s, "://") {
		s = "ftp://" + s
	}
	s, err := bracketed(s)
	if err != nil {
		return Target{}, err
	}
	u, err := url.Parse(s)
	if err != nil {
		return Target{}, fmt.Errorf("target: not a URL: %s, and percent-encode special characters (%%20 for a space, %%40 for @)", want)
	}
	security, known := map[string]string{"ftp": "", "ftpes": "explicit", "ftps": "implicit"}[u.Scheme]
	if !known {
		return Target{}, fmt.Errorf("target: unknown scheme %q: %s (ftpes for explicit TLS, ftps for implicit)", u.Scheme, want)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return Target{}, fmt.Errorf("target: FTP URLs have no query or fragment: %s (write %%3F for ? and %%23 for #)", want)
	}
	t := Target{Security: security, Host: u.Hostname(), Port: u.Port()}
	if t.Host == "" {
		return Target{}, fmt.Errorf("target: no host: %s", want)
	}
	if !validHost(t.Host) {
		return Target{}, fmt.Errorf("target: %q is neither a host name nor an address", t.Host)
	}
	if t.Port == "" {
		t = t.Secured(security)
		t.PortAssumed = true
	}
	if n, err := net.LookupPort("tcp", t.Port); err != nil || n == 0 {
		return Target{}, fmt.Errorf("target: bad port %q: want 1 to 65535", t.Port)
	}
	if u.User != nil {
		t.User = u.User.Username()
		t.Password, t.HasPassword = u.User.Password()
	}
	t.Dir = strings.TrimRight(strings.TrimPrefix(u.Path, "/"), "/")
	if strings.HasPrefix(strings.ToLower(u.EscapedPath()), "/%2f") || strings.HasPrefix(t.Dir, "/") {
		t.Dir = "/" + strings.TrimLeft(t.Dir, "/")
	}
	for _, text := range []string{t.User, t.Password, t.Dir} {
		if strings.ContainsAny(text, "\r\n\x00") {
			return Target{}, fmt.Errorf("target: a user, password or path cannot have a line break")
		}
	}
	return t, nil
}

// bracketed refuses a URL whose host is an IPv6 address without brackets, which
// would be taken for a host and a port, and percent-encodes the mark of a zone
// (RFC 6874) where that was left out.
func bracketed(s string) (string, error) {
	scheme, rest, _ := strings.Cut(s, "://")
	host, path, user := rest, "", ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host, path = rest[:end], rest[end:]
	}
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		user, host = host[:at+1], host[at+1:]
	}
	if inner, port, closed := strings.Cut(strings.TrimPrefix(host, "["), "]"); closed && strings.HasPrefix(host, "[") {
		if address, zone, found := strings.Cut(inner, "%"); found && !strings.HasPrefix(zone, "25") {
			return scheme + "://" + user + "[" + address + "%25" + zone + "]" + port + path, nil
		}
		return s, nil
	}
	address, err := netip.ParseAddr(strings.Replace(host, "%25", "%", 1))
	if err != nil || !address.Is6() {
		return s, nil
	}
	name, _, _ := strings.Cut(user, ":")
	if name = strings.TrimSuffix(name, "@"); name != "" {
		name += "@" // but not the password
	}
	in := func(host string) string {
		return scheme + "://" + name + "[" + strings.Replace(host, "%", "%25", 1) + "]"
	}
	whole := in(address.String())
	// The last group may be meant for a port.
	if cut := strings.LastIndexByte(host, ':'); cut > 0 {
		shorter, err := netip.ParseAddr(host[:cut])
		if port, e := strconv.ParseUint(host[cut+1:], 10, 16); err == nil && e == nil && port > 0 {
			return "", fmt.Errorf("target: an IPv6 address needs brackets: write %s:%d/, or %s/ if the whole text is the address", in(shorter.String()), port, whole)
		}
	}
	return "", fmt.Errorf("target: an IPv6 address needs brackets: write %s/, or %s:PORT/", whole, whole)
}

// Secured returns the target with the given security, and the port that goes
// with it where the URL has none.
func (t Target) Secured(security string) Target {
	t.Security = security
	if t.Port == "" || t.PortAssumed {
		t.Port = DefaultPort
		if security == "implicit" {
			t.Port = ImplicitPort
		}
	}
	return t
}

// validHost accepts IP addresses and what may be a host's name; it does not ask
// the resolver.
func validHost(h string) bool {
	if _, err := netip.ParseAddr(h); err == nil {
		return !strings.ContainsAny(h, "%/ ") || strings.Contains(h, ":")
	}
	for _, r := range h {
		if r < 0x80 && !strings.ContainsRune("-._", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
		if r >= 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

// URL returns the target as a URL without its password.
func (t Target) URL() string {
	scheme := "ftp"
	switch t.Security {
	case "explicit":
		scheme = "ftpes"
	case "implicit":
		scheme = "ftps"
	}
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(t.Host, t.Port), Path: "/"}
	if t.User != "" {
		u.User = url.User(t.User)
	}
	if t.Dir != "" {
		u.Path = "/" + t.Dir
		if strings.HasPrefix(t.Dir, "/") {
			u.RawPath = "/%2F" + strings.TrimPrefix((&url.URL{Path: t.Dir}).EscapedPath(), "/")
		}
	}
	return u.String()
}

// Join returns the path of a name below the target's directory, as commands
// take it.
func (t Target) Join(name string) string {
	switch {
	case t.Dir == "":
		return name
	case strings.HasSuffix(t.Dir, "/"):
		return t.Dir + name
	default:
		return t.Dir + "/" + name
	}
}
