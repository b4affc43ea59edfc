package capacity

import _ "embed"

//go:embed capacity.schema.json
var schema string

// JSONSchema returns the JSON Schema of [Report].
func JSONSchema() string { return schema }
