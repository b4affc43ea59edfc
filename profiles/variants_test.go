package profiles

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestVariantsAreReadInEveryForm(t *testing.T) {
	want := Variants{
		{"passive", []Override{{"mode", "epsv"}}},
		{"slow.one", []Override{{"mode", "eprt"}, {"session_bandwidth", "down=1MiB/s,up=2MiB/s"}, {"sessions", "4"}}},
	}
	const text = "passive:mode=epsv;slow.one:mode=eprt,session_bandwidth=down=1MiB/s,up=2MiB/s,sessions=4"
	flags := NewDraft(FromFlag)
	for _, one := range []string{"passive: mode=epsv", "slow.one:mode=eprt,session-bandwidth=down=1MiB/s,up=2MiB/s, sessions=4"} {
		if err := flags.Set("variant", one); err != nil {
			t.Fatal(err)
		}
	}
	file := func(body string) *Draft {
		d, err := Read("x.yaml", strings.NewReader("version: 1\n"+body))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, d := range map[string]*Draft{
		"flags": flags,
		"text":  file("variant: " + text),
		"list":  file("variant:\n- passive:mode=epsv\n- slow.one:mode=eprt,session_bandwidth=down=1MiB/s,up=2MiB/s,sessions=4"),
		"mapping": file(`variant:
  passive: {mode: [epsv]}
  slow.one:
    mode: eprt
    session_bandwidth: down=1MiB/s,up=2MiB/s
    sessions: 4`),
	} {
		p, _, err := Resolve(d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(p.Variants, want) || p.Variants.String() != text {
			t.Errorf("%s: %+v\n%s", name, p.Variants, p.Variants)
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := Resolve(file("")) // a profile of its own
		if err != nil || len(again.Variants) != 0 {
			t.Fatal(err)
		}
		d, err := Read("x.yaml", strings.NewReader(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		if again, _, err = Resolve(d); err != nil || !reflect.DeepEqual(again.Variants, want) {
			t.Errorf("%s: as JSON: %v\n%s", name, err, b)
		}
	}
}

func TestAVariantIsLaidOverTheProfile(t *testing.T) {
	vs, err := ParseVariants("few:sessions=2,duration=1s;active:mode=eprt,size=1KiB=70,64KiB=30")
	if err != nil {
		t.Fatal(err)
	}
	base, err := Open("quick")
	if err != nil {
		t.Fatal(err)
	}
	flags := NewDraft(FromFlag)
	if err := flags.Set("sessions", "64"); err != nil {
		t.Fatal(err)
	}
	few, err := vs[0].Draft()
	if err != nil {
		t.Fatal(err)
	}
	p, origins, err := Resolve(base, nil, flags, few)
	if err != nil || p.Sessions != 2 || p.Duration.String() != "1s" || origins["sessions"].String() != "sessions=2" {
		t.Errorf("%v, %+v", err, p)
	}
	active, err := vs[1].Draft()
	if err != nil {
		t.Fatal(err)
	}
	if p, _, err = Resolve(base, nil, flags, active); err != nil || p.Mode.String() != "eprt" || p.Size.String() != "1KiB=70,64KiB=30" || p.Sessions != 64 {
		t.Errorf("%v, %+v", err, p)
	}
}

func TestVariantsThatMakeNoSense(t *testing.T) {
	for text, want := range map[string]string{
		"active":                          `"active": want a name and its overrides`,
		"active:":                         `"active:": want a name and its overrides`,
		":mode=eprt":                      `"" is not a valid name of a variant`,
		"a/b:mode=eprt":                   `"a/b" is not a valid name of a variant`,
		"a:eprt":                          `"a": "eprt" is not a setting: want KEY=VALUE`,
		"a:session=4":                     `"a": unknown key "session": did you mean "sessions"?`,
		"a:colour=red":                    `"a": unknown key "colour": want one of target, `,
		"a:seed=4":                        `"a": seed=4: this key must be the same in all variants`,
		"a:variant=b":                     `"a": variant=b: this key must be the same in all variants`,
		"a:mode=eprt,mode=port":           `"a": mode=port: the key is given twice`,
		"a:mode=epsv;a:mode=eprt":         `variant "a" is listed twice`,
		"a:sessions=0":                    `"a": sessions=0: want a whole number from 1`,
		"a:password=x":                    `a password is not allowed here`,
		"a:target=ftp://u:pw@h/":          `a password is not allowed here`,
		"a:ftp://u:pw@h/":                 `a password is not allowed here`,
		"a:target=ftp://u:p://w@h/":       `a password is not allowed here`,
		"a:target=ftp://h;b:ftp://u:pw@h": `a password is not allowed here`,
		"a:target=ftp://u:p;w@h/":         `a password is not allowed here`,
		"a:target=ftp://u:p,w@h/":         `a password is not allowed here`,
		strings.Repeat("a", 41) + ":x":    `is not a valid name of a variant`,
	} {
		_, err := ParseVariants(text)
		if text == strings.Repeat("a", 41)+":x" {
			_, err = ParseVariants(strings.Repeat("a", 41) + ":mode=epsv")
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if err != nil && strings.Contains(want, "no password") && (strings.Contains(err.Error(), "w@") || strings.Contains(err.Error(), "pw")) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
