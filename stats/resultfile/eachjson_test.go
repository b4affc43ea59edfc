package resultfile

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzEachJSON takes lists and objects apart as encoding/json does, and never panics on what is
// neither.
func FuzzEachJSON(f *testing.F) {
	for _, s := range []string{
		`null`, `[]`, `{}`, ` [ 1 , -2.5e3,"a\\\"]",[[{}]],{"a":[1,"}"]},true,null ] `, `{"a":1,"b c\u0041\"":{"x":"{"},"a":[]}`, `[1`, `{"a"`, `{"a":`,
		`{"a" : 1 , "b":"\\"}`, `"x"`, `7`, `[1,]`, `[,1]`, `{"a":1,}`, `["\\`, `[1]]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var values, members []string
		asArray := eachElement(b, func(v []byte) error { values = append(values, string(v)); return nil })
		var names []string
		asObject := eachMember(b, func(name string, v []byte) error {
			names, members = append(names, name), append(members, string(v))
			return nil
		})
		if !json.Valid(b) {
			return
		}
		var array []json.RawMessage
		if err := json.Unmarshal(b, &array); (err == nil) != (asArray == nil) {
			t.Fatalf("array %q: %v, and encoding/json: %v", b, asArray, err)
		} else if err == nil {
			want := []string(nil)
			for _, v := range array {
				want = append(want, string(v))
			}
			if !reflect.DeepEqual(values, want) {
				t.Errorf("elements %q of %q, want %q", values, b, want)
			}
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(b, &object); (err == nil) != (asObject == nil) {
			t.Fatalf("object %q: %v, and encoding/json: %v", b, asObject, err)
		} else if err == nil {
			last := map[string]json.RawMessage{}
			for i, name := range names {
				last[name] = json.RawMessage(members[i])
			}
			for name, v := range object {
				if !bytes.Equal(last[name], v) {
					t.Errorf("%q is %q in %q, want %q", name, last[name], b, v)
				}
			}
			if len(last) != len(object) {
				t.Errorf("%d members of %q, want %d", len(last), b, len(object))
			}
		}
	})
}
