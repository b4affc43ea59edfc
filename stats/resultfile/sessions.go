package resultfile

// Sessions counts log-ins: in an interval, or in the whole run.
type Sessions struct {
	Opened  int64           `json:"opened"`
	Failed  int64           `json:"failed"`
	Latency PhaseHistograms `json:"latency_ns"`
	// Errors holds the failures by variant.
	Errors []SessionErrors `json:"errors,omitempty"`
}

// SessionErrors counts one variant's failed log-ins.
type SessionErrors struct {
	Variant string      `json:"variant"`
	Errors  ErrorCounts `json:"errors"`
}

// Merge adds what o counted.
func (s *Sessions) Merge(o *Sessions) {
	s.Opened = addClamped(s.Opened, o.Opened)
	s.Failed = addClamped(s.Failed, o.Failed)
	s.Latency.merge(&o.Latency)
	for _, e := range o.Errors {
		s.ErrorsOf(e.Variant).Merge(e.Errors)
	}
}

func (s *Sessions) ErrorsOf(variant string) *ErrorCounts {
	for i := range s.Errors {
		if s.Errors[i].Variant == variant {
			return &s.Errors[i].Errors
		}
	}
	s.Errors = append(s.Errors, SessionErrors{Variant: variant})
	return &s.Errors[len(s.Errors)-1].Errors
}
