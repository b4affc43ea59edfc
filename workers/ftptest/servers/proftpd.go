package servers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// proftpdRecipe runs ProFTPD in the foreground with one user from a file of its own. For
// root the sessions are locked into the data directory; for others they start there.
func proftpdRecipe(s *Server) (recipe, error) {
	bin, err := installed("proftpd-core", "usr/sbin/proftpd")
	if err != nil {
		return recipe{}, err
	}
	modTLS, err := installed("proftpd-mod-crypto", "usr/lib/proftpd/mod_tls.so")
	if err != nil {
		return recipe{}, err
	}
	hash, err := passwordHash()
	if err != nil {
		return recipe{}, err
	}
	conf := s.file("proftpd.conf")
	err = errors.Join(
		os.WriteFile(s.file("passwd"), fmt.Appendf(nil, "%s:%s:%d:%d::%s:/bin/sh\n",
			s.User, hash, s.account.uid, s.account.gid, s.DataDir), 0o600),
		os.WriteFile(s.file("group"), fmt.Appendf(nil, "ftpmark:x:%d:%s\n", s.account.gid, s.User), 0o600),
		os.Mkdir(s.file("run"), 0o755), // it refuses a scoreboard in a directory that others may write to
		os.WriteFile(conf, []byte(proftpdConf(s, filepath.Dir(modTLS))), 0o600),
	)
	if err != nil {
		return recipe{}, err
	}
	return recipe{
		// Without --quiet each session writes three lines.
		argv:     []string{bin, "--nodaemon", "--quiet", "--config", conf},
		transfer: s.file("xferlog"),
		readLog:  readXferlog,
	}, nil
}

// proftpdConf is the configuration file.
func proftpdConf(s *Server, modules string) string {
	limit := func(n int) string {
		if n == 0 {
			return "none"
		}
		return fmt.Sprint(n)
	}
	// The scoreboard is what the limits are counted by; without them it only costs.
	scoreboard := "none"
	if s.opts.MaxClients > 0 || s.opts.MaxPerIP > 0 {
		scoreboard = s.file("run/scoreboard")
	}
	var c strings.Builder
	fmt.Fprintf(&c, `ModulePath %s
ServerName ftpmark
ServerType standalone
UseIPv6 on
DefaultAddress %s
SocketBindTight on
Port %d
User %s
Group %s
PidFile %s
ScoreboardFile %s
DelayTable none
<IfModule mod_delay.c>
  DelayEngine off
</IfModule>
<IfModule mod_ctrls.c>
  ControlsEngine off
</IfModule>
MaxInstances none
MaxClients %s
MaxClientsPerHost %s
MaxLoginAttempts none
tcpBackLog 255
TimeoutIdle 0
TimeoutLogin 0
TimeoutNoTransfer 0
TimeoutStalled 0
UseReverseDNS off
UseEncoding off
PassivePorts %d %d
AuthOrder mod_auth_file.c
AuthUserFile %s
AuthGroupFile %s
RequireValidShell off
UseFtpUsers off
AllowOverwrite on
AllowRetrieveRestart on
AllowStoreRestart on
Umask 022
<Limit ALL>
  AllowAll
</Limit>
WtmpLog off
TransferLog %s
SystemLog %s
SyslogLevel warn
`, modules, s.Addr.Addr(), s.Addr.Port(), s.account.name, s.account.group,
		s.file("run/pid"), scoreboard, limit(s.opts.MaxClients), limit(s.opts.MaxPerIP),
		s.opts.PassivePorts[0], s.opts.PassivePorts[1], s.file("passwd"), s.file("group"),
		s.file("xferlog"), s.file("server.log"))
	if os.Geteuid() == 0 {
		c.WriteString("DefaultRoot ~\n")
	}
	if s.TLS != Off {
		c.WriteString(proftpdTLS(s))
	}
	for _, line := range s.opts.Extra {
		c.WriteString(line + "\n")
	}
	return c.String()
}

// proftpdTLS is the part of the configuration about TLS.
func proftpdTLS(s *Server) string {
	var options []string
	if !s.opts.RequireReuse {
		options = append(options, "NoSessionReuseRequired")
	}
	if s.TLS == Implicit {
		options = append(options, "UseImplicitSSL")
	}
	line := ""
	if len(options) > 0 {
		line = "  TLSOptions " + strings.Join(options, " ") + "\n"
	}
	versions := "TLSv" + strings.ReplaceAll(s.opts.TLSVersions, ",", " TLSv")
	return fmt.Sprintf(`LoadModule mod_tls.c
<IfModule mod_tls.c>
  TLSEngine on
  TLSRequired off
  TLSLog %s
  TLSProtocol %s
  TLSECCertificateFile %s
  TLSECCertificateKeyFile %s
  TLSVerifyClient off
  TLSRenegotiate none
%s</IfModule>
`, s.file("tls.log"), versions, s.cert.cert, s.cert.key, line)
}
