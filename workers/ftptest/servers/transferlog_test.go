package servers

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestReadXferlog(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []Transfer
		err  string
	}{
		"empty": {text: ""},
		"upload, inside the chroot": {
			text: "Sun Nov 22 13:28:57 2026 1 127.0.0.1 5000 /up b _ i g ftpmark ftp 0 * i\n",
			want: []Transfer{{Upload: true, Bytes: 5000, Path: "/up"}},
		},
		"download, path of the machine": {
			text: "Sun Nov 22 13:28:57 2026 1 127.0.0.1 6000000000 /data/a/b b _ o r ftpmark ftp 0 * c\n",
			want: []Transfer{{Bytes: 6000000000, Path: "/a/b", Complete: true}},
		},
		"day of one digit, spaces in the path": {
			text: "Sun Nov  2 13:28:57 2026 1 127.0.0.1 2 /data/a b c b _ o r ftpmark ftp 0 * c\n",
			want: []Transfer{{Bytes: 2, Path: "/a b c", Complete: true}},
		},
		"deletions are no transfers": {
			text: "Sun Nov 22 13:28:57 2026 1 127.0.0.1 2 /data/x b _ d r ftpmark ftp 0 * c\n",
		},
		"a last line half written": {
			text: "Sun Nov 22 13:28:57 2026 1 127.0.0.1 2 /x b _ i r ftpmark ftp 0 * c\nSun Nov 22",
			want: []Transfer{{Upload: true, Bytes: 2, Path: "/x", Complete: true}},
		},
		"too short":     {text: "hello\n", err: ":1: not a line of an xferlog"},
		"no byte count": {text: "Sun Nov 22 13:28:57 2026 1 127.0.0.1 many /x b _ i r ftpmark ftp 0 * c\n", err: `:1: byte count "many"`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "xferlog")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readXferlog(file, "/data")
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, %v\nwant %v", got, err, c.want)
			}
		})
	}
}
