package servers

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
)

// inetdServer listens for servers that are made to be started by inetd.
//
//go:embed inetd_server.py
var inetdServer []byte

// inetutilsRecipe runs GNU inetutils' ftpd, one process a session. Extra are command line
// arguments. Sessions start in the data directory and see the machine's whole file system.
func inetutilsRecipe(s *Server) (recipe, error) {
	return inetdRecipe(s, "inetutils-ftpd", "usr/sbin/ftpd")
}

// netkitSSLRecipe runs the ftpd of the package ftpd-ssl likewise.
func netkitSSLRecipe(s *Server) (recipe, error) {
	return inetdRecipe(s, "ftpd-ssl", "usr/sbin/in.ftpd")
}

// withOwnFiles is a script that has the command of its arguments from the third on see the
// file $1 as /etc/passwd and $2 as /etc/nsswitch.conf. The mount namespace is the server's own.
const withOwnFiles = `mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/nsswitch.conf && shift 2 && exec "$@"`

// filesOnly is an nsswitch.conf by which nobody is asked over the network. These servers
// look up the names of both ends before they greet, and a name server may take seconds.
const filesOnly = "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n"

// inetdRecipe runs a server of BSD's kin, whose users are the system's: so it gets a
// /etc/passwd of its own, with the password's hash in it, and a /etc/pam.d that asks there.
func inetdRecipe(s *Server, pkg, file string) (recipe, error) {
	if os.Geteuid() != 0 {
		return recipe{}, fmt.Errorf("%s needs root: it changes user", s.Kind)
	}
	if err := pythonLibrary("."); err != nil {
		return recipe{}, err
	}
	bin, err := installed(pkg, file)
	if err != nil {
		return recipe{}, err
	}
	hash, err := passwordHash()
	if err != nil {
		return recipe{}, err
	}
	system, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return recipe{}, err
	}
	passwd := fmt.Appendf(system, "\n%s:%s:%d:%d::%s:/bin/sh\n", s.User, hash, s.account.uid, s.account.gid, s.DataDir)
	program, users, names, pam := s.file("server.py"), s.file("passwd"), s.file("nsswitch.conf"), s.file("pam.d")
	err = errors.Join(
		os.Mkdir(pam, 0o755),
		os.WriteFile(program, inetdServer, 0o644),
		os.WriteFile(users, passwd, 0o644),
		os.WriteFile(names, []byte(filesOnly), 0o644),
		// netkit's is asked before it has the password, and only pam_ftp lets it try again.
		os.WriteFile(pam+"/ftp", []byte("auth sufficient pam_ftp.so\nauth required pam_unix.so try_first_pass nodelay\n"+
			"account required pam_permit.so\nsession required pam_permit.so\n"), 0o644),
	)
	if err != nil {
		return recipe{}, err
	}
	argv := []string{
		"/bin/sh", "-c", withOwnFiles, "sh", users, names,
		systemPython, "-B", program, s.Addr.Addr().String(), fmt.Sprint(s.Addr.Port()), bin,
	}
	return recipe{argv: append(argv, s.opts.Extra...), pamDir: pam}, nil
}
