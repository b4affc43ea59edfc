// Package serverwatch watches the processes of a server that runs on the same
// machine, so that a capacity comes with its cost: processor time, memory,
// processes and descriptors.
//
// # Which processes
//
// The process that was named, its descendants, and those that share its
// process group: FTP servers fork one or two processes a session, and a child
// whose parent has ended belongs to nobody but its group. If the process leads
// a session, as a daemon does, all of that session belong to it. What has
// belonged once does so until it ends, whatever becomes of its parent or its
// group. A group or a session that the load generator is in itself, as when one
// script started both, does not count; the load generator and what only it
// leads to never do.
//
// # Processor time
//
// It is the sum of what each process used while the window was open, read at
// its begin and end, and in between for those that end before. What a process
// used between the last sample and its end, and all of one that came and went
// between two samples, is known from its parent if that waited for it, as
// servers do: on Linux, to 20 ms (cutime and cstime of /proc/PID/stat). If
// nobody of the watched waited for it (a child that lost its parent, a parent
// that ignores SIGCHLD) it is lost, and the sum is that much too small. Nothing
// counts twice: what the parents were credited with counts only beyond what has
// been seen of the children that are gone.
//
// # What it costs
//
// A sample reads every process of the machine, and more of the server's: on a
// virtual machine of 2026 10 µs and 26 µs each, so that 2,000 sessions' processes
// take 60 ms. There are four samples a second as long as they take less than 2%
// of one processor, and fewer above that. The time of processes and of those that
// ended does not depend on how many there are; the maxima are what was seen.
// Memory is the resident set and not the proportional one (smaps_rollup), which
// takes twice as long as all the rest of a process and keeps it from mapping
// memory meanwhile.
//
// # Sources
//
// github.com/shirou/gopsutil lists the processes, and reads their memory and,
// where the kernel does not count them, their descriptors. On Linux the rest is
// read directly: gopsutil has neither process groups nor the time of ended
// children, reads /proc/PID/stat once for each thing asked (three times as
// dear), and its processor times are whole ticks of 10 ms for each of user and
// system, which is nothing at all for a process that serves one short session:
// the process's own clock has nanoseconds. Elsewhere everything is gopsutil's;
// what a platform does not tell is 0, for not known: descriptors on Windows, and
// whatever of another user's processes needs more rights.
package serverwatch
