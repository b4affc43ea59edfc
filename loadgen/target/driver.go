package target

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"net"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

const (
	// Greeting is the text of the 220 reply.
	Greeting = "ftpmark embedded target"
	// idleTimeout is long, because a benchmark may hold sessions open that do
	// nothing. Dead peers are found by TCP keep-alive long before.
	idleTimeout = time.Hour
	// dataTimeout bounds the wait for a data connection, in both modes.
	dataTimeout = 30 * time.Second
)

var (
	errLogin = errors.New("login incorrect")
	errNoTLS = errors.New("this server has no TLS")
)

// mainDriver is what the library asks about the server as a whole.
type mainDriver struct{ server *Server }

var (
	_ ftpserver.MainDriver                        = mainDriver{}
	_ ftpserver.MainDriverExtensionPassiveWrapper = mainDriver{}
)

func (d mainDriver) GetSettings() (*ftpserver.Settings, error) {
	required := ftpserver.ClearOrEncrypted
	if d.server.cfg.Security == Implicit {
		required = ftpserver.ImplicitEncryption
	}
	return &ftpserver.Settings{
		TLSRequired:             required,
		Listener:                controlListener{d.server.listener, d.server},
		Banner:                  Greeting,
		IdleTimeout:             int(idleTimeout / time.Second),
		ConnectionTimeout:       int(dataTimeout / time.Second),
		ActiveTransferPortNon20: true,
		DisableSite:             true,
		// See decoys: neither has a say in where passive listeners are.
		PassiveTransferPortMultiplexing: true,
		PassiveTransferPortRange:        d.server.decoys,
	}, nil
}

func (d mainDriver) ClientConnected(ftpserver.ClientContext) (string, error) { return Greeting, nil }

func (d mainDriver) ClientDisconnected(ftpserver.ClientContext) {}

// AuthUser lets the one login in, or anyone if there is none. Sessions share
// one stateless driver, so that an idle one costs no more than its buffers.
func (d mainDriver) AuthUser(_ ftpserver.ClientContext, user, pass string) (ftpserver.ClientDriver, error) {
	cfg := d.server.cfg
	if cfg.User != "" && !(same(user, cfg.User) && same(pass, cfg.Password)) {
		return nil, errLogin
	}
	return fileDriver(d), nil
}

// GetTLSConfig is where TLS comes in: with a configuration here the library
// offers AUTH TLS, PBSZ and PROT, and wraps data connections of both modes.
func (d mainDriver) GetTLSConfig() (*tls.Config, error) {
	if d.server.tls == nil {
		return nil, errNoTLS
	}
	return d.server.tls, nil
}

// WrapPassiveListener gives the library's reservation of a decoy back and puts
// a listener of ours in its place.
func (d mainDriver) WrapPassiveListener(reservation net.Listener) (net.Listener, error) {
	if err := reservation.Close(); err != nil {
		return nil, err
	}
	return d.server.listenPassive()
}

// same compares in a time that depends on neither string.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
