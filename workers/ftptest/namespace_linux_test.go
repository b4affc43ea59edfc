package ftptest

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"testing"
)

// TestNamespacesOfKilledTestsAreSwept makes what a killed test leaves.
func TestNamespacesOfKilledTestsAreSwept(t *testing.T) {
	t.Parallel()
	SkipShort(t, "it needs root")
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	stale, alive := namespaceName(dead.Process.Pid, "c"), namespaceName(os.Getpid(), "c")
	for _, name := range []string{stale, alive} {
		if out, err := exec.Command("ip", "netns", "add", name).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		defer exec.Command("ip", "netns", "delete", name).Run()
	}
	sweepNamespaces()
	if _, err := os.Stat(namespaceDir + "/" + stale); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the dead test's namespace is still there (%v)", err)
	}
	if _, err := os.Stat(namespaceDir + "/" + alive); err != nil {
		t.Errorf("the living test's namespace is gone: %v", err)
	}
}

// TestNamespaceHoldsWhatIsOpenedInIt listens in one, where nobody outside can connect.
func TestNamespaceHoldsWhatIsOpenedInIt(t *testing.T) {
	t.Parallel()
	n := NewNamespace(t, "n")
	var l net.Listener
	if err := n.Do(func() (err error) {
		l, err = net.Listen("tcp", netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 0).String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dial := func() error {
		c, err := net.Dial("tcp", l.Addr().String())
		if err == nil {
			c.Close()
		}
		return err
	}
	if err := n.Do(dial); err != nil {
		t.Errorf("inside: %v", err)
	}
	if err := dial(); err == nil {
		t.Error("the listener is seen outside of its namespace")
	}
	if got := n.Do(func() error { return fs.ErrInvalid }); !errors.Is(got, fs.ErrInvalid) {
		t.Errorf("error %v", got)
	}
}
