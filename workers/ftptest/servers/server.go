package servers

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// Server is a real FTP server, started for one test on a loopback address. Its methods may
// be called from any goroutine.
type Server struct {
	Kind    Kind
	Addr    netip.AddrPort
	User    string
	Pass    string
	DataDir string // what the session sees as its home, on this machine's disk
	TLS     TLSMode
	CACert  string // path of a PEM file to trust; "" without TLS

	opts    Options
	account account
	dir     *runDir
	cert    *certificate
	recipe  recipe

	mu      sync.Mutex
	process *process // nil when not running
	pid     int      // the listener's
	stopped bool
	final   transferRecord // as it was at Stop
}

// recipe is how one kind is started: what the file of that kind makes of the options.
type recipe struct {
	argv     []string
	env      []string
	pamDir   string                                         // to be seen as /etc/pam.d; "" for the system's own
	readLog  func(path, dataDir string) ([]Transfer, error) // nil where the server keeps none
	transfer string                                         // path of the log that readLog reads
}

// recipes has the function that makes each kind's recipe. It writes the configuration.
func recipes(kind Kind) func(*Server) (recipe, error) {
	switch kind {
	case Vsftpd:
		return vsftpdRecipe
	case ProFTPD:
		return proftpdRecipe
	case PureFTPd:
		return pureftpdRecipe
	case Pyftpdlib:
		return pyftpdlibRecipe
	default:
		return otherRecipes(kind)
	}
}

// Start starts a server, waits until it greets, and stops it when the test ends. If it
// cannot, the test fails, and says so with the server's own words: a test that wants a
// real server is never skipped for want of one ([ftptest.SkipShort] is asked before).
//
// vsftpd and Pure-FTPd need root. For root every server has its own PID namespace, so that
// nothing of it outlives the test's process, even a killed one's.
func Start(tb testing.TB, kind Kind, o Options) *Server {
	tb.Helper()
	ftptest.SkipShort(tb, "it needs "+string(kind))
	s, err := start(kind, o)
	if err != nil {
		tb.Fatalf("cannot start %s: %v", kind, err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("%s on %s said:\n%s", s.Kind, s.Addr, s.said())
		}
		s.Stop()
	})
	return s
}

// start is Start without a test.
func start(kind Kind, o Options) (*Server, error) {
	o, err := o.withDefaults(kind)
	if err != nil {
		return nil, err
	}
	if !o.Addr.IsValid() {
		o.Addr = FreshAddr()
	}
	// Between our look at a port and the server's bind another process may take it, on
	// ::1 at least, which all share. Then, and only then, try another one.
	for try := 1; ; try++ {
		s, err := startOnFreePort(kind, o)
		if err == nil || try == 3 || s == nil || bindable(s.Addr) == nil {
			return s, err
		}
	}
}

// startOnFreePort picks a port and starts the server there. After an error the server
// is nil unless its port was known by then; it holds nothing any more.
func startOnFreePort(kind Kind, o Options) (_ *Server, err error) {
	s := &Server{Kind: kind, User: loginUser, Pass: loginPass, TLS: o.TLS, opts: o}
	if s.account, err = sessionAccount(); err != nil {
		return nil, err
	}
	port, err := freePort(o.Addr, o.PassivePorts)
	if err != nil {
		return nil, err
	}
	s.Addr = netip.AddrPortFrom(o.Addr, port)
	if s.dir, err = newRunDir(); err != nil {
		return nil, err
	}
	if err = s.prepare(); err == nil {
		err = s.launch()
	}
	if err != nil {
		return s, errors.Join(err, s.dir.remove())
	}
	return s, nil
}

// file returns the path of a file in the run directory.
func (s *Server) file(name string) string { return filepath.Join(s.dir.path, name) }

