package profiles

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Sizes is the distribution of the sizes of the files that a run makes:
//
//	1MiB                                    all the same
//	1KiB=70,64KiB=25,1MiB=5                 these, with weights
//	1KiB,1MiB                               these, equally often
//	uniform:4KiB-1MiB                       any of the range, equally often
//	lognormal:median=64KiB,sigma=1.5,max=16MiB
//	pareto:min=4KiB,alpha=1.2,max=1GiB
//	table:FILE.csv                          a file's rows of size,weight
//
// Sigma is the standard deviation of the natural logarithm of the log-normal
// sizes; those above max are clamped to it, and none is below 1 byte. Without
// max it is median·e^(4·sigma), at most 1TiB. The Pareto distribution is the
// bounded one, which has no size above max and so clamps nothing.
//
// The zero value has no sizes. Values do not change once parsed.
type Sizes struct {
	kind sizeKind
	// low and high are the least and the largest size.
	low, high Size
	median    Size    // log-normal
	shape     float64 // sigma or alpha
	list      []weightedSize
	mean      float64
	table     string // the file's name as given; list is empty until it is read
}

type sizeKind uint8

const (
	sizesNone sizeKind = iota
	sizesFixed
	sizesList
	sizesUniform
	sizesLogNormal
	sizesPareto
	sizesTable
)

// weightedSize is a size with its weight and the share of it and all smaller
// ones.
type weightedSize struct {
	size   Size
	weight float64
	upTo   float64
}

// The bounds of distributions.
const (
	maxFileSize = Size(1 << 50)
	maxLogSize  = Size(1 << 40)
	maxSigma    = 10
	maxAlpha    = 100
)

const wantSizes = "want a size such as 1MiB, sizes with weights such as 1KiB=70,1MiB=30, or uniform:, lognormal:, pareto: or table:"

// FixedSize returns the sizes that are all the same.
func FixedSize(n Size) Sizes {
	return Sizes{kind: sizesFixed, low: n, high: n, mean: float64(n)}
}

// ParseSizes reads a distribution of sizes. That of a table is without sizes
// until [Sizes.Load].
func ParseSizes(s string) (Sizes, error) {
	kind, text, named := strings.Cut(strings.TrimSpace(s), ":")
	if !named {
		return parseSizeList(s)
	}
	switch strings.TrimSpace(kind) {
	case "uniform":
		return parseUniform(s, text)
	case "lognormal":
		return parseLogNormal(s, text)
	case "pareto":
		return parsePareto(s, text)
	case "table":
		if text = strings.TrimSpace(text); text == "" || strings.ContainsAny(text, "\r\n\x00") {
			return Sizes{}, fmt.Errorf("sizes %q: want the name of a file, such as table:sizes.csv", s)
		}
		return Sizes{kind: sizesTable, table: text}, nil
	}
	return Sizes{}, fmt.Errorf("sizes %q: unknown distribution %q: %s", s, strings.TrimSpace(kind), wantSizes)
}

// parseFileSize is ParseSize with the bound of files.
func parseFileSize(s string) (Size, error) {
	n, err := ParseSize(s)
	if err == nil && n > maxFileSize {
		err = fmt.Errorf("size %q is out of range: want at most %s", s, maxFileSize)
	}
	return n, err
}

func parseSizeList(s string) (Sizes, error) {
	if !strings.ContainsAny(s, "=,") {
		n, err := parseFileSize(s)
		if err != nil {
			return Sizes{}, err
		}
		return FixedSize(n), nil
	}
	var list []weightedSize
	weights := 0
	for part := range strings.SplitSeq(s, ",") {
		text, weight, weighted := strings.Cut(part, "=")
		n, err := parseFileSize(strings.TrimSpace(text))
		if err != nil {
			return Sizes{}, err
		}
		w := weightedSize{size: n, weight: 1}
		if weighted {
			weights++
			var ok bool
			if w.weight, ok = parseWeight(strings.TrimSpace(weight)); !ok {
				return Sizes{}, fmt.Errorf("size %q: bad weight %q: want a number above 0 and at most 1000000000, such as 1KiB=70,1MiB=30", strings.TrimSpace(part), strings.TrimSpace(weight))
			}
		}
		if slices.ContainsFunc(list, func(o weightedSize) bool { return o.size == n }) {
			return Sizes{}, fmt.Errorf("size %q is listed twice: want each once, with its total weight", strings.TrimSpace(text))
		}
		list = append(list, w)
	}
	if weights != 0 && weights != len(list) {
		return Sizes{}, fmt.Errorf("sizes %q: want weights for all sizes or for none, such as 1KiB=70,1MiB=30", s)
	}
	if len(list) == 1 {
		return FixedSize(list[0].size), nil
	}
	return listed(list), nil
}

