package hoplab

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Answer is an answer, read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Conn is a connection through the way in that is kept between its requests; the first one makes it. Unlike an
// http.Client it sends nothing twice: the error of a connection that has ended is the caller's to see.
type Conn struct {
	lab    *Lab
	config *tls.Config // nil: a way in without TLS
	socket net.Conn
	reader *bufio.Reader
	ended  error
}

// Conn is one that shows the client certificate of that name, or none for "". It is closed with the test.
func (lab *Lab) Conn(certificate string) *Conn {
	lab.t.Helper()
	conn := &Conn{lab: lab}
	lab.wayIn()
	if lab.hasTLS() {
		conn.config = lab.TLS(certificate)
	}
	lab.t.Cleanup(conn.Close)
	return conn
}

// Get asks for a path on a connection of its own.
func (lab *Lab) Get(path, certificate string) (*Answer, error) {
	lab.t.Helper()
	conn := lab.Conn(certificate)
	defer conn.Close()
	return conn.Get(path)
}

// WantStatus is Get for a test that expects an answer: another status, or none, fails it.
func (lab *Lab) WantStatus(status int, path, certificate string) *Answer {
	lab.t.Helper()
	conn := lab.Conn(certificate)
	defer conn.Close()
	return conn.WantStatus(status, path)
}

// WantReset is Get for a test that expects a reset: anything else fails it.
func (lab *Lab) WantReset(path, certificate string) {
	lab.t.Helper()
	conn := lab.Conn(certificate)
	defer conn.Close()
	conn.WantReset(path)
}

// Get asks for a path.
func (conn *Conn) Get(path string) (*Answer, error) {
	request, err := http.NewRequest(http.MethodGet, conn.lab.At(path), nil)
	if err != nil {
		return nil, err
	}
	return conn.Do(request)
}

// Do sends a request to the way in, whatever the host of its URL, and reads the answer to its end.
func (conn *Conn) Do(request *http.Request) (*Answer, error) {
	if conn.ended == nil {
		var answer *Answer
		if answer, conn.ended = conn.exchange(request); conn.ended == nil {
			return answer, nil
		}
		conn.Close()
	}
	return nil, conn.ended
}

// WantStatus is Get for a test that expects an answer: another status, or none, fails it.
func (conn *Conn) WantStatus(status int, path string) *Answer {
	conn.lab.t.Helper()
	answer, err := conn.Get(path)
	if err != nil {
		conn.lab.t.Fatalf("GET %s: want %d, got %v", path, status, err)
	} else if answer.Status != status {
		conn.lab.t.Fatalf("GET %s: want %d, got %d: %s", path, status, answer.Status, answer.Body)
	}
	return answer
}

// WantReset is Get for a test that expects a reset: anything else fails it.
func (conn *Conn) WantReset(path string) {
	conn.lab.t.Helper()
	if answer, err := conn.Get(path); err == nil {
		conn.lab.t.Fatalf("GET %s: want a reset, got %d: %s", path, answer.Status, answer.Body)
	} else if !errors.Is(err, syscall.ECONNRESET) {
		conn.lab.t.Fatalf("GET %s: want a reset, got %v", path, err)
	}
}

// Close closes it; it can be called again.
func (conn *Conn) Close() {
	if conn.ended == nil {
		conn.ended = net.ErrClosed
	}
	if conn.socket != nil {
		conn.socket.Close()
		conn.socket = nil
	}
}

func (conn *Conn) connect() (err error) {
	dialer := &net.Dialer{Timeout: timeout}
	if conn.config == nil {
		conn.socket, err = dialer.Dial("tcp", conn.lab.wayIn())
	} else if secure, failed := tls.DialWithDialer(dialer, "tcp", conn.lab.wayIn(), conn.config); failed == nil {
		conn.socket = secure // not where it has failed: a nil *tls.Conn is no nil net.Conn
	} else {
		err = failed
	}
	if err == nil {
		conn.reader = bufio.NewReader(conn.socket)
	}
	return err
}

func (conn *Conn) exchange(request *http.Request) (*Answer, error) {
	if conn.socket == nil {
		if err := conn.connect(); err != nil {
			return nil, err
		}
	}
	conn.socket.SetDeadline(time.Now().Add(timeout))
	if err := request.Write(conn.socket); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(conn.reader, request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return &Answer{answer.StatusCode, answer.Header, string(body)}, err
}
