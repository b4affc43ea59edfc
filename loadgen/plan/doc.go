// Package plan holds a run with every decision taken: which address, which security, what
// the load is, which variants there are; what it costs the target and this machine, and
// whether that can be carried out at all. Nothing of it touches the server.
package plan