// listed makes a distribution of a list of different sizes.
func listed(list []weightedSize) Sizes {
	slices.SortFunc(list, func(a, b weightedSize) int { return int(max(-1, min(1, a.size-b.size))) })
	sum, mean := 0.0, 0.0
	for _, w := range list {
		sum += w.weight
	}
	upTo := 0.0
	for i := range list {
		w := &list[i]
		upTo += w.weight
		w.upTo = upTo / sum
		mean += w.weight / sum * float64(w.size)
	}
	return Sizes{kind: sizesList, low: list[0].size, high: list[len(list)-1].size, list: list, mean: mean}
}

func parseUniform(whole, text string) (Sizes, error) {
	lo, hi, two := strings.Cut(text, "-")
	if !two {
		return Sizes{}, fmt.Errorf("sizes %q: want a range, such as uniform:4KiB-1MiB", whole)
	}
	low, err := parseFileSize(strings.TrimSpace(lo))
	if err != nil {
		return Sizes{}, err
	}
	high, err := parseFileSize(strings.TrimSpace(hi))
	if err != nil {
		return Sizes{}, err
	}
	if low >= high {
		return Sizes{}, fmt.Errorf("sizes %q: want the smaller size first, such as uniform:4KiB-1MiB", whole)
	}
	return Sizes{kind: sizesUniform, low: low, high: high, mean: float64(low) + float64(high-low)/2}, nil
}

// parameters reads NAME=VALUE pairs, each name at most once.
func parameters(whole, text, want string, names ...string) (map[string]string, error) {
	got := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("sizes %q: unknown parameter %q: want %s", whole, name, want)
		}
		if _, twice := got[name]; twice {
			return nil, fmt.Errorf("sizes %q: %s is given twice: want %s", whole, name, want)
		}
		got[name] = strings.TrimSpace(value)
	}
	return got, nil
}

func parseLogNormal(whole, text string) (Sizes, error) {
	const want = "lognormal:median=64KiB,sigma=1.5 or lognormal:median=64KiB,sigma=1.5,max=16MiB"
	given, err := parameters(whole, text, want, "median", "sigma", "max")
	if err != nil {
		return Sizes{}, err
	}
	s := Sizes{kind: sizesLogNormal}
	if s.median, err = parseFileSize(given["median"]); err != nil || s.median < 1 {
		return Sizes{}, fmt.Errorf("sizes %q: bad median %q: want a size above 0, as in %s", whole, given["median"], want)
	}
	var ok bool
	if s.shape, ok = quantity.ParseNumber(given["sigma"]); !ok || s.shape <= 0 || s.shape > maxSigma {
		return Sizes{}, fmt.Errorf("sizes %q: bad sigma %q: want a number above 0 and at most %d, as in %s", whole, given["sigma"], maxSigma, want)
	}
	s.high = s.defaultMax()
	if limit, bounded := given["max"]; bounded {
		if s.high, err = parseFileSize(limit); err != nil {
			return Sizes{}, err
		}
	}
	if s.high < s.median {
		return Sizes{}, fmt.Errorf("sizes %q: max %s is below the median: want %s", whole, s.high, want)
	}
	s.low = s.At(0)
	s.mean = s.meanOf(s.logNormalAbove, s.logNormalUpTo)
	return s, nil
}

// defaultMax is median·e^(4·sigma), above which about one size of 30,000 lies,
// but at most 1 TiB.
func (s Sizes) defaultMax() Size {
	return max(s.median, Size(math.Round(min(float64(s.median)*math.Exp(4*s.shape), float64(maxLogSize)))))
}

