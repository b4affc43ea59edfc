package compare

import _ "embed"

//go:embed compare.schema.json
var comparisonSchema string

//go:embed diff.schema.json
var diffSchema string

// JSONSchema returns the JSON Schema of [Comparison].
func JSONSchema() string { return comparisonSchema }

// DiffJSONSchema returns the JSON Schema of [Diff].
func DiffJSONSchema() string { return diffSchema }
