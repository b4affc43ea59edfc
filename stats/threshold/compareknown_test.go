package threshold

import (
	"errors"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

func TestKnownComparison(t *testing.T) {
	mix := []stats.Op{stats.Retr, stats.Noop}
	both := []string{"passive", "active"}
	three := []string{"passive", "active", "port"}
	for _, c := range []struct {
		text     string
		ops      []stats.Op
		variants []string
		open     bool
		want     string
	}{
		{"compare.active/passive.goodput > 0.95", mix, both, false, ""},
		{"compare.passive/active.goodput > 0.95", mix, both, false, ""},
		{"compare.port/passive.errors.rate <= 0", mix, three, false, ""},
		{"compare.passive/port.retr.service.p99 < 1.05", mix, three, false, ""},
		{"compare.active/passive.noop.service.p50 < 1.05", mix, both, false, ""},
		{"compare.active/passive.data_ready.p50 < 1.05", mix, both, false, ""},
		{"compare.active/passive.operations > 1", []stats.Op{stats.Noop}, both, false, ""},
		{"compare.active/passive.response.p99 < 1.05", mix, both, true, ""},
		{"compare.a.b/c.d.service.p99 < 1.05", mix, []string{"c.d", "a.b"}, false, ""},

		{"compare.active/passive.stor.service.p99 < 1.05", mix, both, false, "the run has no stor: it has retr and noop"},
		{"compare.active/passive.goodput > 1", []stats.Op{stats.Noop}, both, false, "no operation of the run has goodput: it has noop"},
		{"compare.active/passive.data_ready.p50 < 1.05", []stats.Op{stats.Noop}, both, false, "no operation of the run has data_ready: it has noop"},
		{"compare.active/passive.operations > 1", nil, both, false, "no operation of the run has operations: it has none"},
		{"compare.active/passive.response.p99 < 1.05", mix, both, false, "response needs an open load: in a closed load no operation is late, each is due when the previous one ended"},
		{"compare.activ/passive.goodput > 1", mix, both, false, `there is no variant "activ" (did you mean active?): the variants are passive and active`},
		{"compare.active/pasive.goodput > 1", mix, both, false, `there is no variant "pasive" (did you mean passive?): the variants are passive and active`},
		{"compare.active/epsv.goodput > 1", mix, both, false, `there is no variant "epsv": the variants are passive and active`},
		{"compare.retr.active/passive.service.p99 < 1.05", mix, both, false, `there is no variant "retr.active" (did you mean compare.active/passive.retr.service.p99?): the variants are passive and active`},
		{"compare.active/passive.rert.service.p99 < 1.05", mix, both, false, `there is no variant "passive.rert" (did you mean passive.retr?): the variants are passive and active`},
		{"compare.active/port.goodput > 1", mix, three, false, "active and port are not compared with each other: the others are compared with passive, the first"},
		{"compare.active/passive.goodput > 1", mix, nil, false, `there is no variant "active": the variants are none`},
		{"goodput > 1MB/s", mix, both, false, "it is a metric of a run: want compare.NEW/BASE.METRIC, such as compare.passive/active.goodput"},
	} {
		x, err := Parse(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		err = KnownComparison(x, c.ops, c.variants, c.open)
		var wrong *PlanError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.want != "" && (!errors.As(err, &wrong) || wrong.Message != c.want || wrong.Threshold != x):
			t.Errorf("%q: %v\nwant %s", c.text, err, c.want)
		}
	}
	if err := KnownComparison(Threshold{}, mix, both, true); err == nil {
		t.Error("no threshold is known")
	}
	x, err := Parse("compare.active/passive.goodput > 0.95")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Known(x, mix, both, false, false), `threshold "compare.active/passive.goodput > 0.95": a run has no pairs of trials: use ftpmark compare`; got == nil || got.Error() != want {
		t.Errorf("%v, want %s", got, want)
	}
}
