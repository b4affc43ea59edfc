package loadgen

import (
	"fmt"

	"github.com/ftpmark/ftpmark/loadgen/rig"
)

// remarks are what a report is to say. The trials of a variant often say the
// same: the first one's words stand for all.
type remarks []remark

type remark struct {
	of   string // the variant and what kind of remark it is, empty for one by itself
	text string
	more int // trials that had as much to say
}

func (r *remarks) add(of, text string) {
	for i := range *r {
		if x := &(*r)[i]; of != "" && x.of == of {
			x.more++
			return
		}
	}
	*r = append(*r, remark{of: of, text: text})
}

func (r remarks) texts() (texts []string) {
	for _, x := range r {
		if x.more == 1 {
			x.text += " (similar in another trial)"
		} else if x.more > 1 {
			x.text += fmt.Sprintf(" (similar in %d more trials)", x.more)
		}
		texts = append(texts, x.text)
	}
	return texts
}

// say keeps a trial's remarks, under its name.
func (r *run) say(where *remarks, t *trialOutput, said []rig.Remark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := t.variant
	if r.severalTrials() {
		name = fmt.Sprintf("%s, trial %d", t.variant, t.order.Trial)
	}
	for _, x := range said {
		where.add(t.variant+": "+x.Kind, name+": "+x.Text)
	}
}
