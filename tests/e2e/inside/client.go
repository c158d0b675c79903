// A client that knows a URL and its certificate.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	pair, err := tls.LoadX509KeyPair(os.Args[1]+".pem", os.Args[1]+".key")
	if err == nil {
		transport := &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}}}
		var answer *http.Response
		if answer, err = (&http.Client{Transport: transport}).Get("https://api.example.com/widgets"); err == nil {
			io.Copy(os.Stdout, answer.Body)
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
