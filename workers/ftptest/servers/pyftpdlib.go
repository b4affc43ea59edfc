package servers

import (
	_ "embed"
	"fmt"
	"os"
)

// pyftpdlibServer is the program: pyftpdlib is a library.
//
//go:embed pyftpdlib_server.py
var pyftpdlibServer []byte

// systemPython is the interpreter that Debian's packages of Python libraries belong to;
// another one, earlier in the PATH, does not know them. That they are there is seen from the
// files: to ask Python takes as long as to start the server.
const (
	systemPython    = "/usr/bin/python3"
	systemLibraries = "/usr/lib/python3/dist-packages"
)

// pyftpdlibRecipe runs pyftpdlib's single-process server.
func pyftpdlibRecipe(s *Server) (recipe, error) {
	for _, library := range []string{"pyftpdlib", "OpenSSL"} {
		if err := pythonLibrary(library); err != nil {
			return recipe{}, err
		}
	}
	program := s.file("server.py")
	if err := os.WriteFile(program, pyftpdlibServer, 0o644); err != nil {
		return recipe{}, err
	}
	argv := []string{
		systemPython, "-B", "-W", "ignore", program,
		"--addr", s.Addr.Addr().String(), "--port", fmt.Sprint(s.Addr.Port()),
		"--data", s.DataDir, "--user", s.User, "--password", s.Pass,
		"--transfers", s.file("transfers.jsonl"),
		"--passive-first", fmt.Sprint(s.opts.PassivePorts[0]),
		"--passive-last", fmt.Sprint(s.opts.PassivePorts[1]),
		"--max-clients", fmt.Sprint(s.opts.MaxClients),
		"--max-per-ip", fmt.Sprint(s.opts.MaxPerIP),
		"--tls", s.TLS.String(),
	}
	if s.TLS != Off {
		argv = append(argv, "--certificate", s.cert.both)
	}
	if os.Geteuid() == 0 {
		argv = append(argv, "--uid", fmt.Sprint(s.account.uid), "--gid", fmt.Sprint(s.account.gid))
	}
	for _, setting := range s.opts.Extra {
		argv = append(argv, "--set", setting)
	}
	return recipe{argv: argv, transfer: s.file("transfers.jsonl"), readLog: readTransferLines}, nil
}
