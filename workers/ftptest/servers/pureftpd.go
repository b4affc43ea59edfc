package servers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// pureftpdRecipe runs Pure-FTPd in the foreground with one virtual user, from a database
// that its own tool makes of a password file.
func pureftpdRecipe(s *Server) (recipe, error) {
	if os.Geteuid() != 0 {
		return recipe{}, errors.New("Pure-FTPd needs root: Debian's is not built to run without")
	}
	bin, err := installed("pure-ftpd", "usr/sbin/pure-ftpd")
	if err != nil {
		return recipe{}, err
	}
	pw, err := installed("pure-ftpd", "usr/bin/pure-pw")
	if err != nil {
		return recipe{}, err
	}
	hash, err := passwordHash()
	if err != nil {
		return recipe{}, err
	}
	// name:hash:uid:gid:comment:home and twelve limits; /./ is where the chroot ends
	passwd, db := s.file("passwd"), s.file("passwd.pdb")
	entry := fmt.Appendf(nil, "%s:%s:%d:%d::%s/./::::::::::::\n", s.User, hash, s.account.uid, s.account.gid, s.DataDir)
	if err := os.WriteFile(passwd, entry, 0o600); err != nil {
		return recipe{}, err
	}
	if out, err := exec.Command(pw, "mkdb", db, "-f", passwd).CombinedOutput(); err != nil {
		return recipe{}, fmt.Errorf("pure-pw mkdb: %w %s", err, bytes.TrimSpace(out))
	}
	return recipe{
		argv:     append([]string{bin}, pureftpdArgs(s, db)...),
		transfer: s.file("xferlog"),
		readLog:  readXferlog,
	}, nil
}

// pureftpdArgs is the command line: Pure-FTPd has no other configuration.
func pureftpdArgs(s *Server, db string) []string {
	limit := func(n int) string {
		if n == 0 {
			n = 1_000_000
		}
		return fmt.Sprint(n)
	}
	family := "--ipv4only"
	if s.Addr.Addr().Is6() {
		family = "--ipv6only"
	}
	args := []string{
		"--bind", fmt.Sprintf("%s,%d", s.Addr.Addr(), s.Addr.Port()), family,
		"--login", "puredb:" + db,
		"--noanonymous", "--chrooteveryone", "--minuid", "1",
		"--maxclientsnumber", limit(s.opts.MaxClients),
		"--maxclientsperip", limit(s.opts.MaxPerIP),
		"--maxidletime", "1440", // minutes
		"--limitrecursion", "1000000:64",
		"--passiveportrange", fmt.Sprintf("%d:%d", s.opts.PassivePorts[0], s.opts.PassivePorts[1]),
		"--dontresolve",
		"--umask", "133:022",
		"--syslogfacility", "none",
		"--altlog", "xferlog:" + s.file("xferlog"),
		"--pidfile", s.file("pid"),
	}
	if s.TLS == Explicit {
		args = append(args, "--tls", "1", "--certfile", s.cert.both)
	}
	return append(args, s.opts.Extra...)
}
