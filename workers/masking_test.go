package workers

import (
	"strings"
	"testing"
)

func TestPasswordsAreTakenOut(t *testing.T) {
	for _, c := range []struct{ text, password, want string }{
		{"PASS geheim: unknown", "geheim", "PASS ***: unknown"},
		{"PASS geh\uFFFDim?", "geh\xe4im", "PASS ***?"},
		{"what is secret", "secret ", "what is ***"},
		{"nothing of it", "", "nothing of it"},
		{"secret", "secret", "***"},
		{`"secret" 'secret' (secret) <secret> secret, secret. PASS:secret=secret_`, "secret", `"***" '***' (***) <***> ***, ***. PASS:***=***_`},
		// Another word that holds its letters says nothing of it.
		{"anonymous access, a guest", "a", "anonymous access, *** guest"},
		{"PASS a: a is no password here", "a", "PASS ***: *** is no password here"},
		{"ftp server ready; FTP: ftpd, sftp", "ftp", "*** server ready; FTP: ftpd, sftp"},
		{"code 230 of 2300", "230", "code *** of 2300"},
		{"übers über", "über", "übers ***"},
		// With blanks and punctuation in it.
		{"PASS my dear secret: unknown", "my dear secret", "PASS ***: unknown"},
		{"PASS  two  blanks ?", " two  blanks ", "PASS ***?"},
		{"PASS p@ss.w0rd!: 'p@ss.w0rd!'", "p@ss.w0rd!", "PASS ***: '***'"},
		{"PASS .", ".", "PASS ***"},
		{"Done. Ready.", ".", "Done. Ready."},
		{"PASS $1.*(x", "$1.*(x", "PASS ***"},
		{"PASS a.a: a.a.a", "a.a", "PASS ***: ***.a"},
		{"aaa aa aa", "aa", "aaa *** ***"},
		{"anonymous@ftp.example and another", "another", "anonymous@ftp.example and ***"},
		{"passwords and password", "password", "passwords and ***"},
		// What nobody says by chance.
		{"xxhunter2-tr0ub4dorhunter2-tr0ub4doryy", "hunter2-tr0ub4dor", "xx******yy"},
		// Blanks alone tell nobody anything.
		{"a blank stays", " ", "a blank stays"},
		{"xx secret", "x secret", "xx secret"},
	} {
		if got := withoutPassword(c.text, c.password); got != c.want {
			t.Errorf("%q without %q is %q, want %q", c.text, c.password, got, c.want)
		}
	}
}

// TestRecordingMasksTheEcho: a server that repeats the command shows no password.
func TestRecordingMasksTheEcho(t *testing.T) {
	r := &Recording{secret: "my word"}
	if got := r.masked("500 'PASS my word': command not understood"); strings.Contains(got, "my word") || !strings.Contains(got, "PASS ***'") {
		t.Errorf("%q", got)
	}
}
