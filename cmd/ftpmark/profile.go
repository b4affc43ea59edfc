package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"

	"github.com/spf13/cobra"
)

// profiling writes profiles of this program itself, for go tool pprof. Its flags
// are hidden: they are for those who make ftpmark faster.
type profiling struct {
	cpu, memory string // files, empty for none
	running     *os.File
}

// register defines the flags for every command below root.
func (p *profiling) register(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&p.cpu, "cpuprofile", "", "write a CPU profile of ftpmark to `FILE`")
	f.StringVar(&p.memory, "memprofile", "", "write a profile of ftpmark's memory allocations to `FILE` at the end")
	for _, name := range []string{"cpuprofile", "memprofile"} {
		_ = f.MarkHidden(name) // it exists
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return p.begin() }
}

func (p *profiling) begin() (err error) {
	if p.cpu == "" {
		return nil
	}
	if p.running, err = os.Create(p.cpu); err != nil {
		return usageError(fmt.Errorf("--cpuprofile: %w", err))
	}
	return pprof.StartCPUProfile(p.running)
}

// end writes what is to be written, however the command ended.
func (p *profiling) end() error {
	var cpu, memory error
	if p.running != nil {
		pprof.StopCPUProfile()
		if cpu = p.running.Close(); cpu != nil {
			cpu = fmt.Errorf("--cpuprofile: %w", cpu)
		}
	}
	if p.memory != "" {
		if memory = writeHeap(p.memory); memory != nil {
			memory = fmt.Errorf("--memprofile: %w", memory)
		}
	}
	return errors.Join(cpu, memory)
}

func writeHeap(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	runtime.GC() // or the figures would be those of the collection before
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
