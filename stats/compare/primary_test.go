package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

func TestPrimaryNames(t *testing.T) {
	both := []stats.Op{stats.Retr, stats.Noop}
	for _, c := range []struct {
		names string
		ops   []stats.Op
		open  bool
		want  string
	}{
		{"goodput,operations,errors.rate", both, false, ""},
		{"service.p50,service.p99,data_ready.p50", both, false, ""},
		{"retr.service.p99,noop.service.p99,retr.data_ready.p50", both, false, ""},
		{"response.p50,retr.response.p99", both, true, ""},
		{"stor.response.p99,goodput", nil, false, ""},
		{"", both, false, `primary metric : unknown metric: want goodput`},
		{"servce.p99", nil, false, "primary metric servce.p99: unknown metric (did you mean service.p99?): want goodput, operations, errors.rate, service.p50, service.p95, service.p99, data_ready.p50, response.p50, response.p95 or response.p99; or one of a single operation, such as retr.service.p99"},
		{"retr.service.p98", nil, false, "(did you mean retr.service.p9"},
		{"rert.service.p99", nil, false, "(did you mean retr.service.p99?)"},
		{"goodputs", nil, false, "(did you mean goodput?)"},
		{"Goodput", nil, false, "(did you mean goodput?)"},
		{"latency", nil, false, "unknown metric: want"},
		{"throughput.p50\x1b[2J", nil, false, `primary metric throughput.p50\u001b[2J: unknown metric:`},
		{"retr.goodput", nil, false, "unknown metric"},
		{"goodput", []stats.Op{stats.Noop}, false, `primary metric "goodput": no operation moves data`},
		{"noop.data_ready.p50", both, false, `primary metric "noop.data_ready.p50": noop moves no data`},
		{"stor.service.p99", both, false, `primary metric "stor.service.p99": there is no operation stor`},
		{"response.p99", both, false, `primary metric "response.p99": in a closed load operations are due when they begin: use service instead`},
		{"service.p99,retr.service.p99", both, false, `primary metric "retr.service.p99": retr.service.p99 is declared twice`},
		{strings.Repeat("goodput,", 20) + "goodput", nil, false, "21 primary metrics: want at most 20"},
	} {
		err := ParsePrimary(strings.Split(c.names, ","), c.ops, c.open)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.names, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %s", c.names, err, c.want)
		}
	}
	if err := ParsePrimary(nil, both, false); err != nil {
		t.Error(err)
	}
}

func TestDefaultPrimary(t *testing.T) {
	for _, c := range []struct {
		ops  []stats.Op
		open bool
		want []string
	}{
		{[]stats.Op{stats.Retr, stats.Noop}, false, []string{"goodput", "service.p99"}},
		{[]stats.Op{stats.Dele, stats.Noop}, false, []string{"operations", "service.p99"}},
		{[]stats.Op{stats.Retr, stats.Noop}, true, []string{"response.p99", "response.p50"}},
		{[]stats.Op{stats.Noop}, true, []string{"response.p99", "response.p50"}},
	} {
		if got := DefaultPrimary(c.ops, c.open); !slices.Equal(got, c.want) || ParsePrimary(got, c.ops, c.open) != nil {
			t.Errorf("%v: %v", c.ops, got)
		}
	}
}
