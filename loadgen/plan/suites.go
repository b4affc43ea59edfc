package plan

import (
	"crypto/tls"
	"strings"
)

// suites returns the cipher suites of TLS 1.2 that are offered: those of
// OpenSSL's default list that Go has, so that a server that other FTP clients
// get on with can be measured. RSA key exchange is among them; RC4 and 3DES are
// not, as they are not in that list either. Those of TLS 1.3 are always offered,
// and all preferences are Go's own.
func suites() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
		tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
		tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_RSA_WITH_AES_256_CBC_SHA,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	}
}

// weakness says why a cipher suite, by its IANA name, is weak; nothing if it is
// not.
func weakness(suite string) string {
	var why []string
	if strings.HasPrefix(suite, "TLS_RSA_") {
		why = append(why, "RSA key exchange, which has no forward secrecy")
	}
	if strings.Contains(suite, "_CBC_") {
		why = append(why, "CBC mode, which has known attacks (Lucky Thirteen)")
	}
	return strings.Join(why, ", and ")
}
