package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	// startTimeout bounds the wait for the other side while a process starts.
	startTimeout = 10 * time.Second
	// readyPrefix opens the one line that a supervised server prints.
	readyPrefix = "READY ftp://"
	// maxLine bounds a line of the protocol between parent and child, bytes.
	maxLine = 4096
)

// login is the first line of a supervised server's standard input, as JSON: a
// password among arguments or in the environment could be read by others.
type login struct {
	User     string `json:"user"`
	Password string `json:"password"`
	// KeyPair is the certificate of a server with TLS.
	KeyPair *KeyPair `json:"key_pair,omitempty"`
}

// Supervise runs a server for the parent process at the other end of stdin and
// stdout; it is the child's half of [Start]. It reads the login from the first
// line of stdin, in place of cfg's, prints "READY ftp://HOST:PORT/" as the one
// line on stdout, and serves until stdin ends: a parent that is killed takes
// its server along, because the kernel closes the pipe for it. It returns nil
// when stdin ended or ctx is done.
//
// One goroutine goes on reading stdin until it ends, even after ctx is done.
func Supervise(ctx context.Context, stdin io.Reader, stdout io.Writer, cfg Config) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := bufio.NewReaderSize(stdin, maxLine)

	type first struct {
		login login
		err   error
	}
	got := make(chan first, 1)
	go func() {
		l, err := readLogin(lines)
		got <- first{l, err}
		if err == nil {
			_, _ = io.Copy(io.Discard, lines)
			cancel()
		}
	}()
	late := time.NewTimer(startTimeout)
	defer late.Stop()
	select {
	case f := <-got:
		if f.err != nil {
			return fmt.Errorf("supervised server: %w", f.err)
		}
		cfg.User, cfg.Password = f.login.User, f.login.Password
		if f.login.KeyPair != nil {
			cfg.KeyPair = *f.login.KeyPair
		}
	case <-late.C:
		return fmt.Errorf("supervised server: no login on standard input within %s", startTimeout)
	case <-ctx.Done():
		return nil
	}

	s, err := New(cfg)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "%s%s/\n", readyPrefix, s.Addr()); err != nil {
		cancel()
		return errors.Join(fmt.Errorf("supervised server: send the address to the parent: %w", err), s.Serve(ctx))
	}
	return s.Serve(ctx)
}

// readLogin reads exactly one line. A login that is not whole is refused: the
// server is never more open than its parent meant it to be.
func readLogin(r *bufio.Reader) (login, error) {
	line, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF):
		return login{}, errors.New("standard input ended before the login line")
	case errors.Is(err, bufio.ErrBufferFull):
		return login{}, fmt.Errorf("the login line is longer than %d bytes", maxLine)
	case err != nil:
		return login{}, fmt.Errorf("read the login line: %w", err)
	}
	var l login
	// The error of the decoder may quote the line, and so the password.
	if json.Unmarshal(line, &l) != nil || l.User == "" || l.Password == "" {
		return login{}, errors.New(`the first line of standard input is not {"user":"…","password":"…"}`)
	}
	return l, nil
}
