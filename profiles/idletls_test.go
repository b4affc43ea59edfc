package profiles

import (
	"slices"
	"testing"
)

// TestIdleTLS: variables that mean nothing for a run are left out of it, and
// nothing else is.
func TestIdleTLS(t *testing.T) {
	environment := draft(t, FromEnvironment, "tls_ca=ca.pem", "prot=P", "sessions=3", "tls_insecure=false")
	mode := func(text string) *Draft { return draft(t, FromEnvironment, "tls="+text, "tls_ca=ca.pem") }
	for name, c := range map[string]struct {
		drafts []*Draft
		idle   []string
		plain  bool
	}{
		"plain target":             {[]*Draft{environment, draft(t, FromFlag, "target=ftp://h")}, []string{"tls_ca", "prot", "tls_insecure"}, true},
		"embedded":                 {[]*Draft{nil, environment}, []string{"tls_ca", "prot", "tls_insecure"}, true},
		"embedded with TLS":        {[]*Draft{environment, draft(t, FromFlag, "tls=explicit")}, []string{"tls_ca"}, false},
		"target with TLS":          {[]*Draft{environment, draft(t, FromFlag, "target=ftps://h")}, nil, false},
		"TLS by a flag":            {[]*Draft{environment, draft(t, FromFlag, "target=ftp://h", "tls=explicit")}, nil, false},
		"TLS by the environment":   {[]*Draft{mode("explicit"), draft(t, FromFlag, "target=ftp://h")}, nil, false},
		"none by the environment":  {[]*Draft{mode("off"), draft(t, FromFlag, "target=ftp://h")}, []string{"tls_ca"}, true},
		"none by a flag":           {[]*Draft{mode("explicit"), draft(t, FromFlag, "target=ftp://h", "tls=off")}, nil, true},
		"a profile's stay":         {[]*Draft{draft(t, FromFile, "tls_ca: ca.pem"), draft(t, FromFlag, "target=ftp://h")}, nil, true},
		"flags stay":               {[]*Draft{draft(t, FromFlag, "target=ftp://h", "tls_ca=ca.pem")}, nil, true},
		"a target above a profile": {[]*Draft{draft(t, FromFile, "tls: explicit"), environment, draft(t, FromFlag, "target=ftp://h")}, nil, false},
	} {
		kept, idle, plain := IdleTLS(c.drafts...)
		var keys []string
		for _, o := range idle {
			keys = append(keys, o.Key)
			if o.Source != FromEnvironment {
				t.Errorf("%s: %s is left out", name, o)
			}
		}
		if !slices.Equal(keys, c.idle) || plain != c.plain || len(kept) != len(c.drafts) {
			t.Errorf("%s: left out %q, plain %v; want %q, %v", name, keys, plain, c.idle, c.plain)
		}
		for i, d := range c.drafts {
			if d == nil {
				continue
			}
			for _, key := range d.Keys() {
				if kept[i].Has(key) == (d.source == FromEnvironment && slices.Contains(c.idle, key)) {
					t.Errorf("%s: %s is kept: %v", name, key, kept[i].Has(key))
				}
			}
		}
		if _, _, err := Resolve(kept...); (err != nil) != (name == "a profile's stay" || name == "flags stay") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !environment.Has("tls_ca") {
		t.Error("the draft itself was changed")
	}
}
