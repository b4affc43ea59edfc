package capacity

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func compiled(t *testing.T) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(JSONSchema()))
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

func TestReportsKeepToTheSchema(t *testing.T) {
	s, _ := compiled(t)
	cut := searched(held(10, 100, ms))
	cut.Footer, cut.Missing = nil, []string{"the end"}
	for name, r := range map[string]*resultfile.Result{
		"nothing":   searched(),
		"partial":   cut,
		"model":     scaling(20, 0.02, 2e-5),
		"straight":  scaling(20, 0, 0),
		"refused":   searched(held(50, 600, 12*ms), turnedAway(51, 50, resultfile.CauseTooMany, 421, tooMany)),
		"generator": searched(held(50, 600, 12*ms), generatorLimited(100)),
		"watched":   searched(held(50, 600, 12*ms).uses(resultfile.ServerUse{CPUSeconds: 1, Seconds: 2, RSSBytes: 9, BaseRSSBytes: 3, Processes: 1, BaseProcesses: 1, Descriptors: 9})),
	} {
		if err := validate(t, s, of(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, edit := range map[string]func(*Report){
		"schema":  func(r *Report) { r.Schema = "ftpmark.capacity/v2" },
		"vary":    func(r *Report) { r.Results[0].Vary = "sleep" },
		"verdict": func(r *Report) { r.Results[0].Steps[0].Verdict = "fine" },
		"results": func(r *Report) { r.Results = nil },
		"share":   func(r *Report) { *r.Results[0].Steps[0].ErrorRate = 2 },
		"better":  func(r *Report) { r.Results[0].Better = "law" },
		"limit":   func(r *Report) { r.Results[0].Limit.Level = 0 },
	} {
		r := of(t, scaling(20, 0.02, 2e-5))
		edit(r)
		if validate(t, s, r) == nil {
			t.Errorf("%s: the schema accepts a wrong report", name)
		}
	}
}

// The schema and the types name the same fields, of the same kind, required
// exactly where the types always write them, and describe every one.
func TestSchemaAndTypesAgree(t *testing.T) {
	_, doc := compiled(t)
	compareSchema(t, doc, doc, reflect.TypeFor[Report](), "report")
}

func compareSchema(t *testing.T, doc, node map[string]any, typ reflect.Type, path string) {
	t.Helper()
	if one, ok := node["anyOf"].([]any); ok { // or null
		node = one[0].(map[string]any)
	}
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
		reflect.Bool: "boolean", reflect.String: "string", reflect.Slice: "array", reflect.Struct: "object",
		reflect.Float64: "number", reflect.Int64: "integer", reflect.Int: "integer", reflect.Uint64: "integer",
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
	case want == "object":
		properties := node["properties"].(map[string]any)
		required, _ := node["required"].([]any)
		var names []string
		for _, f := range reflect.VisibleFields(typ) {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous || name == "-" {
				continue
			}
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
			kinds, _ := property["type"].([]any)
			if (slices.Contains(kinds, any("null")) || property["anyOf"] != nil) != null {
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
