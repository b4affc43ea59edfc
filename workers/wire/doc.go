// Package wire supplies the connections under github.com/jlaffaye/ftp.
//
// The library speaks the protocol; every connection it opens is asked of a
// [Link]. The first is the control connection, wrapped in a tap that sees each
// command and each whole reply; each later one is a data connection. The
// library always negotiates with PASV: the tap writes the verb of the session's
// mode instead (EPSV, PASV, EPRT or PORT), reads the server's answer strictly,
// and answers the library with a 227 of its own. So all four modes are one path
// through one program, timed at the same places, and the library never falls
// back from one verb to another behind our back.
//
// What happened in an operation is kept in its [Trace]; whether that is a
// success is judged elsewhere.
package wire
