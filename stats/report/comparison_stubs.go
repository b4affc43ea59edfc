package report

import "github.com/ftpmark/ftpmark/stats/compare"

func comparisonText(*compare.Comparison, Options) []byte { return []byte("comparison\n") }

func comparisonMarkdown(*compare.Comparison) []byte { return []byte("comparison\n") }

func comparisonCSV(*compare.Comparison) []byte { return []byte("comparison\n") }

func diffText(*compare.Diff, Options) []byte { return []byte("diff\n") }

func diffMarkdown(*compare.Diff) []byte { return []byte("diff\n") }

func diffCSV(*compare.Diff) []byte { return []byte("diff\n") }
