package servers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// listener returns the process of the server that listens on the TCP port; false while
// none does. A socket that several hold (vsftpd's sessions, until they close it) is the
// one's who was there first.
func (p *process) listener(port uint16) (pid int, ok bool) {
	sockets := make(map[string]bool)
	// By the process's own /proc entry: the network namespace is the server's.
	for _, table := range []string{"tcp", "tcp6"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", p.pid, table))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			// sl local_address rem_address st … (the tenth field is the inode)
			f := strings.Fields(line)
			const listening = "0A"
			if len(f) >= 10 && f[3] == listening && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) {
				sockets["socket:["+f[9]+"]"] = true
			}
		}
	}
	if len(sockets) == 0 {
		return 0, false
	}
	for _, pid := range p.members() {
		dir := fmt.Sprintf("/proc/%d/fd", pid)
		fds, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrPermission) && pid != p.pid {
			// ProFTPD hides its descriptors from all but root: then the answer on the
			// port must do as proof.
			return pid, true
		}
		for _, fd := range fds {
			if to, err := os.Readlink(dir + "/" + fd.Name()); err == nil && sockets[to] {
				return pid, true
			}
		}
	}
	return 0, false
}
