// Package selfwatch watches the load generator itself, because a generator that
// is short of processor, descriptors or ports measures itself and not the
// server.
package selfwatch
