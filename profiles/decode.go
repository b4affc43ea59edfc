package profiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// keyName returns the text of a mapping's key, and an error for one that is not
// plain.
func (f *file) keyName(owner string, n ast.MapKeyNode) (string, error) {
	if _, merge := n.(*ast.MergeKeyNode); merge {
		return "", f.at(owner, n.GetToken()).errorf("a merge key (<<) is not supported: write out each key")
	}
	text, ok := scalar(n)
	if !ok {
		return "", f.at(owner, n.GetToken()).errorf("%s cannot be a key: want a plain word", shown(n))
	}
	return text, nil
}

// profile decodes the file's mapping.
func (f *file) profile(root *ast.MappingNode) error {
	if err := f.version(root); err != nil {
		return err
	}
	for _, v := range root.Values {
		name, err := f.keyName("", v.Key)
		if err != nil {
			return err
		}
		at := f.at("", v.Key.GetToken())
		k, known := keyOf(name)
		switch {
		case name == "password":
			at.Key = name
			return at.errorf("%s", noPassword)
		case !known:
			return at.errorf("unknown key %q%s", name, f.draft.meant(name))
		case f.draft.Has(name):
			at.Key = name
			return at.errorf("the key is given twice, first on line %d: leave out one of them", f.draft.settings[name].key.Line)
		}
		if err := f.setting(k, v); err != nil {
			return err
		}
	}
	return f.draft.contradiction()
}

// version looks at the version before anything else, because another one may
// have other keys.
func (f *file) version(root *ast.MappingNode) error {
	for _, v := range root.Values {
		if name, _ := scalar(v.Key); name == "version" {
			if text, _ := scalar(v.Value); text != fmt.Sprint(Version) {
				return f.at("version", first(v.Value)).errorf("%s is not supported: want %d, the version that this ftpmark supports", shown(v.Value), Version)
			}
			return nil
		}
	}
	return f.at("version", first(root)).errorf("the key is missing: want %q as the first line", "version: 1")
}

// setting decodes the value of a key.
func (f *file) setting(k Key, v *ast.MappingValueNode) error {
	s := setting{key: f.at(k.Name, v.Key.GetToken()), origin: f.at(k.Name, first(v.Value)), folder: f.draft.folder}
	var err error
	switch value := v.Value.(type) {
	case *ast.SequenceNode:
		if k.Name == "stages" {
			s.put, err = f.stages(value)
		} else if k.List {
			s.put, err = f.list(k, value)
		} else {
			err = s.origin.errorf("expected one value, not a list: want %s", k.Accepts)
		}
	case *ast.MappingNode:
		switch k.Name {
		case "op":
			s.put, err = f.mix(value)
		case "variant":
			s.put, err = f.variants(value)
		default:
			err = s.origin.errorf("expected one value, not a mapping: want %s", k.Accepts)
		}
	default:
		var text string
		if text, err = f.text(k.Name, k.Accepts, value); err == nil {
			s.put, err = s.origin.putText(k, text)
		}
		if !k.secret {
			s.origin.Text = text
		}
	}
	if err != nil {
		return err
	}
	f.draft.keep(s)
	return nil
}

// text returns the text of a scalar; the error says what is wanted instead.
func (f *file) text(key, accepts string, n ast.Node) (string, error) {
	text, ok := scalar(n)
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "", f.at(key, first(n)).errorf("%s is not supported: write out the value, %s", shown(n), accepts)
	}
	if !ok {
		return "", f.at(key, first(n)).errorf("expected one value, not %s: want %s", shown(n), accepts)
	}
	return text, nil
}

// putText checks the text of a key's value and returns what sets it.
func (o Origin) putText(k Key, text string) (func(*Profile) error, error) {
	put := func(p *Profile) error {
		k.clear(p)
		return k.value(p).Set(text)
	}
	var scratch Profile
	if err := put(&scratch); err != nil {
		return nil, o.valueError(text, err)
	}
	return put, nil
}

// list decodes a list of texts, each with its own position.
func (f *file) list(k Key, n *ast.SequenceNode) (func(*Profile) error, error) {
	var scratch Profile
	for i, item := range n.Values {
		switch item.(type) {
		case *ast.MappingNode, *ast.SequenceNode:
			return nil, f.at(k.Name, first(item)).errorf("a list item cannot be %s: want %s", shown(item), k.Accepts)
		}
		text, err := f.text(k.Name, k.Accepts, item)
		if err != nil {
			return nil, err
		}
		origin := f.at(k.Name, first(item))
		if k.secret && secretive(text) {
			return nil, origin.errorf("%s", noPassword)
		}
		if k.Separator != "" && strings.Contains(text, k.Separator) {
			return nil, origin.errorf("%q contains %q, which separates items in flags: write each item by itself", text, k.Separator)
		}
		whole := text
		if i > 0 {
			whole = k.added(&scratch, text)
		}
		if err := k.value(&scratch).Set(whole); err != nil {
			return nil, origin.valueError(text, err)
		}
	}
	if len(n.Values) == 0 {
		return nil, f.at(k.Name, first(n)).errorf("the list is empty: want %s", k.Accepts)
	}
	text := k.Text(&scratch)
	return func(p *Profile) error {
		k.clear(p)
		return k.value(p).Set(text)
	}, nil
}

