// Package target is the embedded target of ftpmark: an FTP server to measure
// against when there is no other, so that the first command needs none.
//
// Disks play no part in it. Its file tree keeps names, sizes and times and no
// content: an upload is counted and discarded, a download is cut from a block
// of memory that repeats, from where seed and name say (mover.Phase). That is
// what a client with the same seed has uploaded there, so it can verify what it
// reads. What is left to measure is the protocol, the network and the client.
//
// It speaks passive and active mode (EPSV, PASV, EPRT, PORT) over IPv4 and
// IPv6, and runs either inside the caller's process ([New]) or as a supervised
// process of its own ([Start], [Supervise]), which is the honest choice: a
// generator and a server in one process share a scheduler and a heap.
//
// # Why ftpserverlib
//
// It is built on github.com/fclairamb/ftpserverlib, chosen over
// goftp.io/server/v2 after reading both:
//
//   - both modes: it checks the peer of data connections, accepts only when a
//     transfer starts and closes the data before 226; goftp sends a download's
//     226 first, and dials any host that PORT names before it has read RETR;
//   - TLS: it protects active data connections too; goftp leaves them in the
//     clear after PROT P. Both do explicit and implicit TLS;
//   - speed: it copies with io.Copy between our file handle and the bare
//     connection, so WriterTo and ReaderFrom reach splice and MSG_TRUNC;
//     goftp puts a rate limiter's reader and writer in between;
//   - upkeep: both made releases in 2026; this one has seven times the tests.
//
// Its price: it offers no way to choose where passive listeners are bound
// (decoy.go works around that), answers 550 where 426 is meant, and 421 when
// passive ports run out.
package target
