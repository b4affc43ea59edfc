package loadgen

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// TestForecast: a range of one level is a step and its confirmation; a wider one takes at
// least as many, and each step its time.
func TestForecast(t *testing.T) {
	const second = time.Second
	c := CapacitySearch{Base: &plan.Plan{}, Floor: second, Cap: 4 * second,
		Plan: resultfile.CapacityPlan{Vary: resultfile.VarySessions, From: 1, Most: 1, Precision: 0.05}}
	c.Base.Profile.Warmup = profiles.Duration(second)
	one, err := c.Forecast()
	if err != nil || one.FewestSteps != 2 || one.MostSteps < 2 || one.Least != 4*second {
		t.Errorf("%+v, %v", one, err)
	}
	c.Plan.Most = 1000
	wide, err := c.Forecast()
	if err != nil || wide.FewestSteps < 2 || wide.MostSteps < 14 || wide.MostSteps > 40 || wide.Most <= wide.Least || wide.Most < time.Duration(wide.MostSteps)*second {
		t.Errorf("%+v, %v", wide, err)
	}
}
