package servers

import _ "embed"

// twistedServer is the program: Twisted is a library.
//
//go:embed twisted_server.py
var twistedServer []byte

// twistedRecipe runs Twisted's FTP server with one user and the data directory as its home.
// Extra are attributes of the factory, as timeOut=5.
func twistedRecipe(s *Server) (recipe, error) {
	return pythonRecipe(s, "twisted", twistedServer)
}