// mix decodes a mapping of operations and weights.
func (f *file) mix(n *ast.MappingNode) (func(*Profile) error, error) {
	var mix Mix
	for _, v := range n.Values {
		name, err := f.keyName("op", v.Key)
		if err != nil {
			return nil, err
		}
		at := f.at("op", v.Key.GetToken())
		var op Operation
		if err := op.parseName(name); err != nil {
			return nil, at.valueError(name, err)
		}
		if slices.ContainsFunc(mix, func(o Operation) bool { return o.Op == op.Op && o.From == op.From }) {
			return nil, at.errorf("%q is listed twice: want each operation once, with its total weight", name)
		}
		text, err := f.text("op", "a weight, a number above 0 and at most 1000000000", v.Value)
		if err != nil {
			return nil, err
		}
		var ok bool
		if op.Weight, ok = parseWeight(text); !ok {
			return nil, f.at("op", first(v.Value)).errorf("bad weight %q: want a number above 0 and at most 1000000000", text)
		}
		mix = append(mix, op)
	}
	if len(mix) == 0 {
		return nil, f.at("op", first(n)).errorf("the mix is empty: want at least one operation with its weight, such as {retr: 80, stor: 20}")
	}
	return func(p *Profile) error { p.Op = mix; return nil }, nil
}

// stages decodes a list of stages.
func (f *file) stages(n *ast.SequenceNode) (func(*Profile) error, error) {
	const want = "a stage with for and either sessions or rate, such as {for: 30s, sessions: 10..200}"
	var stages Stages
	rates := false
	for i, item := range n.Values {
		m, ok := item.(*ast.MappingNode)
		if !ok {
			return nil, f.at("stages", first(item)).errorf("expected a mapping, not %s: want %s", shown(item), want)
		}
		st, rate, err := f.stage(m)
		if err != nil {
			return nil, err
		}
		if i > 0 && rate != rates {
			return nil, f.at("stages", first(item)).errorf("stages of sessions and of rates cannot be mixed: want all of sessions or all of rates")
		}
		rates = rate
		stages = append(stages, st)
	}
	if i, err := stages.check(); err != nil {
		t := first(n)
		if i < len(n.Values) {
			t = first(n.Values[i])
		}
		return nil, f.at("stages", t).errorf("%v", err)
	}
	return func(p *Profile) error { p.Stages = slices.Clone(stages); return nil }, nil
}

// stage decodes one stage and says whether it is of a rate.
func (f *file) stage(m *ast.MappingNode) (st Stage, rate bool, err error) {
	seen := map[string]int{}
	for _, v := range m.Values {
		name, err := f.keyName("stages", v.Key)
		if err != nil {
			return st, false, err
		}
		at, value := f.at("stages."+name, v.Key.GetToken()), f.at("stages."+name, first(v.Value))
		accepts := map[string]string{
			"for": wantTime, "sessions": "a number or a ramp such as 10 or 10..200", "rate": "a rate or a ramp such as 50/s or 50/s..500/s",
		}
		if accepts[name] == "" {
			at.Key = "stages"
			hint := ": want for, and sessions or rate"
			if near := NearestOf(name, []string{"for", "sessions", "rate"}); near != "" {
				hint = fmt.Sprintf(": did you mean %q?", near)
			}
			return st, false, at.errorf("unknown key %q%s", name, hint)
		}
		if line, twice := seen[name]; twice {
			return st, false, at.errorf("the key is given twice, first on line %d: leave out one of them", line)
		}
		seen[name] = at.Line
		text, err := f.text(at.Key, accepts[name], v.Value)
		if err != nil {
			return st, false, err
		}
		switch name {
		case "for":
			err = durationValue{&st.For, 1}.Set(text)
		case "sessions":
			st.Sessions, err = ParseSessionSpan(text)
		case "rate":
			rate = true
			st.Rate, err = ParseRateSpan(text)
		}
		if err != nil {
			return st, false, value.valueError(text, err)
		}
		if seen["sessions"] > 0 && seen["rate"] > 0 {
			return st, false, at.errorf("the stage has both sessions and a rate: leave out one of them")
		}
	}
	at := f.at("stages", first(m))
	switch {
	case seen["for"] == 0:
		return st, false, at.errorf("the stage has no length: want for, such as for: 30s")
	case seen["sessions"] == 0 && seen["rate"] == 0:
		return st, false, at.errorf("the stage has no load: want sessions or rate, such as sessions: 10..200 or rate: 50/s")
	}
	return st, rate, nil
}
