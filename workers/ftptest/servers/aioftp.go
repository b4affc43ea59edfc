package servers

import _ "embed"

// aioftpServer is the program: aioftp is a library.
//
//go:embed aioftp_server.py
var aioftpServer []byte

// aioftpRecipe runs aioftp's server with one user and the data directory as its home. Extra
// are arguments of the class Server, as maximum_connections=3.
func aioftpRecipe(s *Server) (recipe, error) {
	return pythonRecipe(s, "aioftp", aioftpServer)
}