// prepare fills the run directory.
func (s *Server) prepare() (err error) {
	s.DataDir = s.file("data")
	if err := os.Mkdir(s.DataDir, 0o755); err != nil {
		return err
	}
	if err := os.Chown(s.DataDir, s.account.uid, s.account.gid); err != nil {
		return err
	}
	extra := make([]string, len(s.opts.Extra))
	for i, setting := range s.opts.Extra {
		extra[i] = strings.ReplaceAll(setting, "{data}", s.DataDir)
	}
	s.opts.Extra = extra
	if s.TLS != Off {
		if s.cert, err = newCertificate(s.dir.path, s.Addr.Addr()); err != nil {
			return err
		}
		s.CACert = s.cert.cert
	}
	s.recipe, err = recipes(s.Kind)(s)
	return err
}

// launch starts the process and waits until it is ready. On error nothing runs.
func (s *Server) launch() error {
	conf, err := writeOpenSSLConf(s.dir.path, s.opts)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(s.file("output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	env := append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", "OPENSSL_CONF=" + conf}, s.recipe.env...)
	p, err := startProcess(s.recipe.argv, env, s.recipe.pamDir, s.dir.path, out)
	if err != nil {
		return err
	}
	pid, err := s.awaitReady(p)
	if err != nil {
		p.stop(0)
		return fmt.Errorf("%w\n%s", err, s.said())
	}
	s.process, s.pid = p, pid
	return nil
}

// said returns the end of what the server wrote to its output and its logs.
func (s *Server) said() string {
	var text string
	for _, name := range []string{"output", "server.log", "tls.log"} {
		b, err := os.ReadFile(s.file(name))
		if err != nil || len(b) == 0 {
			continue
		}
		if most := 4000; len(b) > most {
			b = append([]byte("[…] "), b[len(b)-most:]...)
		}
		text += fmt.Sprintf("-- %s --\n%s\n", name, b)
	}
	if text == "" {
		return "(nothing)"
	}
	return text
}

// URL returns ftp://user:password@address:port/, or ftps:// when TLS is implicit.
func (s *Server) URL() string {
	u := url.URL{Scheme: "ftp", User: url.UserPassword(s.User, s.Pass), Host: s.Addr.String(), Path: "/"}
	if s.TLS == Implicit {
		u.Scheme = "ftps"
	}
	return u.String()
}

// PID returns the process id of the server's listener; its sessions may be other
// processes, see [Server.Processes]. It is 0 while the server is not running.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return 0
	}
	return s.pid
}

// Processes returns the ids of all processes that now belong to the server, in rising
// order: the one that keeps them together, the listener, and the sessions'.
func (s *Server) Processes() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	return s.process.members()
}

// WriteFile puts a file into the data directory, owned like one that a session uploaded.
// The name is relative to DataDir; its directories must be there.
func (s *Server) WriteFile(name string, content []byte) error {
	path := filepath.Join(s.DataDir, filepath.FromSlash(name))
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return err
	}
	return os.Chown(path, s.account.uid, s.account.gid)
}

// Stop ends the server with all its sessions and removes its files. What Transfers knew
// by then it still knows. Stopping twice is fine.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return
	}
	s.end(2 * time.Second)
	s.final.transfers, s.final.err = s.readTransfers()
	s.stopped = true
	s.dir.remove()
}

// Kill ends the server with all its sessions at once, as a crash would. Its files stay,
// and Restart brings it back.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(0)
}

// Restart stops the server if it runs, leaves it stopped for the time of down, and starts
// it again on the same port with the same files. The transfer log goes on.
func (s *Server) Restart(down time.Duration) error {
	s.mu.Lock()
	s.end(2 * time.Second)
	s.mu.Unlock()
	time.Sleep(down)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return errors.New("the server was stopped for good")
	}
	if s.process != nil {
		return errors.New("the server was restarted twice at a time")
	}
	return s.launch()
}

// end stops the process, with grace for it to do so by itself. The caller holds mu.
func (s *Server) end(grace time.Duration) {
	if s.process != nil {
		s.process.stop(grace)
		s.process, s.pid = nil, 0
	}
}
