package workers

import (
	"context"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

func loginConfig(server *scripted.Server, clock stats.Clock, mode profiles.Mode) Config {
	return Config{
		Wire:        wire.Config{Target: server.Addr(), Clock: clock, Timeouts: shortTimeouts()},
		Credentials: profiles.Credentials{User: "u", Password: "p"}, Mode: mode,
	}
}

// TestLoginIsMeasured has a server take its time over each step of a log-in.
func TestLoginIsMeasured(t *testing.T) {
	const greeting, password, feat, quit = 40 * time.Millisecond, 60 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond
	for _, mode := range []profiles.Mode{"", profiles.EPSV, profiles.Active} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := startScripted(t, clock, scripted.Script{Delays: scripted.Delays{
				Greeting: greeting, Login: password, Verbs: map[string]time.Duration{"FEAT": feat, "QUIT": quit},
			}})
			due := clock()
			sample := Login(context.Background(), loginConfig(server, clock, mode), due)
			if sample.Failure != nil {
				t.Fatal(sample.Failure)
			}
			u, m := sample.SetUp, sample.Moments
			if sum := u.Connect + u.Greeting + u.TLS + u.Login + u.Setup; m[stats.T8].Sub(m[stats.T1]) != sum {
				t.Errorf("t1 to t8 is %v, the phases add up to %v", m[stats.T8].Sub(m[stats.T1]), sum)
			}
			// The server may accept before the client knows that it is connected.
			if u.Connect+u.Greeting < greeting || u.Login < password || u.Setup < feat || u.Connect <= 0 || u.TLS != 0 {
				t.Errorf("%+v", u)
			}
			if sample.Op != stats.Login || sample.Mode != stats.NoMode || m[stats.T0] != due || sample.Bytes != 0 {
				t.Errorf("%+v", sample)
			}
			log := server.Sessions()[0]
			last := len(log.Commands) - 1
			if log.Commands[last].Line != "QUIT" {
				t.Errorf("the last command was %q", log.Commands[last].Line)
			}
			if sample.Commands != last {
				t.Errorf("%d commands, the server saw %d before QUIT", sample.Commands, last)
			}
			if off := m[stats.T8].Sub(log.Commands[last-1].Replied.Before); off < 0 || m[stats.T8] > log.Commands[last].Received {
				t.Errorf("t8 does not lie between the last reply and QUIT: %v", off)
			}
			checkRecorded(t, sample)
		})
	}
}

// TestLoginFailures names the phase in which a log-in failed.
func TestLoginFailures(t *testing.T) {
	reply := func(verb, raw string) scripted.Script {
		return scripted.Script{Replies: map[string]scripted.Reply{verb: {Raw: raw, Silent: raw == ""}}}
	}
	for name, c := range map[string]struct {
		script scripted.Script
		phase  stats.Phase
		class  stats.Class
		code   int
	}{
		"greeting": {reply(scripted.Greeting, "421 Too many.\r\n"), stats.Greeting, stats.ClassReply, 421},
		"silence":  {reply(scripted.Greeting, ""), stats.Greeting, stats.ClassTimeout, 0},
		"password": {reply("PASS", "530 No.\r\n"), stats.LoginDone, stats.ClassReply, 530},
		"type":     {reply("TYPE", "500 No.\r\n"), stats.Setup, stats.ClassReply, 500},
		"mode":     {reply("EPSV", "421 Bye.\r\n"), stats.Setup, stats.ClassReply, 421},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := startScripted(t, clock, c.script)
			sample := Login(context.Background(), loginConfig(server, clock, profiles.Passive), 0)
			f := sample.Failure
			if f == nil || f.Phase != c.phase || f.Class != c.class || f.Code != c.code {
				t.Errorf("%+v", f)
			}
			if sample.Moments[stats.T1] == 0 || sample.Moments[stats.T0] != sample.Moments[stats.T1] {
				t.Errorf("moments %v", sample.Moments)
			}
		})
	}
	t.Run("connect", func(t *testing.T) {
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{})
		server.Stop()
		if f := Login(context.Background(), loginConfig(server, clock, ""), 0).Failure; f == nil || f.Phase != stats.Connect || f.Class != stats.ClassRefused {
			t.Errorf("%+v", f)
		}
	})
}

// TestCancelledLoginIsUnfinished cuts log-ins off at different steps.
func TestCancelledLoginIsUnfinished(t *testing.T) {
	for _, verb := range []string{scripted.Greeting, "USER", "PASS", "FEAT", "TYPE"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := startScripted(t, clock, scripted.Script{Delays: scripted.Delays{Verbs: map[string]time.Duration{verb: 10 * time.Second}}})
			cfg := loginConfig(server, clock, profiles.EPRT)
			cfg.Wire.Timeouts = wire.Timeouts{}
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			if f := Login(ctx, cfg, 0).Failure; !f.Unfinished() {
				t.Errorf("%+v", f)
			}
		})
	}
}
