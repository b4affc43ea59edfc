// Package servers starts real FTP servers for tests, each in a process of its own on loopback:
// [Start] takes one of [Kinds] or of [OtherKinds]. They are installed by install-servers.sh
// (make servers) and need Linux, and root for vsftpd and Pure-FTPd. A server that is not
// installed fails the test.
//
// Programs that tests use beside them are found by [Tool].
package servers
