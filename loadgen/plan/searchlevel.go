package plan

import (
	"strconv"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// SetLevel sets what a search varies in a profile.
func SetLevel(p *profiles.Profile, vary string, level float64) {
	switch vary {
	case resultfile.VarySessions:
		p.Sessions = int(level)
	case resultfile.VaryRate:
		p.Rate = profiles.Rate(level)
		p.MaxBacklog = max(1000, int(10*level))
	case resultfile.VaryBandwidth:
		p.Bandwidth = profiles.Bandwidth{All: profiles.ByteRate(level)}
	}
}

// LevelText writes a level as a setting.
func LevelText(vary string, level float64) string {
	switch vary {
	case resultfile.VaryRate:
		return strconv.FormatFloat(level, 'g', 6, 64) + "/s"
	case resultfile.VaryBandwidth:
		return strconv.FormatFloat(level, 'f', 0, 64) + "B/s"
	}
	return strconv.FormatFloat(level, 'f', 0, 64)
}
