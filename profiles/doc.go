// Package profiles is the vocabulary of intent: what to run, against what, and
// how much of it, with defaults, validation and units.
//
// A profile is a versioned YAML file. Every setting is one flat key, which is
// also a flag and an environment variable (session_bandwidth,
// --session-bandwidth, FTPMARK_SESSION_BANDWIDTH) with the same text form in all
// of them; [Keys] is the table. [Read] and [Draft.Set] collect settings of one
// source, [Resolve] lays the sources over one another and fills in defaults.
//
// It knows quantities and how to guess at misspelt names, and nothing else of this module.
package profiles
