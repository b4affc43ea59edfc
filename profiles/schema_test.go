package profiles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	reflected "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

func anyOf(options ...*reflected.Schema) *reflected.Schema {
	return &reflected.Schema{AnyOf: options}
}

func text(pattern string) *reflected.Schema {
	return &reflected.Schema{Type: "string", Pattern: pattern}
}

// digits is a number in quotes, no longer than the highest.
func digits[T int | int64 | uint64](high T) *reflected.Schema {
	return text(fmt.Sprintf(`^[0-9]{1,%d}$`, len(fmt.Sprint(high))))
}

func number(least string) *reflected.Schema {
	return &reflected.Schema{Type: "number", Minimum: json.Number(least)}
}

func whole(low, high string) *reflected.Schema {
	return &reflected.Schema{Type: "integer", Minimum: json.Number(low), Maximum: json.Number(high)}
}

// mapped is the schema of a type with a text form.
func mapped(t reflect.Type) *reflected.Schema {
	word := text(`\S`)
	switch reflect.New(t).Interface().(type) {
	case *Mix:
		weights := &reflected.Schema{Type: "object", AdditionalProperties: &reflected.Schema{
			AnyOf: []*reflected.Schema{{Type: "number", ExclusiveMinimum: "0"}, text(`^[0-9.]+$`)},
		}}
		weights.PropertyNames = text(`^(` + strings.Join(Operations(), "|") + `)(@.+)?$`)
		weights.MinProperties = new(uint64(1))
		return anyOf(text(`^\s*(`+strings.Join(Operations(), "|")+`)(\s*[@=,].*)?$`), weights)
	case *Sizes:
		return anyOf(text(`^\s*([0-9.]+\s*([kKMGT]i?B|B)?\s*([=,].*)?|uniform:.+|lognormal:.+|pareto:.+|table:.+)$`), whole("0", "1125899906842624"))
	case *Modes:
		return anyOf(word, &reflected.Schema{Type: "array", Items: &reflected.Schema{Type: "string", Enum: words(AllModes())}, MinItems: new(uint64(1)), UniqueItems: true})
	case *Endings:
		return anyOf(word, &reflected.Schema{Type: "array", Items: &reflected.Schema{Type: "string", Enum: words(AllEndings())}, MinItems: new(uint64(1)), UniqueItems: true})
	case *Variants:
		settings := &reflected.Schema{Type: "object", AdditionalProperties: reflected.TrueSchema, MinProperties: new(uint64(1))}
		settings.PropertyNames = &reflected.Schema{Enum: words(overridable())}
		named := &reflected.Schema{Type: "object", AdditionalProperties: settings, MinProperties: new(uint64(1))}
		list := &reflected.Schema{Type: "array", Items: text(`:`), MinItems: new(uint64(1)), UniqueItems: true}
		return anyOf(text(`:`), named, list)
	case *Rate:
		return anyOf(text(`^\s*[0-9.]+\s*(/\s*[smh])?\s*$`), &reflected.Schema{Type: "number", ExclusiveMinimum: "0", Maximum: "1000000"})
	case *Bandwidth:
		return text(`[0-9]\s*([kKMGT]i?)?(B|bit)/s`)
	case *Think:
		return anyOf(text(`^\s*([0-9]|uniform:|exponential:)`), whole("0", "0"))
	case *Duration:
		return anyOf(text(`^\s*([0-9]+(\.[0-9]*)?(ns|us|µs|μs|ms|s|m|h))+\s*$|^0$`), whole("0", "0"))
	case *PortRange:
		return anyOf(text(`^\s*[0-9]+\s*(-\s*[0-9]+\s*)?$`), whole("1", "65535"))
	case *PassivePorts:
		return anyOf(text(`^\s*[0-9]+\s*(-\s*[0-9]+\s*)?$`), whole("1", "65535"))
	case *Stages:
		stage := &reflected.Schema{Type: "object", Required: []string{"for"}, AdditionalProperties: reflected.FalseSchema, Properties: reflected.NewProperties()}
		stage.Properties.Set("for", mapped(reflect.TypeFor[Duration]()))
		stage.Properties.Set("sessions", anyOf(text(`^\s*[0-9]+`), whole("0", fmt.Sprint(maxSessions))))
		stage.Properties.Set("rate", anyOf(text(`^\s*[0-9.]+`), number("0")))
		stage.OneOf = []*reflected.Schema{{Required: []string{"sessions"}}, {Required: []string{"rate"}}}
		return anyOf(text(`:`), &reflected.Schema{Type: "array", Items: stage, MinItems: new(uint64(1))})
	}
	return nil
}

