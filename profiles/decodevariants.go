package profiles

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// variants decodes a mapping of names, each with a mapping of settings.
func (f *file) variants(n *ast.MappingNode) (func(*Profile) error, error) {
	const want = "a mapping of settings, such as {mode: eprt, sessions: 4}"
	var vs Variants
	for _, v := range n.Values {
		name, err := f.keyName("variant", v.Key)
		if err != nil {
			return nil, err
		}
		at := f.at("variant", v.Key.GetToken())
		if slices.ContainsFunc(vs, func(x Variant) bool { return x.Name == name }) {
			return nil, at.errorf("variant %q is listed twice: want different names", name)
		}
		settings, ok := v.Value.(*ast.MappingNode)
		if text, _ := scalar(v.Value); secretive(text) {
			return nil, f.at("variant", first(v.Value)).errorf("%s", noPassword)
		}
		if !ok {
			return nil, f.at("variant", first(v.Value)).errorf("expected a mapping, not %s: want %s", shown(v.Value), want)
		}
		one := Variant{Name: name}
		if err := f.overrides(&one, settings); err != nil {
			return nil, err
		}
		if err := one.check(); err != nil {
			return nil, at.errorf("%v", err)
		}
		vs = append(vs, one)
	}
	if err := vs.check(); err != nil {
		return nil, f.at("variant", first(n)).errorf("%v", err)
	}
	return func(p *Profile) error { p.Variants = slices.Clone(vs); return nil }, nil
}

// overrides decodes the settings of one variant.
func (f *file) overrides(v *Variant, n *ast.MappingNode) error {
	for _, s := range n.Values {
		name, err := f.keyName("variant", s.Key)
		if err != nil {
			return err
		}
		at, value := f.at("variant", s.Key.GetToken()), f.at("variant."+name, first(s.Value))
		k, known := keyOf(name)
		if !known && !strings.EqualFold(name, "password") {
			return at.errorf("unknown key %q%s", name, f.draft.meant(name))
		}
		text := ""
		if list, ok := s.Value.(*ast.SequenceNode); ok && k.List {
			var items []string
			for _, item := range list.Values {
				one, err := f.text(value.Key, k.Accepts, item)
				if err != nil {
					return err
				}
				items = append(items, one)
			}
			text = strings.Join(items, k.Separator)
		} else if text, err = f.text(value.Key, k.Accepts, s.Value); err != nil {
			return err
		}
		if secretive(text) || strings.EqualFold(name, "password") {
			return value.errorf("%s", noPassword)
		}
		v.Settings = append(v.Settings, Override{name, text})
		// One at a time, so that the error has the place of this one.
		one := Variant{Name: v.Name, Settings: v.Settings[len(v.Settings)-1:]}
		var wrong *Error
		if _, err := one.Draft(); errors.As(err, &wrong) {
			return value.errorf("%s", wrong.Message)
		}
	}
	return nil
}
