package profiles

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseEndings(t *testing.T) {
	for in, want := range map[string]Endings{
		"no-close-notify":                       {NoCloseNotify},
		"reset-after-complete":                  {ResetAfterComplete},
		"no-close-notify, reset-after-complete": {NoCloseNotify, ResetAfterComplete},
	} {
		got, err := ParseEndings(in)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
		again(t, ParseEndings, got)
		for _, e := range AllEndings() {
			if got.Has(e) != strings.Contains(in, string(e)) {
				t.Errorf("%q has %s: %v", in, e, got.Has(e))
			}
		}
	}
	refused(t, ParseEndings, map[string]string{
		"": "unknown ending", "close-notify": "unknown ending", "no-close-notify,": "unknown ending",
		"no-close-notify,no-close-notify": "listed twice", "reset": "reset-after-complete",
	})
}

// TestEndingsHaveOneOrder: profiles that accept the same are the same.
func TestEndingsHaveOneOrder(t *testing.T) {
	var all []string
	for _, text := range []string{"no-close-notify,reset-after-complete", "reset-after-complete,no-close-notify"} {
		d := NewDraft(FromFlag)
		if err := d.Set("accept", text); err != nil {
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
		all = append(all, string(b))
	}
	if all[0] != all[1] || !strings.Contains(all[0], `"accept":"no-close-notify,reset-after-complete"`) {
		t.Errorf("%s", strings.Join(all, "\n"))
	}
}

// TestSettingsOfEndings: a flag adds to a flag, a higher source replaces a lower
// one, and YAML may have a list.
func TestSettingsOfEndings(t *testing.T) {
	file, err := Read("my.yaml", strings.NewReader("version: 1\naccept: [no-close-notify]\nactive_peer: any\nupload_names: fresh\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := Resolve(file)
	if err != nil {
		t.Fatal(err)
	}
	if p.Accept.String() != "no-close-notify" || p.ActivePeer != PeerAny || p.UploadNames != UploadFresh {
		t.Errorf("%q, %q, %q", p.Accept, p.ActivePeer, p.UploadNames)
	}
	flags := NewDraft(FromFlag)
	for key, text := range map[string]string{"accept": "reset-after-complete", "active_peer": PeerServer, "upload_names": UploadReuse} {
		if err := flags.Set(key, text); err != nil {
			t.Fatal(err)
		}
	}
	if p, _, err = Resolve(file, flags); err != nil {
		t.Fatal(err)
	}
	if p.Accept.String() != "reset-after-complete" || p.ActivePeer != PeerServer || p.UploadNames != UploadReuse {
		t.Errorf("%q, %q, %q", p.Accept, p.ActivePeer, p.UploadNames)
	}
	if err := flags.Set("accept", "no-close-notify"); err != nil {
		t.Fatal(err)
	}
	if p, _, err = Resolve(file, flags); err != nil || len(p.Accept) != 2 {
		t.Errorf("%q, %v", p.Accept, err)
	}
	for key, text := range map[string]string{"accept": "everything", "active_peer": "anybody", "upload_names": "new"} {
		if err := flags.Set(key, text); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%s %s: %v", key, text, err)
		}
	}
	unset, _, err := Resolve()
	if err != nil || len(unset.Accept) != 0 || unset.ActivePeer != PeerServer || unset.UploadNames != UploadAuto {
		t.Errorf("by default %q, %q, %q, %v", unset.Accept, unset.ActivePeer, unset.UploadNames, err)
	}
}
