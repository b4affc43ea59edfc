package profiles

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Variant is a named set of settings that override those of the profile, one of
// several ways of doing what it says.
type Variant struct {
	Name     string
	Settings []Override
}

// Override is a setting of a variant by its key and text form.
type Override struct{ Key, Text string }

// Variants are those of a profile, the one that others are compared with first.
// Their text form is passive:mode=epsv;active:mode=eprt,sessions=4.
type Variants []Variant

// maxVariants is how many a profile may have: each one more makes a comparison
// longer, and its verdicts more likely to be wrong by chance.
const maxVariants = 16

// maxVariantName keeps names short enough for the head of a column.
const maxVariantName = 40

// ParseVariants reads variants with semicolons between them, and in each
// settings with commas between them. A comma within a value is fine unless what
// follows looks like another setting.
//
// Its errors never repeat what may hold a password.
func ParseVariants(s string) (Variants, error) {
	if secretive(s) {
		return nil, errors.New(noPassword)
	}
	var vs Variants
	for part := range strings.SplitSeq(s, ";") {
		name, settings, found := strings.Cut(part, ":")
		v := Variant{Name: strings.TrimSpace(name)}
		if !found || strings.TrimSpace(settings) == "" {
			return nil, fmt.Errorf("%q: want a name and its overrides, such as active:mode=eprt", strings.TrimSpace(part))
		}
		for piece := range strings.SplitSeq(settings, ",") {
			key, text, ok := overrideIn(piece)
			switch {
			case ok:
				v.Settings = append(v.Settings, Override{key, text})
			case len(v.Settings) > 0:
				last := &v.Settings[len(v.Settings)-1]
				last.Text += "," + piece
			default:
				return nil, fmt.Errorf("%q: %w", v.Name, notSetting(piece))
			}
		}
		for i := range v.Settings {
			v.Settings[i].Text = strings.TrimSpace(v.Settings[i].Text)
		}
		vs = append(vs, v)
	}
	return vs, vs.check()
}

// urlBegins is where a value that is a URL begins.
var urlBegins = regexp.MustCompile(`(?:^|=)\s*[a-z]+://`)

// secretive reports whether a text may hold a password: a URL's, or one by name.
// It is looked for in the whole text, since a password may hold what parts it.
func secretive(s string) bool {
	lower := strings.ToLower(s)
	urls := urlBegins.Split(lower, -1)[1:]
	if len(urls) == 0 {
		_, rest, _ := strings.Cut(lower, "://")
		urls = []string{rest}
	}
	for _, rest := range urls {
		colon, at := strings.IndexByte(rest, ':'), strings.LastIndexByte(rest, '@')
		if colon >= 0 && at > colon {
			return true
		}
	}
	return strings.Contains(strings.ReplaceAll(strings.ReplaceAll(lower, " ", ""), "-", "_"), "password=") ||
		strings.Contains(lower, "password:")
}

// overrideIn returns the key and the value of a piece that begins a setting.
func overrideIn(piece string) (key, text string, ok bool) {
	key, text, ok = strings.Cut(piece, "=")
	key = strings.ReplaceAll(strings.TrimSpace(key), "-", "_")
	if _, known := keyOf(key); !known && !strings.EqualFold(key, "password") {
		return "", "", false
	}
	return key, text, ok
}

func notSetting(piece string) error {
	key, _, found := strings.Cut(strings.TrimSpace(piece), "=")
	switch near := Nearest(key); {
	case !found:
		return fmt.Errorf("%q is not a setting: want KEY=VALUE, such as mode=eprt", strings.TrimSpace(piece))
	case near != "":
		return fmt.Errorf("unknown key %q: did you mean %q?", key, near)
	}
	return fmt.Errorf("unknown key %q: want one of %s", key, strings.Join(overridable(), ", "))
}

// overridable returns the keys that variants may differ in: not those that would
// make them other work than the base's, and not those that belong to the whole.
func overridable() []string {
	return slices.DeleteFunc(keyNames(), func(k string) bool {
		switch k {
		case "version", "description", "variant", "threshold", "seed", "stages", "keep", "reuse":
			return true
		}
		return false
	})
}

// check returns what is wrong with the variants.
func (vs Variants) check() error {
	if len(vs) > maxVariants {
		return fmt.Errorf("%d variants: want at most %d", len(vs), maxVariants)
	}
	for i := range vs {
		if err := vs[i].check(); err != nil {
			return err
		}
		if slices.ContainsFunc(vs[:i], func(v Variant) bool { return v.Name == vs[i].Name }) {
			return fmt.Errorf("variant %q is listed twice: want different names", vs[i].Name)
		}
	}
	return nil
}

// check returns what is wrong with one variant, the values of its settings
// included.
func (v *Variant) check() error {
	const want = "want letters, digits, dots, dashes and underscores, at most 40, such as active"
	if v.Name == "" || len(v.Name) > maxVariantName || strings.Trim(v.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" {
		return fmt.Errorf("%q is not a valid name of a variant: %s", shorten(v.Name), want)
	}
	_, err := v.Draft()
	var setting *Error
	if errors.As(err, &setting) {
		return fmt.Errorf("%q: %w", v.Name, setting)
	}
	return err
}

// Draft returns the variant's settings, to be laid over the profile's.
func (v *Variant) Draft() (*Draft, error) {
	d := NewDraft(FromOverride)
	for _, o := range v.Settings {
		origin := Origin{Source: FromOverride, Key: o.Key, Text: o.Text}
		switch {
		case d.Has(o.Key):
			return nil, origin.errorf("the key is given twice: leave out one of them")
		case strings.Contains(o.Text, ";") || slices.ContainsFunc(strings.Split(o.Text, ",")[1:], func(p string) bool { _, _, ok := overrideIn(p); return ok }):
			return nil, origin.errorf("the value would be read as another setting or variant: it cannot have a semicolon, or a comma before KEY=")
		}
		if k, known := keyOf(o.Key); known && !slices.Contains(overridable(), k.Name) {
			return nil, origin.errorf("this key must be the same in all variants")
		}
		if err := d.Set(o.Key, o.Text); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// String returns the text form of the variant.
func (v *Variant) String() string {
	var settings []string
	for _, o := range v.Settings {
		settings = append(settings, o.Key+"="+o.Text)
	}
	return v.Name + ":" + strings.Join(settings, ",")
}

// String returns the text form.
func (vs Variants) String() string {
	texts := make([]string, len(vs))
	for i := range vs {
		texts[i] = vs[i].String()
	}
	return strings.Join(texts, ";")
}

// Set and Type make Variants a flag value.
func (vs *Variants) Set(text string) (err error) { *vs, err = ParseVariants(text); return err }

// Type is the flag's type as help shows it.
func (vs *Variants) Type() string { return "variants" }

// MarshalText makes Variants their text in JSON.
func (vs Variants) MarshalText() ([]byte, error) { return []byte(vs.String()), nil }

// UnmarshalText accepts what [ParseVariants] accepts.
func (vs *Variants) UnmarshalText(b []byte) error { return vs.Set(string(b)) }
