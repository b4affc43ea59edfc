//go:build unix

package target

import "syscall"

// ownGroup keeps the terminal's SIGINT, which goes to the foreground group,
// away from the child.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
