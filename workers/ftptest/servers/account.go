package servers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
)

// The login of every server.
const (
	loginUser = "ftpmark"
	loginPass = "ftpmark-test"
)

// account is the system user as whom the sessions run, who owns the data directory.
type account struct {
	name, group string
	uid, gid    int
}

// sessionAccount is daemon, which every Debian has, for root, and oneself for anybody else.
func sessionAccount() (account, error) {
	lookup := func() (*user.User, error) { return user.Lookup("daemon") }
	if os.Geteuid() != 0 {
		lookup = user.Current
	}
	u, err := lookup()
	if err != nil {
		return account{}, err
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		return account{}, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, err
	}
	return account{name: u.Username, group: g.Name, uid: uid, gid: gid}, nil
}

// passwordHash returns the crypt(3) hash of the login's password. It is md5-crypt on
// purpose: that costs the server 0.3 ms, where today's hashes are made to cost tens or
// hundreds, and a test that logs in a thousand times is not there to measure them.
func passwordHash() (string, error) {
	cmd := exec.Command("openssl", "passwd", "-1", "-salt", "ftpmark0", "-stdin")
	cmd.Stdin = strings.NewReader(loginPass + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("openssl passwd: %w %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}
