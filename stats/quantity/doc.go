// Package quantity writes and reads sizes, rates, durations, shares and counts,
// and makes text from elsewhere fit to stand beside them.
//
// There are two forms of each. The exact form is what profiles and flags hold:
// it is read back as the value that it was written from (1536KiB, 90/m). The
// form for readers has three significant digits, a comma between thousands and
// the unit that reads best (1.50 MiB, 12,346).
package quantity
