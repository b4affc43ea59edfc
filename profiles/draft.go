package profiles

import (
	"fmt"
	"slices"
	"strings"
)

// Draft is a set of settings from one source: a profile file, the environment,
// flags, or the overrides of a variant. It is not safe for concurrent use.
type Draft struct {
	source   Source
	folder   string // that relative tables of sizes are looked for in
	settings map[string]setting
	order    []string // keys as they were set
}

// setting is a value of a draft: put sets it in a profile.
type setting struct {
	origin Origin // of the value
	key    Origin // of the key, which differs in files
	put    func(*Profile) error
	folder string
}

// NewDraft returns an empty draft of a source other than a file.
func NewDraft(source Source) *Draft {
	return &Draft{source: source, settings: map[string]setting{}}
}

// Environment returns the draft of the environment's variables: those of
// [Key.Env]. An empty variable counts as none.
func Environment(lookup func(string) (string, bool)) (*Draft, error) {
	d := NewDraft(FromEnvironment)
	for _, k := range Keys() {
		if text, ok := lookup(k.Env()); ok && text != "" && !k.FileOnly {
			if err := d.Set(k.Name, text); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// Keys returns the keys that are set, in the order in which they were.
func (d *Draft) Keys() []string { return slices.Clone(d.order) }

// Has reports whether the key is set.
func (d *Draft) Has(key string) bool { _, ok := d.settings[key]; return ok }

// Set sets a key from the text form of its value. A key that was set before is
// replaced; only the lists of flags are added to. The error is an *[Error] in
// the words of the source.
func (d *Draft) Set(key, text string) error {
	origin := Origin{Source: d.source, Key: key, Text: text}
	k, known := keyOf(key)
	switch {
	case strings.EqualFold(key, "password"):
		origin.Text = ""
		return origin.errorf("a password is not allowed here: use --password-file, FTPMARK_PASSWORD or .netrc")
	case !known:
		return &Error{Source: d.source, Key: key, Text: shorten(text), Message: "unknown key" + d.meant(key)}
	case k.FileOnly:
		return origin.errorf("this key is only for profile files")
	case k.secret:
		origin.Text = ""
	}
	var scratch Profile
	if err := k.value(&scratch).Set(text); err != nil {
		return origin.valueError(text, err)
	}
	before, again := d.settings[key]
	add := again && k.List && d.source == FromFlag
	put := func(p *Profile) error {
		if !add {
			k.clear(p)
			return k.value(p).Set(text)
		}
		if err := before.put(p); err != nil {
			return err
		}
		return k.value(p).Set(k.added(p, text))
	}
	if err := put(&scratch); err != nil {
		return origin.valueError(text, err)
	}
	if add && !k.secret {
		origin.Text = before.origin.Text + k.Separator + text
	}
	d.keep(setting{origin: origin, key: origin, put: put, folder: d.folder})
	return nil
}

// meant is the hint of an unknown key.
func (d *Draft) meant(key string) string {
	if near := Nearest(key); near != "" {
		k := Key{Name: near}
		switch d.source {
		case FromFlag:
			near = "--" + k.Flag()
		case FromEnvironment:
			near = k.Env()
		}
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ": want one of " + strings.Join(keyNames(), ", ")
}

// clear takes away what adding to a list would keep.
func (k Key) clear(p *Profile) {
	if l, ok := k.value(p).(listValue); ok {
		*l.at = nil
	}
}

// added is the text that sets a list to what it is and one thing more.
func (k Key) added(p *Profile, text string) string {
	if _, ok := k.value(p).(listValue); ok {
		return text // these add by themselves
	}
	return k.Text(p) + k.Separator + text
}

func (d *Draft) keep(s setting) {
	key := s.key.Key
	if d.Has(key) {
		d.order = slices.DeleteFunc(d.order, func(o string) bool { return o == key })
	}
	d.settings[key] = s
	d.order = append(d.order, key)
}
