package servers

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Servers that are less known than the four of [Kinds], and each odd in its own ways. Each
// is a package of Debian 12.
const (
	// Twisted is Twisted's FTP server, in Python: no EPSV, no EPRT, no APPE, no MLSD.
	Twisted Kind = "twisted"
	// Aioftp is aioftp's server, in Python: passive mode only, no SIZE, no NLST, no NOOP.
	Aioftp Kind = "aioftp"
	// Inetutils is GNU's ftpd, a descendant of 4.4BSD's, which is started for each session.
	Inetutils Kind = "inetutils"
	// NetkitSSL is Linux's netkit ftpd of the package ftpd-ssl, another descendant of BSD's.
	NetkitSSL Kind = "ftpd-ssl"
)

// OtherKinds returns the kinds that [Kinds] leaves out, always in the same order. Of
// [Options] they know the address and Extra, nothing else, and they keep no log of
// transfers.
func OtherKinds() []Kind { return []Kind{Twisted, Aioftp, Inetutils, NetkitSSL} }

// other says whether the kind is one of OtherKinds.
func (k Kind) other() bool { return slices.Contains(OtherKinds(), k) }

// checkOther returns what in o the other kinds do not have.
func (o Options) checkOther(kind Kind) error {
	var unknown []string
	for name, set := range map[string]bool{
		"TLS":          o.TLS != Off,
		"TLSVersions":  o.TLSVersions != "",
		"RequireReuse": o.RequireReuse,
		"PassivePorts": o.PassivePorts != [2]uint16{},
		"MaxClients":   o.MaxClients != 0,
		"MaxPerIP":     o.MaxPerIP != 0,
	} {
		if set {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("%s has no %s here", kind, strings.Join(unknown, ", "))
	}
	return nil
}

// otherRecipes has the function that makes the recipe of one of OtherKinds.
func otherRecipes(kind Kind) func(*Server) (recipe, error) {
	switch kind {
	case Twisted:
		return twistedRecipe
	case Aioftp:
		return aioftpRecipe
	case Inetutils:
		return inetutilsRecipe
	default:
		return netkitSSLRecipe
	}
}

// pythonRecipe runs a server that is a program of Python on a library of Debian's.
// It becomes the session's user once it listens.
func pythonRecipe(s *Server, library string, program []byte) (recipe, error) {
	if err := pythonLibrary(library); err != nil {
		return recipe{}, err
	}
	path := s.file("server.py")
	if err := os.WriteFile(path, program, 0o644); err != nil {
		return recipe{}, err
	}
	argv := []string{
		systemPython, "-B", "-W", "ignore", path,
		"--addr", s.Addr.Addr().String(), "--port", fmt.Sprint(s.Addr.Port()),
		"--data", s.DataDir, "--user", s.User, "--password", s.Pass,
	}
	if os.Geteuid() == 0 {
		argv = append(argv, "--uid", fmt.Sprint(s.account.uid), "--gid", fmt.Sprint(s.account.gid))
	}
	for _, setting := range s.opts.Extra {
		argv = append(argv, "--set", setting)
	}
	return recipe{argv: argv}, nil
}

// pythonLibrary returns an error if Debian's Python has no such library.
func pythonLibrary(name string) error {
	if _, err := os.Stat(filepath.Join(systemLibraries, name)); err != nil {
		return fmt.Errorf("no Python library %s: run `make servers`", name)
	}
	return nil
}
