package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// verdictFlags say what decides, for commands that come to verdicts.
type verdictFlags struct {
	primary []string
	effect  percentFlag
}

// defaultEffect is the least change that matters, unless somebody says.
const defaultEffect = 0.03

func newVerdictFlags() verdictFlags { return verdictFlags{effect: percentFlag{share: defaultEffect}} }

func (v *verdictFlags) register(f *pflag.FlagSet) {
	f.StringSliceVar(&v.primary, "primary", nil, "primary `METRIC[,METRIC...]` that decide the verdict: goodput, operations, errors.rate, service.p99, retr.service.p50 … (default goodput,service.p99; response.p99,response.p50 for an open load)")
	f.Var(&v.effect, "threshold-effect", "smallest change that counts as faster or slower (the practical threshold), a `PERCENTAGE`")
}

// primaries returns the metrics that decide in what is planned.
func (v *verdictFlags) primaries(p *planned) ([]string, error) {
	ops, err := p.ops()
	if err != nil {
		return nil, err
	}
	primary := v.primary
	if len(primary) == 0 {
		return compare.DefaultPrimary(ops, p.Profile.Open()), nil
	}
	if err := compare.ParsePrimary(primary, ops, p.Profile.Open()); err != nil {
		return nil, fmt.Errorf("--primary: %w", err)
	}
	return primary, nil
}

// percentFlag is a share above 0% and up to most, or below 100%, written as a
// percentage.
type percentFlag struct{ share, most float64 }

// Set accepts 5%, and nothing that could be meant otherwise.
func (f *percentFlag) Set(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case err != nil || strings.Trim(strings.TrimSpace(number), "0123456789.") != "":
		return fmt.Errorf("%q: want a percentage such as 5%%", text)
	case !percent:
		return fmt.Errorf("%q has no unit: want a percentage such as %s%%", text, strings.TrimSpace(number))
	case f.most > 0 && !(v > 0 && v <= 100*f.most):
		return fmt.Errorf("%q: want more than 0%% and at most %.0f%%", text, 100*f.most)
	case f.most == 0 && !(v > 0 && v < 100):
		return fmt.Errorf("%q: want more than 0%% and less than 100%%", text)
	}
	f.share = v / 100
	return nil
}

// String returns the percentage, empty for none.
func (f *percentFlag) String() string {
	if f.share == 0 {
		return ""
	}
	return quantity.FormatShare(f.share)
}

// Type is the flag's type.
func (f *percentFlag) Type() string { return "percentage" }