func parsePareto(whole, text string) (Sizes, error) {
	const want = "pareto:min=4KiB,alpha=1.2,max=1GiB"
	given, err := parameters(whole, text, want, "min", "alpha", "max")
	if err != nil {
		return Sizes{}, err
	}
	s := Sizes{kind: sizesPareto}
	if s.low, err = parseFileSize(given["min"]); err != nil || s.low < 1 {
		return Sizes{}, fmt.Errorf("sizes %q: bad min %q: want a size above 0, as in %s", whole, given["min"], want)
	}
	var ok bool
	if s.shape, ok = quantity.ParseNumber(given["alpha"]); !ok || s.shape <= 0 || s.shape > maxAlpha {
		return Sizes{}, fmt.Errorf("sizes %q: bad alpha %q: want a number above 0 and at most %d, as in %s", whole, given["alpha"], maxAlpha, want)
	}
	if s.high, err = parseFileSize(given["max"]); err != nil || s.high <= s.low {
		return Sizes{}, fmt.Errorf("sizes %q: bad max %q: want a size above min, as in %s", whole, given["max"], want)
	}
	s.mean = s.meanOf(s.paretoAbove, s.paretoUpTo)
	return s, nil
}

// IsZero reports whether there are no sizes, which goes with an existing file.
func (s Sizes) IsZero() bool { return s.kind == sizesNone }

// Fixed returns the one size that all files have; false where they differ.
func (s Sizes) Fixed() (Size, bool) { return s.low, s.kind == sizesFixed }

// Mean returns the mean size in bytes.
func (s Sizes) Mean() float64 { return s.mean }

// Most returns the largest size that can be drawn.
func (s Sizes) Most() Size { return s.high }

// At returns the size below or at which a fraction u of all sizes lies, u in
// [0,1): the inverse of the distribution function.
func (s Sizes) At(u float64) Size {
	switch s.kind {
	case sizesList, sizesTable:
		i, _ := slices.BinarySearchFunc(s.list, u, func(w weightedSize, u float64) int {
			if w.upTo <= u {
				return -1
			}
			return 1
		})
		if i >= len(s.list) { // the sum of shares may be rounded to below 1
			return s.high
		}
		return s.list[i].size
	case sizesUniform:
		return min(s.high, s.low+Size(u*float64(s.high-s.low+1)))
	case sizesLogNormal:
		// math.Erfinv has no argument for the tails' last bits: -Inf and +Inf
		// are clamped like everything else.
		x := float64(s.median) * math.Exp(s.shape*math.Sqrt2*math.Erfinv(2*u-1))
		return Size(math.Round(max(1, min(x, float64(s.high)))))
	case sizesPareto:
		l, h := float64(s.low), float64(s.high)
		x := l * math.Pow(1-u*(1-math.Pow(l/h, s.shape)), -1/s.shape)
		return Size(math.Round(max(l, min(x, h))))
	}
	return s.low
}

// String returns the text form, nothing for the zero value.
func (s Sizes) String() string {
	switch s.kind {
	case sizesFixed:
		return s.low.String()
	case sizesList:
		return listText(s.list)
	case sizesUniform:
		return fmt.Sprintf("uniform:%s-%s", s.low, s.high)
	case sizesLogNormal:
		text := fmt.Sprintf("lognormal:median=%s,sigma=%s", s.median, quantity.FormatNumber(s.shape))
		if s.high != s.defaultMax() {
			text += ",max=" + s.high.String()
		}
		return text
	case sizesPareto:
		return fmt.Sprintf("pareto:min=%s,alpha=%s,max=%s", s.low, quantity.FormatNumber(s.shape), s.high)
	case sizesTable:
		return "table:" + s.table
	}
	return ""
}

func listText(list []weightedSize) string {
	even := !slices.ContainsFunc(list, func(w weightedSize) bool { return w.weight != 1 })
	parts := make([]string, len(list))
	for i, w := range list {
		parts[i] = w.size.String()
		if !even {
			parts[i] += "=" + quantity.FormatNumber(w.weight)
		}
	}
	return strings.Join(parts, ",")
}

// Set and Type make Sizes a flag value.
func (s *Sizes) Set(text string) (err error) { *s, err = ParseSizes(text); return err }

// Type is the flag's type as help shows it.
func (s *Sizes) Type() string { return "sizes" }

// MarshalText makes Sizes their text in JSON. That of a table which has been
// read are its sizes with their weights, so that the text needs no file.
func (s Sizes) MarshalText() ([]byte, error) {
	if s.kind == sizesTable && len(s.list) > 0 {
		return []byte(listText(s.list)), nil
	}
	return []byte(s.String()), nil
}

// UnmarshalText accepts what [ParseSizes] accepts.
func (s *Sizes) UnmarshalText(b []byte) error { return s.Set(string(b)) }
