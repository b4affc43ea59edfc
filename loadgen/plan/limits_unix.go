//go:build unix

package plan

import "syscall"

// descriptorLimit returns how many descriptors this process may have, 0 if that
// is not known. The runtime has already raised the soft limit to the hard one.
func descriptorLimit() int {
	var r syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r) != nil || r.Max > 1<<30 {
		return 0
	}
	if r.Cur < r.Max {
		r.Cur = r.Max
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &r) != nil {
			_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r)
		}
	}
	return int(r.Cur)
}
