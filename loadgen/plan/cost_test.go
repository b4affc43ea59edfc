package plan

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
)

// costOf returns the cost of a changed default.
func costOf(t *testing.T, change func(*profiles.Profile)) (Cost, error) {
	t.Helper()
	p := profiles.Default()
	change(&p)
	plan := &Plan{Profile: p}
	return plan.Cost(), plan.CheckLimits()
}

// parsedMix returns a mix of operations.
func parsedMix(t *testing.T, text string) (m profiles.Mix) {
	t.Helper()
	if err := m.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCost(t *testing.T) {
	c, err := costOf(t, func(p *profiles.Profile) {
		p.Op, p.Files = parsedMix(t, "retr=50,stor=30,noop=20"), 10
		p.Rate, p.Duration, p.Sessions, p.MaxSessions = 100, profiles.Duration(20*time.Second), 4, 40
		_ = p.Size.UnmarshalText([]byte("100KiB"))
	})
	if err != nil {
		t.Fatal(err)
	}
	const size = 100 << 10
	want := Cost{
		Length: 20 * time.Second, Sessions: 40, Start: 4, OperationsPerSecond: 100, Operations: 2000,
		TransferShare: 0.8, Files: 10, PreparedBytes: 10 * size, MeanBytes: size, MovedBytes: 1600 * size,
		Descriptors: 40*3 + spareDescriptors, ActivePorts: 40, PassivePorts: 40, EphemeralPorts: 40,
	}
	if c.Length != want.Length || c.Sessions != want.Sessions || c.Start != want.Start ||
		c.OperationsPerSecond != want.OperationsPerSecond || math.Abs(c.Operations-want.Operations) > 1e-6 ||
		math.Abs(c.TransferShare-want.TransferShare) > 1e-9 || c.Files != want.Files || c.PreparedBytes != want.PreparedBytes ||
		c.MeanBytes != want.MeanBytes || math.Abs(c.MovedBytes-want.MovedBytes) > 1 ||
		c.Descriptors != want.Descriptors || c.ActivePorts != want.ActivePorts || c.PassivePorts != want.PassivePorts ||
		c.EphemeralPorts != want.EphemeralPorts || strings.Join(c.Variants, " ") != "passive active" {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// TestCostUnknown has nothing but the target's speed to bound it.
func TestCostUnknown(t *testing.T) {
	c, err := costOf(t, func(*profiles.Profile) {})
	if err != nil || !math.IsInf(c.OperationsPerSecond, 1) || !math.IsNaN(c.Operations) || !math.IsNaN(c.MovedBytes) {
		t.Errorf("%+v, %v", c, err)
	}
	c, _ = costOf(t, func(p *profiles.Profile) { p.Operations, p.Duration = 500, 0 })
	if c.Operations != 500 || c.MovedBytes != 500<<20 {
		t.Errorf("%v operations, %v bytes", c.Operations, c.MovedBytes)
	}
	c, _ = costOf(t, func(p *profiles.Profile) { p.Bandwidth.All = 1 << 20 })
	if c.MovedBytes != 10<<20 {
		t.Errorf("%v bytes under a limit", c.MovedBytes)
	}
}

// TestCostOfStart is about the time that a paced start takes, and about sessions
// that never have a data connection.
func TestCostOfStart(t *testing.T) {
	c, _ := costOf(t, func(p *profiles.Profile) { p.Sessions, p.ConnectRate = 1001, 50 })
	if c.StartTime != 20*time.Second {
		t.Errorf("1,001 sessions at 50/s take %s, want 20s", c.StartTime)
	}
	if c, _ = costOf(t, func(p *profiles.Profile) { p.Sessions = 1000 }); c.StartTime != 0 {
		t.Errorf("%s without a rate", c.StartTime)
	}
	for op, each := range map[string]int{"noop": 1, "size": 1, "noop=1,login=1": 1, "noop=9,retr=1": 3, "dele": 2} {
		c, _ := costOf(t, func(p *profiles.Profile) {
			p.Sessions, p.Op, p.Mode = 100, parsedMix(t, op), profiles.Modes{profiles.EPRT}
		})
		if c.Descriptors != 100*each+spareDescriptors {
			t.Errorf("%s: %d descriptors for 100 sessions, want %d each", op, c.Descriptors, each)
		}
	}
}

// TestStagesCost takes the peak of the sessions and the sum of the arrivals.
func TestStagesCost(t *testing.T) {
	c, _ := costOf(t, func(p *profiles.Profile) {
		p.Duration, p.Sessions = 0, 0
		if err := p.Stages.Set("10s:2,10s:2..40"); err != nil {
			t.Fatal(err)
		}
	})
	if c.Sessions != 40 || c.Start != 2 || c.Length != 20*time.Second {
		t.Errorf("%+v", c)
	}
	c, _ = costOf(t, func(p *profiles.Profile) {
		p.Duration = 0
		if err := p.Stages.Set("10s:20/s,10s:20/s..40/s"); err != nil {
			t.Fatal(err)
		}
	})
	if math.Abs(c.Operations-500) > 1e-6 || c.OperationsPerSecond != 40 {
		t.Errorf("%v operations at up to %v/s", c.Operations, c.OperationsPerSecond)
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*profiles.Profile){
		"--active-ports 40000-40003": func(p *profiles.Profile) { p.ActivePorts = profiles.PortRange{Low: 40000, High: 40003} },
		"--passive-ports":            func(p *profiles.Profile) { p.PassivePorts.Count = 7 },
		"descriptors":                func(p *profiles.Profile) { p.Sessions = 1 << 24 },
	} {
		_, err := costOf(t, change)
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	// Enough for what is asked, or not used at all.
	for name, change := range map[string]func(*profiles.Profile){
		"more sources": func(p *profiles.Profile) {
			p.ActivePorts, p.Source = profiles.PortRange{Low: 40000, High: 40003}, []string{"127.0.0.2", "127.0.0.3"}
		},
		"passive only": func(p *profiles.Profile) {
			p.ActivePorts, p.Mode = profiles.PortRange{Low: 40000, High: 40003}, profiles.Modes{profiles.EPSV}
		},
		"active only":     func(p *profiles.Profile) { p.PassivePorts.Count, p.Mode = 1, profiles.Modes{profiles.PORT} },
		"no data at all":  func(p *profiles.Profile) { p.PassivePorts.Count, p.Op = 1, parsedMix(t, "noop") },
		"just enough":     func(p *profiles.Profile) { p.PassivePorts.Count = 8 },
		"only the logins": func(p *profiles.Profile) { p.PassivePorts.Count, p.Op = 1, parsedMix(t, "login") },
	} {
		if _, err := costOf(t, change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