func words[T ~string](list []T) (all []any) {
	for _, s := range list {
		all = append(all, string(s))
	}
	return all
}

// generate makes the schema of the type and of the keys.
func generate(t *testing.T) []byte {
	t.Helper()
	r := reflected.Reflector{ExpandedStruct: true, DoNotReference: true, Mapper: mapped, Anonymous: true}
	s := r.Reflect(&Profile{})
	s.Title = "ftpmark profile"
	s.Description = "What a run of ftpmark needs, version 1."
	s.Required = []string{"version"}
	if s.Properties.Len() != len(Keys()) {
		t.Fatalf("the type has %d keys, the table %d", s.Properties.Len(), len(Keys()))
	}
	ordered := reflected.NewProperties()
	for _, k := range Keys() {
		of, ok := s.Properties.Get(k.Name)
		if !ok {
			t.Fatalf("the type has no key %s", k.Name)
		}
		var p Profile
		switch v := k.value(&p).(type) {
		case wholeValue[int]:
			of = anyOf(whole(fmt.Sprint(v.low), fmt.Sprint(v.high)), digits(v.high))
		case wholeValue[int64]:
			of = anyOf(whole(fmt.Sprint(v.low), fmt.Sprint(v.high)), digits(v.high))
		case wholeValue[uint64]:
			of = anyOf(whole(fmt.Sprint(v.low), fmt.Sprint(v.high)), digits(v.high))
		case choiceValue:
			of = &reflected.Schema{Enum: words(v.choices)}
			for _, c := range v.choices {
				if n, ok := quantity.ParseNumber(c); ok { // YAML reads 1.2 as a number
					of.Enum = append(of.Enum, n)
				}
			}
		case listValue:
			of = anyOf(text(`\S`), &reflected.Schema{Type: "array", Items: text(`\S`), MinItems: new(uint64(1)), UniqueItems: true})
		case lineValue, targetValue, addressValue:
			of = text(`\S`)
		}
		if k.Name == "version" {
			of = &reflected.Schema{Const: Version}
		}
		of.Description = k.Usage + "."
		if k.Accepts != "" {
			of.Description += " Accepted: " + k.Accepts + "."
		}
		if k.Default != "" {
			of.Default = k.Default
		}
		ordered.Set(k.Name, of)
	}
	s.Properties = ordered
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSchemaIsCurrent(t *testing.T) {
	got := generate(t)
	if *update {
		if err := os.WriteFile("profile.schema.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(got, Schema()) {
		t.Error("profile.schema.json is not that of the types: run go test ./profiles -run Schema -update")
	}
}

// compiled is the schema in use.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	b, err := os.ReadFile("profile.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("profile.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("profile.schema.json")
}

// value is what an editor's validator sees of a file.
func value(t *testing.T, text []byte) any {
	t.Helper()
	b, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSchemaAcceptsProfiles(t *testing.T) {
	s := compiled(t)
	for _, name := range bundledNames() {
		file, err := Text(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value(t, []byte(file))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		d, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := Resolve(d)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value(t, b)); err != nil {
			t.Errorf("%s as resolved: %v", name, err)
		}
	}
}

// structural are the bad profiles that their structure shows to be bad; the
// others are YAML errors, or need what a schema does not know.
func structural() []string {
	return []string{
		"no-version", "version-2", "version-text", "version-null", "list-at-top", "text-at-top", "unknown-key", "unknown-key-dashes",
		"unknown-key-far", "unknown-key-stage", "null-value", "list-for-text", "mapping-for-text", "mapping-for-list",
		"list-item-mapping", "stages-not-mappings", "empty-list", "empty-mix", "bool-yes", "sessions-zero", "sessions-negative",
		"sessions-fraction", "sessions-text", "sessions-huge", "size-unit", "size-bits", "size-distribution", "op-unknown",
		"op-mapping-unknown", "op-mapping-weight", "mode-unknown", "mode-twice", "verify-choice", "rate-unit", "bandwidth-no-unit", "bandwidth-mbps",
		"bandwidth-no-second", "duration-no-unit", "duration-negative", "password", "stages-both-loads", "stages-no-length",
		"stages-no-load", "stages-text", "passive-ports", "tls-choice", "threshold-empty", "threshold-twice",
	}
}

func TestSchemaRefusesBadProfiles(t *testing.T) {
	s := compiled(t)
	for _, name := range structural() {
		file, err := os.ReadFile(filepath.Join("testdata", "bad", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(value(t, file)) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
