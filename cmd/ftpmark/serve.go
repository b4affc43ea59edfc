package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen/target"
	"github.com/ftpmark/ftpmark/profiles"
)

func newServe(s streams) *cobra.Command {
	var listen, user, passwordFile string
	var ports profiles.PortRange
	var seed uint64
	var supervised bool
	var security secured
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the embedded target by itself, for tests between two machines",
		Long: `Run the embedded target by itself: an FTP server that serves synthetic files from
memory and discards uploads, so that disks do not matter. All files are gone when it
ends. It refuses to listen on an address that other machines can reach unless it has a
user and a password.

The password is the first line of --password-file, or FTPMARK_PASSWORD.`,
		Example: `  ftpmark serve                        on 127.0.0.1:2121, any user may log in
  ftpmark serve --listen 127.0.0.1:0   on a free port, which it prints
  FTPMARK_PASSWORD=secret ftpmark serve --listen 192.0.2.7:2121 --user bench \
      --passive-ports 40000-40999
  ftpmark serve --tls explicit --tls-ca-out ca.pem`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg := target.Config{Listen: listen, User: user, Seed: seed, PassivePorts: [2]uint16{ports.Low, ports.High}, Security: target.Security(security.mode)}
			ctx, stop := signal.NotifyContext(c.Context(), endSignals()...)
			defer stop()
			if supervised {
				return target.Supervise(ctx, s.in, s.out, cfg)
			}
			if user != "" {
				source := profiles.CredentialSources{PasswordFile: passwordFile, Env: os.LookupEnv}
				found, err := source.Resolve(profiles.Target{User: user})
				if err != nil {
					return usageError(err)
				}
				cfg.Password = found.Password
			} else if passwordFile != "" {
				return usageError(errors.New("--password-file needs --user"))
			}
			var err error
			if cfg.KeyPair, err = security.keyPair(listen); err != nil {
				return usageError(err)
			}
			return serve(ctx, s, cfg, security)
		},
	}
	f := c.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:2121", "`ADDR:PORT` to listen on; port 0 picks a free one")
	f.StringVar(&user, "user", "", "`NAME` of the only user that may log in (default: any)")
	f.StringVar(&passwordFile, "password-file", "", "`FILE` whose first line is the password")
	f.Var(&ports, "passive-ports", "`LO-HI`, the ports for passive data connections (default: any)")
	f.Uint64Var(&seed, "seed", 1, "seed `N` of the files' content")
	f.StringVar(&security.mode, "tls", "off", "`MODE`: off, explicit or implicit")
	f.StringVar(&security.cert, "tls-cert", "", "`FILE` of the certificate (default: generated at start)")
	f.StringVar(&security.key, "tls-key", "", "`FILE` of the certificate's key")
	f.StringVar(&security.out, "tls-ca-out", "", "write the certificate generated at start to `FILE`, for --tls-ca on the client")
	f.BoolVar(&supervised, "supervised", false, "be the target of another ftpmark")
	_ = f.MarkHidden("supervised")
	return c
}

// serve runs the target until ctx ends.
func serve(ctx context.Context, s streams, cfg target.Config, security secured) error {
	server, err := target.New(cfg)
	if err != nil {
		var exposed *target.ExposedError
		var bind *net.OpError
		if errors.As(err, &exposed) {
			return usageError(fmt.Errorf("%w (--user and --password-file)", err))
		}
		if !errors.As(err, &bind) {
			return usageError(err)
		}
		return cannotListen(cfg.Listen, bind)
	}
	who := "any user may log in"
	if cfg.User != "" {
		who = "as " + cfg.User
	}
	scheme := map[string]string{"off": "ftp", "explicit": "ftpes", "implicit": "ftps"}[security.mode]
	fmt.Fprintf(s.err, "serving %s://%s/ (%s); press Ctrl-C to stop\n", scheme, server.Addr(), who)
	switch {
	case security.out != "":
		fmt.Fprintf(s.err, "on the client: --tls-ca %s (a copy of that file)\n", security.out)
	case security.mode != "off" && security.cert == "":
		fmt.Fprintln(s.err, "the certificate is generated at start: write it with --tls-ca-out FILE, and use --tls-ca FILE on the client")
	}
	return server.Serve(ctx)
}

// cannotListen says what to do about an address that cannot be had.
func cannotListen(listen string, err *net.OpError) error {
	advice := "want an address of this machine"
	if host, _, split := net.SplitHostPort(listen); split == nil && errors.Is(err, syscall.EADDRINUSE) {
		advice = "use a free port: --listen " + net.JoinHostPort(host, "0")
	} else if errors.Is(err, fs.ErrPermission) {
		advice = "use a port from 1024 up"
	}
	return fmt.Errorf("--listen %s: %w: %s", listen, err.Err, advice)
}
