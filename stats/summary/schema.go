package summary

import _ "embed"

//go:embed summary.schema.json
var summarySchema string

// JSONSchema returns the JSON Schema of [Summary].
func JSONSchema() string { return summarySchema }
