// Package wire is the conversation of one session and its connections: control,
// data, TLS. A [Link] is logged in once; then each operation begins, goes through
// the steps of transfer.go or sends its command, and ends.
//
// All four modes (EPSV, PASV, EPRT, PORT) are one path through one program, timed
// at the same places. Replies are read by their first digit; the answers to EPSV
// and PASV strictly, and no verb falls back to another here.
//
// What happened in an operation is kept in its [Trace]; whether that is a
// success is judged elsewhere.
package wire
