package quantity

// sizeUnits measure bytes, or bytes per second where per is "/s".
func sizeUnits(per string) []Unit {
	return []Unit{
		{"B" + per, 1}, {"KiB" + per, 1 << 10}, {"MiB" + per, 1 << 20}, {"GiB" + per, 1 << 30},
		{"TiB" + per, 1 << 40}, {"PiB" + per, 1 << 50}, {"EiB" + per, 1 << 60},
	}
}
