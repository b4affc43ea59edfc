package threshold

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// dimension is what a value measures.
type dimension uint8

const (
	duration      dimension = iota // nanoseconds
	byteRate                       // bytes per second
	operationRate                  // per second
	share                          // 0 to 1
	whole                          // a count
	size                           // bytes
	ratio                          // of one variant to another
	difference                     // of a share, -1 to 1; bounds are not negative
)

// unit is a unit of one dimension: number × 10^exponent × times ÷ by is the
// value in the dimension's base.
type unit struct {
	name      string
	exponent  int
	times, by float64
	family    family
}

// family tells units apart that are not shown for each other: what was asked
// for in Gbit/s is answered in bits.
type family uint8

const (
	decimal family = iota
	binary
	bits
	minutes
	percent
)

// base returns what a number of the unit is in the dimension's base. The
// exponent goes through the parser so that the result is the nearest there is:
// 0.7% is the same as 7 in 1,000.
func (u unit) base(number string) (float64, error) {
	v, err := strconv.ParseFloat(number+"e"+strconv.Itoa(u.exponent), 64)
	return v * u.times / u.by, err
}

// units returns those of a dimension, smaller ones of a family first.
func (d dimension) units() []unit {
	switch d {
	case duration:
		return []unit{
			{"ns", 0, 1, 1, decimal}, {"µs", 3, 1, 1, decimal}, {"ms", 6, 1, 1, decimal},
			{"s", 9, 1, 1, decimal}, {"m", 9, 60, 1, minutes},
		}
	case byteRate:
		us := sizes("/s")
		for i, prefix := range []string{"", "k", "M", "G", "T"} {
			us = append(us, unit{prefix + "bit/s", 3 * i, 1, 8, bits})
		}
		return us
	case operationRate:
		return []unit{{"/s", 0, 1, 1, decimal}, {"/m", 0, 1, 60, minutes}}
	case share, ratio, difference:
		return []unit{{"%", -2, 1, 1, percent}, {"", 0, 1, 1, decimal}}
	case size:
		return sizes("")
	}
	return []unit{{"", 0, 1, 1, decimal}}
}

func sizes(per string) []unit {
	us := []unit{{"B" + per, 0, 1, 1, decimal}}
	for i, prefix := range []string{"k", "M", "G", "T"} {
		us = append(us, unit{prefix + "B" + per, 3 * (i + 1), 1, 1, decimal})
	}
	for i, prefix := range []string{"K", "M", "G", "T"} {
		us = append(us, unit{prefix + "iB" + per, 0, math.Ldexp(1, 10*(i+1)), 1, binary})
	}
	return us
}

// name says what a value of the dimension is.
func (d dimension) name() string {
	return [...]string{"a time", "a rate of bytes", "a rate of operations", "a share", "a count", "a size", "a ratio", "a difference of shares"}[d]
}

// wants says what a value of the dimension is and how it is written.
func (d dimension) wants() string {
	return d.name() + ": want " + [...]string{
		"a number with ns, us, ms, s or m, such as 250ms",
		"a number with B/s, kB/s, MB/s, GB/s, TB/s (decimal), KiB/s, MiB/s, GiB/s, TiB/s (binary) or bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s (bits), such as 800MiB/s",
		"a number with /s or /m, such as 100/s",
		"a number from 0% to 100%, such as 0.1%, or from 0 to 1, such as 0.001",
		"a whole number, such as 100",
		"a number with B, kB, MB, GB, TB (decimal) or KiB, MiB, GiB, TiB (binary), such as 1MiB",
		"a number from 0.1 to 10, such as 0.95, or from 50% to 1000%, such as 95%",
		"a number from 0% to 100%, such as 0.1%, or from 0 to 1, such as 0.001",
	}[d]
}

// most returns the largest value and how it is written. Times are measured up
// to an hour and the throughput of a transfer up to 10^12 B/s: what lies beyond
// is not known apart, so it cannot be a bound. Whole numbers
// are exact below 2^53.
func (d dimension) most() (float64, string) {
	switch d {
	case duration:
		return 3600e9, "60m"
	case byteRate:
		return 1e12, "1TB/s"
	case operationRate:
		return 1e12, "1000000000000/s"
	case share, difference:
		return 1, "100%"
	case ratio:
		return 10, "1000%"
	case size:
		return 1<<53 - 1, "9007199254740991B"
	}
	return 1<<53 - 1, "9007199254740991"
}

