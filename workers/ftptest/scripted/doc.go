// Package scripted is an FTP server for tests that does what a [Script] says, however wrong,
// and notes on the test's clock what it did when: the truth that measurements are held against.
// [Start] starts one in the test's own process.
package scripted
