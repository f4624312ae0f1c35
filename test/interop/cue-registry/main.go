// Serves the registry in memory of cuelabs.dev/go/oci/ociregistry on a free port, and prints the port.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("serving on port", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, ociserver.New(ocimem.New(), nil)))
}
