// Command bare is the least that an FTP download can cost in Go: sockets and a buffer, no
// statistics, no time-outs, no retries. make bench-peers measures ftpmark beside it.
//
//	bare -addr 127.0.0.1:2121 -user u -pass p -path /file -n 1000 -sessions 1 -mode epsv
//
// It exits 1 at the first thing that is not as it should be: an unexpected reply, or a download
// of another length than -size.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// job is what all sessions do together.
type job struct {
	addr, user, pass, path, mode string
	from                         net.IP // nil: any
	size                         int64
	left                         atomic.Int64 // downloads that nobody has begun
}

func main() {
	var j job
	flag.StringVar(&j.addr, "addr", "", "the server")
	flag.StringVar(&j.user, "user", "anonymous", "the user")
	flag.StringVar(&j.pass, "pass", "", "the password")
	flag.StringVar(&j.path, "path", "", "the file to download")
	flag.StringVar(&j.mode, "mode", "epsv", "epsv, pasv, eprt or port")
	flag.Int64Var(&j.size, "size", 0, "how many bytes the file has")
	flag.Func("from", "the address to connect from", func(s string) error {
		if j.from = net.ParseIP(s); j.from == nil {
			return errors.New("want an IP address")
		}
		return nil
	})
	n := flag.Int64("n", 1, "how many downloads")
	sessions := flag.Int("sessions", 1, "how many sessions share them")
	flag.Parse()
	j.left.Store(*n)

	errs := make([]error, *sessions)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = j.session() })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// session logs in and downloads until nothing is left.
func (j *job) session() error {
	var dialer net.Dialer
	if j.from != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: j.from}
	}
	conn, err := dialer.Dial("tcp", j.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	c := &control{conn: conn.(*net.TCPConn), read: bufio.NewReaderSize(conn, 512)}
	if _, err := c.reply(2); err != nil { // the greeting
		return err
	}
	if _, err := c.command(3, "USER "+j.user); err != nil {
		return err
	}
	if _, err := c.command(2, "PASS "+j.pass); err != nil {
		return err
	}
	if _, err := c.command(2, "TYPE I"); err != nil {
		return err
	}
	for j.left.Add(-1) >= 0 {
		if err := j.download(c); err != nil {
			return err
		}
	}
	_, err = c.command(2, "QUIT")
	return err
}

// download gets the file once and throws it away.
func (j *job) download(c *control) error {
	data, err := j.negotiate(c)
	if err != nil {
		return err
	}
	if _, err := c.command(1, "RETR "+j.path); err != nil {
		return err
	}
	conn, err := data()
	if err != nil {
		return err
	}
	n, err := discard(conn)
	if err := errors.Join(err, conn.Close()); err != nil {
		return err
	}
	if n != j.size {
		return fmt.Errorf("a download of %d bytes, not %d", n, j.size)
	}
	_, err = c.reply(2)
	return err
}

// negotiate agrees on a data connection. The function it returns waits for it, after the
// transfer's command.
func (j *job) negotiate(c *control) (func() (*net.TCPConn, error), error) {
	server := c.conn.RemoteAddr().(*net.TCPAddr)
	var port int
	switch j.mode {
	case "epsv":
		text, err := c.command(2, "EPSV")
		if err != nil {
			return nil, err
		}
		_, text, _ = strings.Cut(text, "|||")
		text, _, _ = strings.Cut(text, "|")
		if port, err = strconv.Atoi(text); err != nil {
			return nil, err
		}
	case "pasv":
		text, err := c.command(2, "PASV")
		if err != nil {
			return nil, err
		}
		_, text, _ = strings.Cut(text, "(")
		text, _, _ = strings.Cut(text, ")")
		f := strings.Split(text, ",")
		if len(f) != 6 {
			return nil, fmt.Errorf("PASV's reply: %q", text)
		}
		high, err := strconv.Atoi(f[4])
		low, err2 := strconv.Atoi(f[5])
		if err := errors.Join(err, err2); err != nil {
			return nil, err
		}
		port = high<<8 | low
	default:
		return j.listen(c)
	}
	conn, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: server.IP, Port: port})
	return func() (*net.TCPConn, error) { return conn, err }, err
}

// listen is negotiate in active mode.
func (j *job) listen(c *control) (func() (*net.TCPConn, error), error) {
	local := c.conn.LocalAddr().(*net.TCPAddr)
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: local.IP})
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	var text string
	switch j.mode {
	case "eprt":
		text = fmt.Sprintf("EPRT |1|%s|%d|", local.IP, port)
	case "port":
		text = fmt.Sprintf("PORT %s,%d,%d", strings.ReplaceAll(local.IP.String(), ".", ","), port>>8, port&255)
	default:
		err = fmt.Errorf("no mode %q", j.mode)
	}
	if err == nil {
		_, err = c.command(2, text)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return func() (*net.TCPConn, error) {
		conn, err := l.AcceptTCP()
		return conn, errors.Join(err, l.Close())
	}, nil
}

// control is a control connection.
type control struct {
	conn *net.TCPConn
	read *bufio.Reader
}

// command sends a command and wants a reply whose code begins with class.
func (c *control) command(class byte, text string) (string, error) {
	if _, err := io.WriteString(c.conn, text+"\r\n"); err != nil {
		return "", err
	}
	return c.reply(class)
}

// reply reads a reply, of more than one line if need be, and returns its last line.
func (c *control) reply(class byte) (string, error) {
	code := ""
	for {
		line, err := c.read.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		if len(line) < 4 {
			return "", fmt.Errorf("a reply %q", line)
		}
		if code == "" {
			code = string(line[:3])
		}
		if string(line[:3]) != code || line[3] != ' ' {
			continue
		}
		if line[0] != '0'+class {
			return "", fmt.Errorf("unexpected: %s", strings.TrimSpace(string(line)))
		}
		return string(line), nil
	}
}
