package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/ftpmark/ftpmark/stats/report"
)

// noPageOnScreen refuses to write a page to a terminal; instead says what to do.
func noPageOnScreen(f report.Format, w io.Writer, instead string) error {
	if f == report.HTML && screen(w) {
		return usageError(fmt.Errorf("--format html is a page for a browser, not for a terminal: %s", instead))
	}
	return nil
}

// checkPage says beforehand why the page of a run could not be written, if so:
// after an hour it is too late to hear it. result is where the result file goes,
// empty for a name that is made up.
func checkPage(name, result string) error {
	switch {
	case name == "":
		return nil
	case name == "-":
		return errors.New("--html -: want a file name; for stdout use --format html")
	case result != "" && samePath(name, result):
		return fmt.Errorf("--html %s is also the result file: choose another name", name)
	}
	if err := checkOut(name); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}

// samePath reports whether two names are of one file, whether or not it is
// there yet.
func samePath(a, b string) bool {
	x, err := filepath.Abs(a)
	y, errToo := filepath.Abs(b)
	return err == nil && errToo == nil && x == y
}

// writePage writes the page of a run and tells where it is. It returns what
// kept it from being written, which has been told too: the result is safe in its
// file, from which the page can be made again.
func writePage(name string, reports []*report.Report, talk io.Writer) error {
	if name == "" {
		return nil
	}
	err := writeOut(name, func(w io.Writer) error { return writeReports(w, reports, report.HTML, "") })
	if err == nil {
		fmt.Fprintf(talk, "page: %s\n", name)
		return nil
	}
	again := fmt.Sprintf("create it from the result file: ftpmark report %s --format html -o FILE", reports[0].Name)
	if reports[0].Diff != nil {
		again = "create it from the two result files: ftpmark diff --html FILE"
	}
	fmt.Fprintln(talk, "ftpmark: "+oneLine(fmt.Sprintf("the page was not written: %v: %s", err, again)))
	return &exitError{code: exitFailed}
}
