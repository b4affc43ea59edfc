package wire

import "testing"

func TestPortsRotate(t *testing.T) {
	p, err := NewPorts(65534, 65535)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint16{65534, 65535, 65534, 65535} {
		if got := p.take(); got != want {
			t.Errorf("take %d: %d, want %d", i, got, want)
		}
	}
	for _, bad := range [][2]uint16{{0, 5}, {7, 6}} {
		if _, err := NewPorts(bad[0], bad[1]); err == nil {
			t.Errorf("%v was taken for a range", bad)
		}
	}
}
