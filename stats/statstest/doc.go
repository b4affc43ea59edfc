// Package statstest makes samples of operations for tests.
package statstest
