package prom

import (
	"io"
	"log"
)

// nowhere is where net/http may complain of its clients: who scrapes badly is not
// the run's business.
func nowhere() *log.Logger { return log.New(io.Discard, "", 0) }
