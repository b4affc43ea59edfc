package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// JSON returns a comparison, a diff, a capacity or a summary as indented JSON
// with a newline at its end, and the thresholds as one more member of it.
func JSON(v any, found []threshold.Outcome) ([]byte, error) {
	if s, ok := v.(*summary.Summary); ok {
		v = withoutNil(s)
	}
	out, err := indentedJSON(v, "")
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		extra, err := indentedJSON(found, "  ")
		if err != nil {
			return nil, err
		}
		out = bytes.TrimSuffix(out, []byte("\n}\n"))
		out = fmt.Appendf(out, ",\n  \"thresholds\": %s\n}\n", bytes.TrimSpace(extra))
	}
	return escapeControls(out), nil
}

func indentedJSON(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// withoutNil returns a copy of s in which the lists and maps that the contract
// promises are empty where they were nil, so that a reader of the JSON need not
// know null from [].
func withoutNil(s *summary.Summary) *summary.Summary {
	c := *s
	c.Target.Features = orEmpty(c.Target.Features)
	c.Generator.Reasons = orEmpty(c.Generator.Reasons)
	c.Errors = orEmpty(c.Errors)
	c.Series = orEmpty(slices.Clone(c.Series))
	c.Totals = orEmpty(c.Totals)
	c.Stages = slices.Clone(c.Stages)
	for i := range c.Stages {
		x := &c.Stages[i]
		x.Series = orEmpty(slices.Clone(x.Series))
		for j := range x.Series {
			if x.Series[j].Latency == nil {
				x.Series[j].Latency = map[stats.Phase]*summary.Latency{}
			}
		}
	}
	for i := range c.Series {
		if c.Series[i].Latency == nil {
			c.Series[i].Latency = map[stats.Phase]*summary.Latency{}
		}
	}
	if c.Sessions.Latency == nil {
		c.Sessions.Latency = map[stats.Phase]*summary.Latency{}
	}
	return &c
}

func orEmpty[E any](list []E) []E {
	if list == nil {
		return []E{}
	}
	return list
}

// escapeControls replaces DEL and the C1 controls, which encoding/json lets
// through and some terminals obey (U+009B is ESC [), by their JSON escapes. They
// can occur only inside strings.
func escapeControls(b []byte) []byte {
	isControl := func(r rune) bool { return r >= 0x7f && r <= 0x9f }
	if bytes.IndexFunc(b, isControl) < 0 {
		return b
	}
	var out bytes.Buffer
	for _, r := range string(b) {
		if isControl(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}
