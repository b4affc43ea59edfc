package plan

import (
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
)

// Files are what the downloads choose from: their sizes follow from the seed, so that
// nothing of them need be remembered.
type Files struct {
	Count int
	sizes profiles.Sizes
	seed  uint64
}

// FilesOf returns the files that the profile's operations need to be there.
func FilesOf(p *profiles.Profile) Files {
	f := Files{sizes: p.Size, seed: p.Seed}
	if p.Path != "" {
		return f
	}
	for _, op := range []string{"retr", "size", "list", "mlsd", "nlst"} {
		if p.Op.Has(op) {
			f.Count = p.Files
		}
	}
	return f
}

// Size is how large file i is, in bytes.
func (f *Files) Size(i int) int64 {
	return int64(f.sizes.At(schedule.Uniform(f.seed, schedule.StreamOfFiles, int64(i))))
}

// Bytes is how large all files are together.
func (f *Files) Bytes() (sum int64) {
	for i := range f.Count {
		sum += f.Size(i)
	}
	return sum
}
