package threshold

import (
	"errors"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

func TestKnown(t *testing.T) {
	mix := []stats.Op{stats.Retr, stats.Noop}
	both := []string{"passive", "active"}
	for _, c := range []struct {
		text      string
		ops       []stats.Op
		variants  []string
		open, tls bool
		want      string
	}{
		{"retr.passive.service.p99 < 1s", mix, both, false, false, ""},
		{"noop.active.service.p99 < 1s", mix, both, false, false, ""},
		{"goodput > 1MB/s", mix, both, false, false, ""},
		{"sessions.login.p99 < 1s", nil, nil, false, false, ""},
		{"errors.rate < 1%", mix, both, false, false, ""},
		{"retr.epsv.service.p99 < 1s", mix, both, false, false, ""},
		{"retr.passive.service.p99 < 1s", mix, []string{"epsv"}, false, false, ""},
		{"retr.port.service.p99 < 1s", mix, []string{"vsftpd"}, false, false, ""},
		{"retr.vsftpd.service.p99 < 1s", mix, []string{"vsftpd"}, false, false, ""},
		{"response.p99 < 1s", mix, both, true, false, ""},
		{"dropped.count == 0", mix, both, true, false, ""},
		{"data_tls.p99 < 1s", mix, both, false, true, ""},
		{"sessions.tls.p99 < 1s", mix, both, false, true, ""},

		{"stor.service.p99 < 1s", mix, both, false, false, "the run has no stor: it has retr and noop"},
		{"goodput > 1MB/s", []stats.Op{stats.Noop}, both, false, false, "no operation of the run has goodput: it has noop"},
		{"errors.rate < 1%", nil, both, false, false, "no operation of the run has errors: it has none"},
		{"retr.pasive.service.p99 < 1s", mix, both, false, false, `the run has no variant "pasive" (did you mean passive?): it has passive and active`},
		{"rert.service.p99 < 1s", mix, both, false, false, `the run has no variant "rert" (did you mean retr?): it has passive and active`},
		{"retr.vsftpd.service.p99 < 1s", mix, both, false, false, `the run has no variant "vsftpd": it has passive and active`},
		{"retr.active.service.p99 < 1s", mix, []string{"passive"}, false, false, `the run has no variant "active": it has passive`},
		{"retr.pasv.service.p99 < 1s", mix, []string{"epsv"}, false, false, `the run has no variant "pasv": it has epsv`},
		{"lag.p99 < 1s", mix, both, false, false, "lag needs an open load: in a closed load no operation is late, each is due when the previous one ended"},
		{"retr.response.p99 < 1s", mix, both, false, false, "response needs an open load: in a closed load no operation is late, each is due when the previous one ended"},
		{"dropped.count == 0", mix, both, false, false, "dropped needs an open load: in a closed load no operation is late, each is due when the previous one ended"},
		{"data_tls.p99 < 1s", mix, both, false, false, "a run without TLS has no data_tls"},
		{"retr.data_tls_full.p99 < 1s", mix, both, false, false, "a run without TLS has no data_tls_full"},
		{"sessions.tls.p99 < 1s", mix, both, false, false, "a run without TLS has no tls"},
	} {
		x, err := Parse(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		err = Known(x, c.ops, c.variants, c.open, c.tls)
		var wrong *PlanError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.want != "" && (!errors.As(err, &wrong) || wrong.Message != c.want || wrong.Threshold != x):
			t.Errorf("%q: %v\nwant %s", c.text, err, c.want)
		}
	}
	x, err := Parse("stor.service.p99 < 1s")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Known(x, mix, both, false, false).Error(), `threshold "stor.service.p99 < 1s": the run has no stor: it has retr and noop`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := Known(Threshold{}, mix, both, true, true); err == nil {
		t.Error("no threshold is known")
	}
}
