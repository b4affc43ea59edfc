package threshold

import (
	"errors"
	"strings"
	"testing"
)

func TestParseGivesTheNormalForm(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"retr.passive.service.p99 < 250ms", "retr.passive.service.p99 < 250ms"},
		{"errors.rate < 0.1%", "errors.rate < 0.1%"},
		{"retr.goodput > 800MiB/s", "retr.goodput > 800MiB/s"},
		{"stor.operations.rate > 100/s", "stor.operations.rate > 100/s"},
		{"login.login.p99 < 1s", "login.login.p99 < 1s"},
		{"sessions.login.p99 < 500ms", "sessions.login.p99 < 500ms"},
		{"dropped.count == 0", "dropped.count == 0"},
		{"retr.goodput.rate>=6.40Gbit/s", "retr.goodput >= 6.4Gbit/s"},
		{"operations >= 600/m", "operations.rate >= 600/m"},
		{"operations.count > 1000", "operations.count > 1000"},
		{"retr.service.p99_9 <= 1.5s", "retr.service.p99.9 <= 1.5s"},
		{"service.p99_99<2m", "service.p99.99 < 2m"},
		{"  stor.active.ttfb.p99.9\t<\t800us  ", "stor.active.ttfb.p99.9 < 800µs"},
		{"list.response.p50 < 800 μs", "list.response.p50 < 800µs"},
		{"lag.max < 800µs", "lag.max < 800µs"},
		{"retr.throughput.p1 > 80MB/s", "retr.throughput.p1 > 80MB/s"},
		{"throughput.count >= 0500", "throughput.count >= 500"},
		{"errors.count <= 3", "errors.count <= 3"},
		{"errors.rate <= 0.0010", "errors.rate <= 0.001"},
		{"unfinished.rate < 1%", "unfinished.rate < 1%"},
		{"unfinished.count == 0", "unfinished.count == 0"},
		{"dropped.rate < 100%", "dropped.rate < 100%"},
		{"wasted < 1MiB", "wasted < 1MiB"},
		{"wasted.count == 0", "wasted == 0B"},
		{"retr.wasted <= 1.5kB", "retr.wasted <= 1.5kB"},
		{"sessions.count >= 8", "sessions.count >= 8"},
		{"sessions.errors.rate <= 1%", "sessions.errors.rate <= 1%"},
		{"sessions.errors.count == 0", "sessions.errors.count == 0"},
		{"sessions.tls.max < 2s", "sessions.tls.max < 2s"},
		{"login.connect.p90 < 10ms", "login.connect.p90 < 10ms"},
		{"noop.service.mean < 100ns", "noop.service.mean < 100ns"},
		{"retr.vsftpd-3.0.5.service.p99 < 1s", "retr.vsftpd-3.0.5.service.p99 < 1s"},
		{"epsv.data_tls_resumed.p50 < 5ms", "epsv.data_tls_resumed.p50 < 5ms"},
		{"size.service.min > 0ms", "size.service.min > 0ms"},
		{"login.passive.service.p99 < 1s", "login.passive.service.p99 < 1s"},
		{"rename.errors.rate == 0", "rename.errors.rate == 0"},
	} {
		got, err := Parse(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got.String() != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Errorf("%q: the normal form %q is read as %#v, %v", c.text, got, again, err)
		}
	}
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		want   string
	}{
		{"", 1, "empty: want METRIC < VALUE, such as retr.service.p99 < 250ms"},
		{"   ", 1, "empty: want METRIC < VALUE, such as retr.service.p99 < 250ms"},
		{"retr.service.p99", 17, "no comparison: want METRIC < VALUE, with <, <=, >, >= or =="},
		{"retr.service.p99 250ms", 23, "no comparison: want METRIC < VALUE, with <, <=, >, >= or =="},
		{"< 250ms", 1, "no metric before the comparison: want one such as retr.service.p99"},
		{"retr.service.p99 = 250ms", 18, "unknown comparison \"=\": want <, <=, >, >= or =="},
		{"retr.service.p99 => 250ms", 18, "unknown comparison \"=>\": want <, <=, >, >= or =="},
		{"retr.service.p99 != 250ms", 18, "unknown comparison \"!=\": want <, <=, >, >= or =="},
		{"retr.service.p99 ≤ 250ms", 18, "unknown comparison \"≤\": want <, <=, >, >= or =="},
		{"retr.service.p99 <", 19, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms"},
		{"retr.service.p99 < 250", 23, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms"},
		{"retr.service.p99 < 250MiB/s", 23, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms, not \"MiB/s\""},
		{"retr.service.p99 < 1m30s", 21, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms, not \"m30s\""},
		{"retr.service.p99 < -5ms", 20, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms, without a sign"},
		{"retr.service.p99 < .5s", 20, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms; \".5\" is not a number"},
		{"retr.service.p99 < 1.2.3s", 20, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms; \"1.2.3\" is not a number"},
		{"retr.service.p99 < 1e3ms", 21, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms, not \"e3ms\""},
		{"retr.service.p99 < 2h", 21, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms, not \"h\""},
		{"retr.service.p99 < 61m", 20, "service.p99 can be at most 60m"},
		{"retr.service.p99 < 0ms", 18, "no value is below 0: want <= or =="},
		{"retr.service.p94 < 1s", 14, "service has no \"p94\": want p50, p90, p95, p99, p99.9, p99.99, mean, min, max or count"},
		{"retr.service.p99.95 < 1s", 14, "service has no \"p99.95\": want p50, p90, p95, p99, p99.9, p99.99, mean, min, max or count"},
		{"retr.service.rate < 1/s", 14, "service has no \"rate\": want p50, p90, p95, p99, p99.9, p99.99, mean, min, max or count"},
		{"retr.service < 1s", 13, "service needs a statistic: want service.p50, p90, p95, p99, p99.9, p99.99, mean, min, max or count"},
		{"retr.servce.p99 < 1s", 6, "unknown phase or rate \"servce\", did you mean service?"},
		{"retr.service.p9 < 1s", 14, "service has no \"p9\": want p50, p90, p95, p99, p99.9, p99.99, mean, min, max or count"},
		{"retr.service.avg < 1s", 14, "service has no \"avg\": want p50, p90, p95, p99, p99.9, p99.99, mean, min, max or count"},
		{"retr.throughput.p90 > 1MB/s", 17, "throughput has no \"p90\": want p1, p50, p99, min, max or count"},
		{"retr.throughput.mean > 1MB/s", 17, "throughput has no \"mean\": want p1, p50, p99, min, max or count"},
		{"retr.goodput.p99 > 1MB/s", 14, "goodput has no \"p99\": want rate"},
		{"retr.goodput > 800", 19, "goodput is a rate of bytes: want a number with B/s, kB/s, MB/s, GB/s, TB/s (decimal), KiB/s, MiB/s, GiB/s, TiB/s (binary) or bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s (bits), such as 800MiB/s"},
		{"retr.goodput > 800MB", 19, "goodput is a rate of bytes: \"MB\" could mean MiB/s (binary), MB/s (decimal) or Mbit/s (bits)"},
		{"retr.goodput > 800Mbps", 19, "goodput is a rate of bytes: \"Mbps\" could mean MiB/s (binary), MB/s (decimal) or Mbit/s (bits)"},
		{"retr.goodput > 800Mb/s", 19, "goodput is a rate of bytes: \"Mb/s\" could mean MiB/s (binary), MB/s (decimal) or Mbit/s (bits)"},
		{"retr.goodput > 250ms", 19, "goodput is a rate of bytes: want a number with B/s, kB/s, MB/s, GB/s, TB/s (decimal), KiB/s, MiB/s, GiB/s, TiB/s (binary) or bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s (bits), such as 800MiB/s, not \"ms\""},
		{"retr.goodput > 2TB/s", 16, "goodput can be at most 1TB/s"},
		{"stor.operations.rate > 100", 27, "operations is a rate of operations: want a number with /s or /m, such as 100/s"},
		{"stor.operations > 100/h", 22, "operations is a rate of operations: want a number with /s or /m, such as 100/s, not \"/h\""},
		{"stor.operations.count > 100/s", 28, "operations.count is a count: want a whole number, such as 100, not \"/s\""},
		{"errors < 1%", 7, "errors needs a statistic: want errors.rate or count"},
		{"errors.rate < 5", 15, "errors.rate is a share: want a number from 0% to 100%, such as 0.1%, or from 0 to 1, such as 0.001"},
		{"errors.rate < 101%", 15, "errors.rate is a share: want a number from 0% to 100%, such as 0.1%, or from 0 to 1, such as 0.001"},
		{"errors.rate < 1/s", 16, "errors.rate is a share: want a number from 0% to 100%, such as 0.1%, or from 0 to 1, such as 0.001, not \"/s\""},
		{"errors.count < 1%", 17, "errors.count is a count: want a whole number, such as 100, not \"%\""},
		{"errors.count < 1.5", 16, "errors.count is a count and can only be a whole number"},
		{"errors.count < 1,000", 17, "errors.count is a count: want a whole number, such as 100, without commas"},
		{"errors.count == 9007199254740993", 17, "errors.count can be at most 9007199254740991"},
		{"dropped == 0", 8, "dropped needs a statistic: want dropped.rate or count"},
		{"wasted < 1mb", 11, "wasted is a size: \"mb\" could mean MiB (binary) or MB (decimal)"},
		{"wasted < 0.5B", 10, "wasted is a size and can only be a whole number"},
		{"wasted < 1MiB/s", 11, "wasted is a size: \"MiB/s\" could mean MiB (binary) or MB (decimal)"},
		{"retr.p99 < 1s", 5, "a phase or rate of retr is missing, such as retr.service.p99"},
		{"passive.p99 < 1s", 1, "unknown phase or rate \"passive\": want service, response, lag, negotiate, data_ready, startup, ttfb, command, data_tls, data_tls_resumed, data_tls_full, payload, finish, connect, greeting, tls, login, setup, throughput, goodput, operations, errors, dropped, unfinished, wasted or sessions"},
		{"p99 < 1s", 1, "p99 needs a phase: want one such as service.p99"},
		{"login.p99 < 1s", 1, "login is a phase of a session: want sessions.login, or login.login for the operation login"},
		{"connect.p99 < 1s", 1, "connect is a phase of a session: want sessions.connect, or login.connect for the operation login"},
		{"retr.connect.p99 < 1s", 6, "retr has no connect: only sessions and the operation login do"},
		{"noop.ttfb.p99 < 1s", 6, "noop has no ttfb: it has no data connection"},
		{"login.goodput > 1MB/s", 7, "login has no goodput: it has no data connection"},
		{"sessions.service.p99 < 1s", 10, "service is a phase of an operation: a session has connect, greeting, tls, login and setup"},
		{"sessions.goodput > 1MB/s", 10, "sessions have no goodput: want sessions.count, sessions.errors or a phase such as sessions.login"},
		{"sessions.p99 < 1s", 10, "sessions have no \"p99\": want sessions.count, sessions.errors or a phase such as sessions.login.p99"},
		{"passive.sessions.login.p99 < 1s", 18, "login is a phase of a session: want sessions.login, or login.login for the operation login"},
		{"sessions.passive.login.p99 < 1s", 10, "sessions are counted for the whole run: want sessions.PHASE, sessions.errors or sessions.count, without \"passive\""},
		{"retr.sessions.count > 1", 1, "sessions are counted for the whole run: want sessions.PHASE, sessions.errors or sessions.count, without \"retr\""},
		{"RETR.service.p99 < 1s", 1, "write \"RETR\" as retr"},
		{"retr.service.P99 < 1s", 14, "write \"P99\" as p99"},
		{"retr..service.p99 < 1s", 6, "a word is missing before or after a dot"},
		{".service.p99 < 1s", 1, "a word is missing before or after a dot"},
		{"retr.service.p99. < 1s", 18, "a word is missing before or after a dot"},
		{"retr service.p99 < 1s", 5, "a space in the metric: want words with dots between them, then a comparison"},
		{"retr.service.response.p99 < 1s", 6, "\"service\" is not allowed here: want [OPERATION.][VARIANT.]response.p99, with a variant whose name is not a word of thresholds"},
		{"retr.tls.service.p99 < 1s", 6, "\"tls\" is not allowed here: want [OPERATION.][VARIANT.]service.p99, with a variant whose name is not a word of thresholds"},
		{"passive.retr.service.p99 < 1s", 9, "\"retr\" is not allowed here: want [OPERATION.][VARIANT.]service.p99, with a variant whose name is not a word of thresholds"},
		{"retr.compare.service.p99 < 1s", 6, "\"compare\" is not allowed here: want [OPERATION.][VARIANT.]service.p99, with a variant whose name is not a word of thresholds"},
		{"retr.passive < 1s", 6, "unknown phase or rate \"passive\": want service, response, lag, negotiate, data_ready, startup, ttfb, command, data_tls, data_tls_resumed, data_tls_full, payload, finish, connect, greeting, tls, login, setup, throughput, goodput, operations, errors, dropped, unfinished, wasted or sessions"},
		{"goodputs > 1MB/s", 1, "unknown phase, rate or statistic \"goodputs\", did you mean goodput?"},
		{"goodput.foo > 1MB/s", 9, "goodput has no \"foo\": want rate"},
		{"retr.service.p99.foo < 1s", 18, "unknown phase or rate \"foo\": want service, response, lag, negotiate, data_ready, startup, ttfb, command, data_tls, data_tls_resumed, data_tls_full, payload, finish, connect, greeting, tls, login, setup, throughput, goodput, operations, errors, dropped, unfinished, wasted or sessions"},
		{"retr.service.p99 < 1s < 2s", 21, "service.p99 is a time: want a number with ns, us, ms, s or m, such as 250ms, not \"s < 2s\""},
		{"sessions < 5", 9, "sessions needs a statistic: want sessions.count"},
		{"operations.count == 0.5", 21, "operations.count is a count and can only be a whole number"},
		{"goodput > 5Tbps", 12, "goodput is a rate of bytes: \"Tbps\" could mean TiB/s (binary), TB/s (decimal) or Tbit/s (bits)"},
		{"retr.a\xffb.service.p99 < 1s", 7, "a metric is words with dots between them, without '�' and spaces"},
		{"retr.a\nb.service.p99 < 1s", 7, "a metric is words with dots between them, without '\\n' and spaces"},
	} {
		got, err := Parse(c.text)
		var wrong *SyntaxError
		if !errors.As(err, &wrong) {
			t.Errorf("%q: read as %q, error %v", c.text, got, err)
			continue
		}
		if wrong.Text != c.text || wrong.Column != c.column || wrong.Message != c.want {
			t.Errorf("%q:\n column %d: %s\n want %d: %s", c.text, wrong.Column, wrong.Message, c.column, c.want)
		}
		if got != (Threshold{}) || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%q: %q with error %q", c.text, got, err)
		}
	}
}

func TestErrorsAreOneBoundedLine(t *testing.T) {
	_, err := Parse("retr.servce.p99 < 1s")
	if want := `threshold "retr.servce.p99 < 1s", column 6: unknown phase or rate "servce", did you mean service?`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	for _, long := range []string{
		strings.Repeat("x", 1e5) + ".p99 < 1s", "service.p99 < " + strings.Repeat("9", 1e5) + "s",
		"service.p99 < 1" + strings.Repeat("s", 1e5), "service.p99 " + strings.Repeat("<", 1e5), "service." + strings.Repeat("\x01", 1e5),
	} {
		if _, err := Parse(long); err == nil || len(err.Error()) > 1500 {
			t.Errorf("%.20s...: an error of %d bytes", long, len(err.Error()))
		}
	}
}

// The bound is the nearest number there is, so that a result on the bound is
// judged to lie on it.
func TestBoundsAreExact(t *testing.T) {
	for text, want := range map[string]float64{
		"errors.rate <= 0.7%":         7.0 / 1000,
		"errors.rate <= 0.3%":         3.0 / 1000,
		"errors.rate <= 0.007":        7.0 / 1000,
		"service.p50 <= 1.1ms":        1_100_000,
		"service.p50 <= 4.35us":       4350,
		"service.p50 <= 0.3m":         18e9,
		"service.p50 <= 100ns":        100,
		"goodput >= 6.4Gbit/s":        8e8,
		"goodput >= 800MB/s":          8e8,
		"goodput >= 800MiB/s":         838_860_800,
		"goodput >= 1GiB/s":           1 << 30,
		"goodput >= 8kbit/s":          1000,
		"goodput >= 1KiB/s":           1024,
		"operations >= 600/m":         10,
		"operations >= 100/s":         100,
		"wasted <= 1MiB":              1 << 20,
		"wasted <= 1MB":               1e6,
		"wasted <= 7":                 7,
		"errors.count <= 10000000000": 1e10,
	} {
		if got, err := Parse(text); err != nil || got.bound.base != want {
			t.Errorf("%q: %v, %v, want %v", text, got.bound.base, err, want)
		}
	}
}

func TestThresholdsAreTextInFiles(t *testing.T) {
	var got Threshold
	if err := got.UnmarshalText([]byte("errors.rate<1%")); err != nil || got.String() != "errors.rate < 1%" {
		t.Errorf("%q, %v", got, err)
	}
	if b, err := got.MarshalText(); err != nil || string(b) != "errors.rate < 1%" {
		t.Errorf("%q, %v", b, err)
	}
	if err := got.UnmarshalText([]byte("errors.rate")); err == nil {
		t.Error("a text without a comparison was accepted")
	}
}
