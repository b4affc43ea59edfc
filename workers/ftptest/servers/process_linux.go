package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a running server: a small shell, the server under it, and its sessions.
type process struct {
	pid    int           // of the shell, which is also the id of the process group
	exited chan struct{} // closed when the shell is gone
	state  error         // why it went; read after exited is closed

	alone bool // it has a PID namespace of its own, and nothing of it outlives the shell
}

// keeper is the shell's script. Its arguments: a directory to be seen as /etc/pam.d (or
// ""), then the server's command line.
//
// It is the first process of the server's PID namespace. vsftpd's sessions leave the
// process group with setsid, and Pure-FTPd's outlive their listener; but when the first
// process of a namespace ends, the kernel kills all others in it. The servers themselves
// cannot be that first process: vsftpd dies when it reaps a child that it does not know.
//
// SIGTERM goes to the group: the server ends, and then so does the shell. The server's
// standard input is the file it writes its errors to, because vsftpd and Pure-FTPd
// complain about their configuration on descriptor 0.
const keeper = `
ulimit -n "$(ulimit -H -n)" 2>/dev/null
if [ -n "$1" ]; then
	mount --bind "$1" /etc/pam.d || exit 1
fi
shift
trap : TERM
"$@" <&2 &
while :; do
	wait $!
	status=$?
	kill -0 $! 2>/dev/null || exit $status
done`

// startProcess starts a server with all its output going to out.
func startProcess(argv, env []string, pamDir, dir string, out *os.File) (*process, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", pamDir}, argv...)...)
	cmd.Env = env
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p := &process{exited: make(chan struct{}), alone: os.Geteuid() == 0}
	if p.alone {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
		// Unshareflags, not Cloneflags: so the mounts are made private as well, and
		// none of ours shows outside.
		cmd.SysProcAttr.Unshareflags = syscall.CLONE_NEWNS
	}
	started := make(chan error)
	// The kernel sends the death signal when the *thread* that started the process
	// ends. So a goroutine keeps that thread for itself until the process is gone.
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.state = cmd.Wait()
		if p.state == nil {
			p.state = errors.New("exit status 0")
		}
		close(p.exited)
	}()
	err := <-started
	if errors.Is(err, syscall.EPERM) && p.alone {
		return nil, fmt.Errorf("%w: root here may not make namespaces (it lacks CAP_SYS_ADMIN)", err)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// stop ends the server and all its processes: SIGTERM, and SIGKILL after grace.
func (p *process) stop(grace time.Duration) {
	if grace > 0 {
		syscall.Kill(-p.pid, syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(grace):
		}
	}
	select {
	case <-p.exited:
		if p.alone {
			return // and the kernel has ended the others before it
		}
	default:
	}
	syscall.Kill(-p.pid, syscall.SIGKILL)
	<-p.exited
	// In a namespace the shell is the last to go; else the others may still be at it.
	for i := 0; !p.alone && i < 200 && len(p.members()) > 0; i++ {
		time.Sleep(10 * time.Millisecond)
	}
}

// members returns the processes of the server: all that descend from the shell (in its
// namespace orphans become its children), and all of its process group.
func (p *process) members() []int {
	type kin struct{ parent, group int }
	all := make(map[int]kin)
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue // gone since
		}
		// pid (command) state parent group …, where the command may hold anything
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(f) < 3 || f[0] == "Z" {
			continue
		}
		parent, _ := strconv.Atoi(f[1])
		group, _ := strconv.Atoi(f[2])
		all[pid] = kin{parent, group}
	}
	var mine []int
	for pid, k := range all {
		ours := pid == p.pid || k.group == p.pid
		for up, depth := k.parent, 0; !ours && up > 1 && depth < 64; depth++ {
			ours = up == p.pid
			up = all[up].parent
		}
		if ours {
			mine = append(mine, pid)
		}
	}
	slices.Sort(mine)
	return mine
}
