package compare

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func compileSchema(t *testing.T, text string) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s, doc.(map[string]any)
}

// validate reports what is wrong with v by the schema.
func validate(t *testing.T, s *jsonschema.Schema, v any) error {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestComparisonsKeepToTheSchema(t *testing.T) {
	schema, _ := compileSchema(t, JSONSchema())
	plan := planned(6)
	plan.MaxPairs, plan.UntilVerdict = 20, true
	calibration := planned(10, "errors.rate", "service.p99")
	calibration.AA = true
	cut := result(planned(10), pairs(3, func(int, *spec, *spec) {})...)
	cut.Footer, cut.Missing = nil, []string{"the end"}
	whole := of(t, result(planned(10), pairs(10, func(i int, p, a *spec) { a.ready += 5 * time.Millisecond; p.dropped = 1 })...))
	for name, c := range map[string]*Comparison{
		"whole":       whole,
		"sequential":  of(t, result(plan, pairs(9, func(i int, p, a *spec) { a.payload += 100 * noise(i) })...)),
		"calibration": of(t, result(calibration, pairs(10, func(i int, p, a *spec) { a.payload += 10 * noise(i) })...)),
		"cut":         of(t, cut),
		"nothing":     of(t, &resultfile.Result{Header: resultfile.Header{Compare: planned(6), Planned: []string{"a", "b"}}}),
		"few samples": of(t, result(planned(6), pairs(6, func(i int, p, a *spec) { a.n = 10 * (i % 2); a.failed = 3 })...)),
	} {
		if err := validate(t, schema, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, edit := range map[string]func(*Comparison){
		"schema":   func(c *Comparison) { c.Schema = DiffSchema },
		"verdict":  func(c *Comparison) { c.Against[0].Findings[0].Verdict = "better" },
		"unit":     func(c *Comparison) { c.Against[0].Findings[0].Unit = "s" },
		"p":        func(c *Comparison) { *c.Against[0].Findings[0].P = 1.5 },
		"values":   func(c *Comparison) { c.Against[0].Findings[0].BaseValues = nil },
		"phase":    func(c *Comparison) { c.Against[0].Operations[0].Phases[0].Phase = stats.NumPhases },
		"differs":  func(c *Comparison) { c.Against[0].Operations[0].Differs = "service" },
		"variants": func(c *Comparison) { c.Variants = nil },
		"plan":     func(c *Comparison) { c.Plan.Pairs = 0 },
	} {
		c := of(t, result(planned(6), pairs(6, func(i int, p, a *spec) {})...))
		edit(c)
		if validate(t, schema, c) == nil {
			t.Errorf("%s: the schema accepts a wrong comparison", name)
		}
	}
}

func TestDiffsKeepToTheSchema(t *testing.T) {
	schema, _ := compileSchema(t, DiffJSONSchema())
	base, new := result(nil, trials(4, plus(0))...), result(nil, trials(5, plus(time.Millisecond))...)
	other := result(nil, pairs(4, func(i int, p, a *spec) { p.failed = 9 })...)
	other.Header.Profile, other.Header.Target.Embedded = nil, true
	none := result(nil)
	none.Header.Planned = []string{"passive"}
	for name, d := range map[string]*Diff{
		"whole":       diff(t, base, new, DiffOptions{MaxRegression: 0.05, BaseName: "a", NewName: "b"}),
		"forced":      diff(t, base, other, DiffOptions{MaxRegression: 0.05, Force: true}),
		"no gate":     diff(t, other, base, DiffOptions{Force: true}),
		"descriptive": diff(t, base, none, DiffOptions{MaxRegression: 0.05}),
	} {
		if err := validate(t, schema, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, edit := range map[string]func(*Diff){
		"schema":      func(d *Diff) { d.Schema = Schema },
		"differences": func(d *Diff) { d.Differences = nil },
		"gate":        func(d *Diff) { d.Gate.Verdict = "failed" },
		"findings":    func(d *Diff) { d.Gate.Findings = nil },
		"quantile":    func(d *Diff) { d.Variants[0].Shifts[0].Points[0].Percentile = 101 },
		"trials":      func(d *Diff) { d.Base.Trials = -1 },
	} {
		d := diff(t, base, new, DiffOptions{MaxRegression: 0.05})
		edit(d)
		if validate(t, schema, d) == nil {
			t.Errorf("%s: the schema accepts a wrong diff", name)
		}
	}
}

// The schemas and the types name the same fields, of the same kind, required
// exactly where the types always write them, and describe every one.
func TestSchemasAndTypesAgree(t *testing.T) {
	_, doc := compileSchema(t, JSONSchema())
	compareSchema(t, doc, doc, reflect.TypeFor[Comparison](), "comparison")
	_, doc = compileSchema(t, DiffJSONSchema())
	compareSchema(t, doc, doc, reflect.TypeFor[Diff](), "diff")
}

func compareSchema(t *testing.T, doc, node map[string]any, typ reflect.Type, path string) {
	t.Helper()
	if ref, ok := node["$ref"].(string); ok {
		node = doc["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if node["description"] == nil {
		t.Errorf("%s has no description", path)
	}
	want := map[reflect.Kind]string{
		reflect.Bool: "boolean", reflect.String: "string", reflect.Slice: "array", reflect.Array: "array",
		reflect.Struct: "object", reflect.Map: "object", reflect.Float64: "number",
		reflect.Int64: "integer", reflect.Int: "integer", reflect.Uint64: "integer",
	}[typ.Kind()]
	if typ.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		want = "string"
	}
	constant := node["const"] != nil || node["enum"] != nil
	if is := fmt.Sprint(node["type"]); !constant && !strings.Contains(is, want) {
		t.Errorf("%s is %s in the schema, %s in Go", path, is, typ)
	}
	switch {
	case want == "array":
		if items := node["items"].(map[string]any); items["$ref"] != nil {
			compareSchema(t, doc, items, typ.Elem(), path+"[]")
		}
	case want == "object" && typ.Kind() == reflect.Struct:
		properties := node["properties"].(map[string]any)
		required, _ := node["required"].([]any)
		var names []string
		for _, f := range reflect.VisibleFields(typ) {
			if f.Anonymous {
				continue
			}
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
			property, ok := properties[name].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", path, name)
				continue
			}
			if slices.Contains(required, any(name)) == (options == "omitempty") {
				t.Errorf("%s.%s: required in one, optional in the other", path, name)
			}
			null := options != "omitempty" && f.Type.Kind() == reflect.Pointer
			if kinds, _ := property["type"].([]any); slices.Contains(kinds, any("null")) != null {
				t.Errorf("%s.%s: null in one, not in the other", path, name)
			}
			compareSchema(t, doc, property, f.Type, path+"."+name)
		}
		for name := range properties {
			if !slices.Contains(names, name) {
				t.Errorf("%s.%s is in no Go type", path, name)
			}
		}
	}
}

// TestLoadOfAllVariants: what only the base was asked for is not said of a comparison.
func TestLoadOfAllVariants(t *testing.T) {
	r := result(planned(6), pairs(6, func(int, *spec, *spec) {})...)
	if c := of(t, r); c.Load == nil {
		t.Error("modes have one load")
	}
	r.Variants[1].Settings = map[string]string{"sessions": "64"}
	if c := of(t, r); c.Load != nil {
		t.Errorf("%+v", c.Load)
	}
}
