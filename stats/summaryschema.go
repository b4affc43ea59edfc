package stats

import _ "embed"

//go:embed summary.schema.json
var summarySchema string

// SummaryJSONSchema returns the JSON Schema of [Summary].
func SummaryJSONSchema() string { return summarySchema }
