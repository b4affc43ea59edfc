package servers

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// vsftpdRecipe runs vsftpd in the foreground with one guest user, whose password is in a
// file of its own that PAM is pointed to.
func vsftpdRecipe(s *Server) (recipe, error) {
	if os.Geteuid() != 0 {
		return recipe{}, errors.New("vsftpd needs root: it reads passwords by PAM and changes user")
	}
	bin, err := installed("vsftpd", "usr/sbin/vsftpd")
	if err != nil {
		return recipe{}, err
	}
	hash, err := passwordHash()
	if err != nil {
		return recipe{}, err
	}
	const service = "ftpmark"
	conf, pam := s.file("vsftpd.conf"), s.file("pam.d")
	err = errors.Join(
		os.Mkdir(s.file("empty"), 0o755),
		os.Mkdir(pam, 0o755),
		os.WriteFile(s.file("passwd"), []byte(s.User+":"+hash+"\n"), 0o600),
		os.WriteFile(pam+"/"+service, []byte("auth required pam_pwdfile.so pwdfile "+s.file("passwd")+"\n"+
			"account required pam_permit.so\nsession required pam_permit.so\n"), 0o644),
		os.WriteFile(conf, []byte(vsftpdConf(s, service)), 0o600),
	)
	if err != nil {
		return recipe{}, err
	}
	return recipe{
		argv:     []string{bin, conf},
		pamDir:   pam,
		transfer: s.file("xferlog"),
		readLog:  readXferlog,
	}, nil
}

// vsftpdConf is the configuration file.
func vsftpdConf(s *Server, pamService string) string {
	yes := func(b bool) string {
		if b {
			return "YES"
		}
		return "NO"
	}
	var c strings.Builder
	if a := s.Addr.Addr(); a.Is4() {
		fmt.Fprintf(&c, "listen=YES\nlisten_ipv6=NO\nlisten_address=%s\n", a)
	} else {
		fmt.Fprintf(&c, "listen=NO\nlisten_ipv6=YES\nlisten_address6=%s\n", a)
	}
	fmt.Fprintf(&c, `listen_port=%d
background=NO
max_clients=%d
max_per_ip=%d
# The defaults of 5 minutes would end sessions in a long test.
idle_session_timeout=86400
data_connection_timeout=300
pasv_min_port=%d
pasv_max_port=%d
connect_from_port_20=NO
anonymous_enable=NO
local_enable=YES
guest_enable=YES
guest_username=%s
virtual_use_local_privs=YES
chroot_local_user=YES
allow_writeable_chroot=YES
local_root=%s
session_support=NO
pam_service_name=%s
write_enable=YES
local_umask=022
file_open_mode=0666
hide_ids=YES
mdtm_write=YES
ascii_download_enable=YES
ascii_upload_enable=YES
dirmessage_enable=NO
tcp_wrappers=NO
nopriv_user=%s
secure_chroot_dir=%s
# The system call filter of this version kills sessions under a glibc of today.
seccomp_sandbox=NO
# A namespace for each session costs a third of all logins a second.
isolate=NO
isolate_network=NO
xferlog_enable=YES
xferlog_std_format=YES
xferlog_file=%s
vsftpd_log_file=%s
`, s.Addr.Port(), s.opts.MaxClients, s.opts.MaxPerIP, s.opts.PassivePorts[0], s.opts.PassivePorts[1],
		s.account.name, s.DataDir, pamService, s.account.name, s.file("empty"), s.file("xferlog"), s.file("server.log"))
	if s.TLS != Off {
		fmt.Fprintf(&c, `ssl_enable=YES
implicit_ssl=%s
require_ssl_reuse=%s
force_local_data_ssl=NO
force_local_logins_ssl=NO
ssl_tlsv1=YES
ssl_ciphers=HIGH
rsa_cert_file=%s
rsa_private_key_file=%s
`, yes(s.TLS == Implicit), yes(s.opts.RequireReuse), s.cert.cert, s.cert.key)
	}
	for _, line := range s.opts.Extra {
		c.WriteString(line + "\n")
	}
	return c.String()
}
