// One GET for each line of standard input, on a connection of its own: ID, address, port, name, CA,
// certificate, key, keystore (not used), version, by tabs. Prints a line each: ID<tab>"200 <body>", or the
// error. Usage: go run keys.go
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

func ask(address, port, name, ca, cert, key, version string) (string, error) {
	bundle, err := os.ReadFile(ca)
	if err != nil {
		return "", err
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(bundle)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return "", err
	}
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{
		Certificates: []tls.Certificate{pair}, RootCAs: authorities, ServerName: name,
		MinVersion: versions[version], MaxVersion: versions[version]}}}
	request, err := http.NewRequest("GET", "https://"+address+":"+port+"/", nil)
	if err != nil {
		return "", err
	}
	request.Host = name
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return fmt.Sprintf("%d %s", response.StatusCode, body), err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		words, err := ask(f[1], f[2], f[3], f[4], f[5], f[6], f[8])
		if err != nil {
			words = err.Error()
		}
		fmt.Printf("%s\t%s\n", f[0], words)
	}
}
