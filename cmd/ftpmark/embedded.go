package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/target"
	"github.com/ftpmark/ftpmark/profiles"
)

// forEmbedded refuses what only somebody else's server can have.
func forEmbedded(t profiles.TLS) error {
	switch {
	case t.CA != "" || t.ServerName != "" || t.Cert != "":
		return errors.New("--tls-ca, --tls-server-name and --tls-cert need a TARGET: the embedded target uses its own certificate")
	case t.Mode == "implicit" && t.Prot == "C":
		return errors.New("--prot C needs a TARGET, or --tls explicit: with implicit TLS the embedded target protects all data connections")
	}
	return nil
}

// startTargets starts an embedded target for the plans that have one, one for
// each kind of TLS, and points the plans at them. stop ends them.
func startTargets(ctx context.Context, plans []*plan.Plan) (stop func(), err error) {
	started := map[string]*plan.Plan{}
	var stops []func()
	stop = func() {
		for _, s := range stops {
			s()
		}
	}
	for _, plan := range plans {
		if !plan.Embedded {
			continue
		}
		kind := ""
		if plan.Profile.TLS.On() {
			kind = plan.Profile.TLS.Mode
		}
		if same := started[kind]; same != nil {
			plan.Target, plan.Credentials, plan.Authority = same.Target, same.Credentials, same.Authority
			continue
		}
		one, err := startTarget(ctx, plan)
		if err != nil {
			stop()
			return nil, err
		}
		started[kind], stops = plan, append(stops, one)
	}
	return stop, nil
}

// startTarget starts the embedded target in a process of its own and points the
// plan at it.
func startTarget(ctx context.Context, plan *plan.Plan) (stop func(), err error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start the embedded target: %w", err)
	}
	args := []string{"serve", "--supervised", "--listen", "127.0.0.1:0", "--seed", strconv.FormatUint(plan.Profile.Seed, 10)}
	var pair *target.KeyPair
	if t := plan.Profile.TLS; t.On() {
		made, err := target.NewKeyPair(time.Now())
		if err != nil {
			return nil, err
		}
		pair, plan.Authority = &made, made.Certificate
		args = append(args, "--tls", t.Mode)
	}
	process, err := target.Start(ctx, pair, exe, args...)
	if err != nil {
		return nil, err
	}
	host, port, _ := net.SplitHostPort(process.Addr.String())
	plan.Target = profiles.Target{Host: host, Port: port}.Secured(plan.Profile.TLS.Mode)
	plan.Credentials = profiles.Credentials{User: process.User, Password: process.Password}
	return func() { _ = process.Stop() }, nil
}
