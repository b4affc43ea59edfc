// Package ftptest puts distance between a test and its server: a [DelayedLink] joins two
// network namespaces, each a [Namespace], and makes every packet on it late (Linux, root).
//
// The servers themselves are in its two rooms: package servers starts real ones, package
// scripted plays one that misbehaves on demand and keeps its own clock.
package ftptest
