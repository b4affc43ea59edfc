package workers

import "testing"

func TestPasswordsAreTakenOut(t *testing.T) {
	for _, c := range []struct{ text, password, want string }{
		{"PASS geheim: unknown", "geheim", "PASS ***: unknown"},
		{"PASS geh\uFFFDim?", "geh\xe4im", "PASS ***?"},
		{"what is secret", "secret ", "what is ***"},
		{"nothing of it", "", "nothing of it"},
		{"a blank stays", " ", "a***blank***stays"},
	} {
		if got := withoutPassword(c.text, c.password); got != c.want {
			t.Errorf("%q without %q is %q, want %q", c.text, c.password, got, c.want)
		}
	}
}
