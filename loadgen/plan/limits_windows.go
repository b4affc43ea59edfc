package plan

// descriptorLimit: Windows has no such limit to ask for.
func descriptorLimit() int { return 0 }