// value is a bound as it was written, in its normal form, and in the base of
// its dimension.
type value struct {
	number, unit string
	family       family
	base         float64
}

func (v value) String() string { return v.number + v.unit }

// parseValue reads a value. What is wrong with it is told in words that follow
// the metric's name, with the byte offset where.
func parseValue(d dimension, text string) (v value, offset int, wrong string) {
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '.') {
		end++
	}
	number, name := text[:end], strings.TrimSpace(text[end:])
	at := end + len(text[end:]) - len(strings.TrimLeft(text[end:], " \t"))
	switch {
	case d == ratio && number == "" && (strings.HasPrefix(name, "-") || strings.HasPrefix(name, "+")):
		return v, 0, "is " + d.wants() + ", without a sign: 5% less is 95%, 5% more is 105%"
	case number == "" && strings.HasPrefix(name, "-") || strings.HasPrefix(name, "+"):
		return v, 0, "is " + d.wants() + ", without a sign"
	case number == "":
		return v, 0, "is " + d.wants()
	case strings.HasPrefix(name, ","):
		return v, at, "is " + d.wants() + ", without commas"
	case number[0] == '.' || number[end-1] == '.' || strings.Count(number, ".") > 1:
		return v, 0, "is " + d.wants() + "; " + strconv.Quote(number) + " is not a number"
	}
	u, ok := d.unit(name)
	if !ok {
		wrong = "is " + d.wants()
		if hint := d.hint(name); hint != "" {
			wrong = "is " + d.name() + ": " + strconv.Quote(clip(name)) + " could mean " + hint
		} else if name != "" {
			wrong += ", not " + strconv.Quote(clip(name))
		}
		return v, at, wrong
	}
	most, written := d.most()
	f, err := strconv.ParseFloat(number, 64)
	v = value{strconv.FormatFloat(f, 'f', -1, 64), u.name, u.family, 0}
	if err == nil {
		v.base, err = u.base(v.number)
	}
	switch {
	case d == ratio && (err != nil || !v.isRatio()):
		return value{}, 0, "is " + d.wants() + v.ratioMeant(f)
	case (d == share || d == difference) && v.base > most:
		return value{}, 0, "is " + d.wants()
	case err != nil || v.base > most:
		return value{}, 0, "can be at most " + written
	case (d == whole || d == size) && v.base != math.Trunc(v.base):
		return value{}, 0, "is " + d.name() + " and can only be a whole number"
	}
	return v, 0, ""
}

// unit returns the unit of that name. A size may be a bare number of bytes.
func (d dimension) unit(name string) (unit, bool) {
	us := d.units()
	switch {
	case d == duration && (name == "us" || name == "μs"): // the Greek letter; the unit has the micro sign
		name = "µs"
	case d == size && name == "":
		name = "B"
	}
	i := slices.IndexFunc(us, func(u unit) bool { return u.name == name })
	if i < 0 {
		return unit{}, false
	}
	return us[i], true
}

// hint returns the units that a wrong one of bytes or bits may have meant:
// MBps, mb/s and Mb/s are all said for each of them.
func (d dimension) hint(name string) string {
	if d != byteRate && d != size {
		return ""
	}
	s := strings.ToLower(name)
	for _, per := range []string{"/s", "/sec", "ps"} {
		s = strings.TrimSuffix(s, per)
	}
	for _, b := range []string{"bytes", "byte", "bits", "bit", "b"} {
		if t, ok := strings.CutSuffix(s, b); ok {
			s = t
			break
		}
	}
	i := slices.Index([]string{"k", "m", "g", "t"}, strings.TrimSuffix(s, "i"))
	if i < 0 {
		return ""
	}
	upper, lower := []string{"K", "M", "G", "T"}[i], []string{"k", "M", "G", "T"}[i]
	if d == size {
		return upper + "iB (binary) or " + lower + "B (decimal)"
	}
	return upper + "iB/s (binary), " + lower + "B/s (decimal) or " + lower + "bit/s (bits)"
}
