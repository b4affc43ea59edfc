// Package ftptest gives tests an FTP server to talk to: a real one ([Start]: vsftpd,
// ProFTPD, Pure-FTPd or pyftpdlib, each in a process of its own on loopback), or a scripted
// one that misbehaves on demand and keeps its own clock.
//
// Between the two there can be distance: a [DelayedLink] joins two network namespaces, each a
// [Namespace], and makes every packet on it late (Linux, root).
//
// Programs that tests use beside them are found by [Tool].
//
// The real ones are installed by install-servers.sh (make servers) and need Linux, and root
// for vsftpd and Pure-FTPd.
package ftptest
