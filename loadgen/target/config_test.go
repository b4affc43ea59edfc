package target

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

func TestRefusesBadConfigurations(t *testing.T) {
	exposed := "set a user and a password, or listen on 127.0.0.1 or [::1]"
	tests := []struct {
		cfg  Config
		text string
	}{
		{Config{Listen: "0.0.0.0:0"}, exposed},
		{Config{Listen: "[::]:0"}, exposed},
		{Config{Listen: "192.0.2.1:2121", User: "u"}, exposed},
		{Config{Listen: "[::ffff:192.0.2.1]:0"}, exposed},
		{Config{Listen: ":2121"}, "must be an IP address or localhost"},
		{Config{Listen: "example.com:21"}, "must be an IP address or localhost"},
		{Config{Listen: "127.0.0.1"}, "want host:port"},
		{Config{Listen: "127.0.0.1:ftp"}, "a number from 0 to 65535"},
		{Config{Listen: "127.0.0.1:65536"}, "a number from 0 to 65535"},
		{Config{Password: "p"}, "set both or neither"},
		{Config{PassivePorts: [2]uint16{5, 4}}, "passive ports 5-4"},
		{Config{PassivePorts: [2]uint16{0, 4}}, "passive ports 0-4"},
		{Config{PassivePorts: [2]uint16{4, 0}}, "passive ports 4-0"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.cfg.Listen, test.cfg.PassivePorts), func(t *testing.T) {
			s, err := New(test.cfg)
			if err == nil {
				t.Fatalf("listens on %s", s.Addr())
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q, want it to say %q", err, test.text)
			}
			if _, ok := errors.AsType[*ExposedError](err); ok != (test.text == exposed) {
				t.Errorf("error of type %T", err)
			}
		})
	}
	if s := start(t, Config{Listen: "0.0.0.0:0", User: "u", Password: "p"}); !s.Addr().IsValid() {
		t.Error("a password does not open other addresses")
	}
	if s := start(t, Config{Listen: "localhost:0"}); s.Addr().Addr() != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("localhost is %s", s.Addr())
	}
}
