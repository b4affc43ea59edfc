package wire

import (
	"errors"

	"golang.org/x/sys/windows"

	"github.com/ftpmark/ftpmark/stats"
)

// classOfErrno names the kind of a system error, empty if it is none we know.
func classOfErrno(err error) stats.Class {
	for class, nos := range map[stats.Class][]error{
		stats.ClassRefused:     {windows.WSAECONNREFUSED},
		stats.ClassReset:       {windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAESHUTDOWN, windows.WSAENOTCONN},
		stats.ClassUnreachable: {windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN},
		stats.ClassLocal:       {windows.WSAEMFILE, windows.WSAEADDRINUSE, windows.WSAEADDRNOTAVAIL, windows.WSAENOBUFS},
		stats.ClassTimeout:     {windows.WSAETIMEDOUT},
	} {
		for _, no := range nos {
			if errors.Is(err, no) {
				return class
			}
		}
	}
	return ""
}
