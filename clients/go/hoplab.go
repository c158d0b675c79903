// Package hoplab brings a hoplab scenario up for a test: the hops between a client and a private API on AWS, on
// loopback. The binary is $HOPLAB, or hoplab in PATH; its version must be 0.1 or 0.2. Linux only.
package hoplab

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// KnownVersions are those of hoplab, as major.minor, that this package knows.
var KnownVersions = []string{"0.1", "0.2"}

// Generous: the machine may be busy, and nobody waits for it in a good run.
const (
	startTimeout = 60 * time.Second
	stopTimeout  = 30 * time.Second
	timeout      = 30 * time.Second
	keptRequests = "1000"
)

// AdminError is a call that the admin API refused; nothing has changed. Status is that of HTTP.
type AdminError struct {
	Status  int
	Message string
}

func (e *AdminError) Error() string { return e.Message }

// Certificate has the paths of a client certificate's files.
type Certificate struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
	P12  string `json:"p12"`
}

// Endpoint is a way in.
type Endpoint struct {
	Name    string `json:"name"`
	DNSName string `json:"dnsName"`
	Address string `json:"address"`
	Port    int    `json:"port"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
}

// Lab is `hoplab up SCENARIO`, ready, on free ports of loopback. It ends with the test, with Stop, or with the
// process that started it, however that ends. What hoplab refuses is fatal to the test; Call gives an error instead.
type Lab struct {
	URL          string                 // empty when no way in is open
	Name         string                 // for SNI and Host
	Address      string                 // of the way in
	Port         int                    // of the way in
	Admin        string                 // the URL of the admin API
	CABundle     string                 // the path of a PEM file: whom to trust
	Out          string                 // the folder of the certificates
	Certificates map[string]Certificate // by name
	Endpoints    []Endpoint             // the ways in, that of the scenario's entry first
	Notes        []string               // what cannot be as on AWS here

	*running                // the same for the subtests of Run
	t        testing.TB     // that of Start, or of Run
	earlier  map[int64]bool // the connections that were open before the subtest
	clients  []*http.Client
}

// running is the process of a lab.
type running struct {
	scenario  string
	process   *exec.Cmd
	said      bytes.Buffer
	ended     chan struct{}
	keepsOut  bool
	explained bool // a subtest of Run has failed and said why
}

// Start starts a lab that stops when the test is over; when the test has failed, the lab logs why its connections
// ended. The options go to `hoplab up`, such as "--set", "service=127.0.0.1:9000". The certificates are in a fresh
// temporary folder that goes with the lab, unless the options have "--out".
func Start(t testing.TB, scenario string, options ...string) *Lab {
	t.Helper()
	lab, err := start(t, scenario, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() && !lab.explained {
			t.Log("hoplab\n" + lab.Journal())
		}
		lab.Stop()
	})
	return lab
}

// Run runs a subtest that begins with the scenario as it was at its start. What the subtest is given is the same lab;
// when the subtest has failed, it logs why connections ended. Not for subtests that run in parallel.
func (lab *Lab) Run(t *testing.T, name string, test func(t *testing.T, lab *Lab)) bool {
	t.Helper()
	return t.Run(name, func(t *testing.T) {
		inside := *lab
		inside.t, inside.clients, inside.earlier = t, nil, map[int64]bool{}
		inside.Restore()
		for _, flow := range inside.Flows() {
			inside.earlier[flow.ID] = true
		}
		t.Cleanup(func() {
			if t.Failed() {
				lab.explained = true
				t.Log("hoplab\n" + inside.Journal())
			}
			inside.closeIdleConnections()
		})
		test(t, &inside)
	})
}

func start(t testing.TB, scenario string, options []string) (*Lab, error) {
	binary, err := binary()
	if err != nil {
		return nil, err
	}
	arguments := append([]string{"up", scenario, "--json", "--with-parent"}, options...)
	if !has(options, "--keep") {
		arguments = append(arguments, "--keep", keptRequests)
	}
	lab := &Lab{t: t, running: &running{scenario: scenario, ended: make(chan struct{}), keepsOut: has(options, "--out")}}
	lab.process = exec.Command(binary, arguments...)
	lab.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a Ctrl-C is the test's
	lab.process.Stderr = &lab.said
	stdout, stdoutOfLab, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdout.Close()
	lab.process.Stdout = stdoutOfLab
	err = lab.process.Start()
	stdoutOfLab.Close()
	if err != nil {
		return nil, fmt.Errorf("hoplab cannot be run: %w", err)
	}
	go func() {
		lab.process.Wait() // it reads standard error to its end, too
		close(lab.ended)
	}()
	stdout.SetReadDeadline(time.Now().Add(startTimeout))
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if errors.Is(err, os.ErrDeadlineExceeded) {
		lab.Stop()
		return nil, fmt.Errorf("hoplab was not ready after %v", startTimeout)
	}
	if err == nil {
		err = lab.open(line)
	} else {
		lab.wait(stopTimeout)
		err = fmt.Errorf("hoplab did not come up with %s: %s", scenario, lab.lastWords())
	}
	if err != nil {
		lab.Stop()
		return nil, err
	}
	go lab.endWithRunner()
	return lab, nil
}

// endWithRunner ends the lab when `go test` has been killed: nobody waits for the test any more, but it would go on.
func (lab *Lab) endWithRunner() {
	runner := os.Getppid()
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", runner))
	if err != nil || string(name) != "go\n" {
		return // the test's binary was started by itself
	}
	for !lab.wait(time.Second) {
		if os.Getppid() != runner {
			lab.process.Process.Signal(syscall.SIGTERM)
		}
	}
}

// open takes what the lab prints when it is ready.
func (lab *Lab) open(line []byte) error {
	opening := struct {
		URL, Admin, CABundle, Out string
		Certificates              map[string]Certificate
		Endpoints                 []Endpoint
		Notes                     []string
	}{}
	if err := json.Unmarshal(line, &opening); err != nil {
		return err
	}
	lab.URL, lab.Admin, lab.CABundle, lab.Out = opening.URL, opening.Admin, opening.CABundle, opening.Out
	lab.Certificates, lab.Endpoints, lab.Notes = opening.Certificates, opening.Endpoints, opening.Notes
	if len(lab.Endpoints) > 0 {
		wayIn := lab.Endpoints[0]
		lab.Name, lab.Address, lab.Port = wayIn.DNSName, wayIn.Address, wayIn.Port
	}
	if at, err := url.Parse(lab.URL); err == nil && lab.URL != "" {
		lab.Name = at.Hostname()
	}
	return nil
}

// As a client.

// TLS is a configuration that trusts the CA bundle and shows the client certificate of that name, or none for "".
func (lab *Lab) TLS(certificate string) *tls.Config {
	lab.t.Helper()
	pem, err := os.ReadFile(lab.CABundle)
	lab.must(err)
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: lab.Name}
	config.RootCAs.AppendCertsFromPEM(pem)
	if certificate == "" {
		return config
	}
	files, found := lab.Certificates[certificate]
	if !found {
		lab.t.Fatalf("there is no certificate '%s' in the scenario; there are %s", certificate, lab.names())
	}
	pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	lab.must(err)
	config.Certificates = []tls.Certificate{pair}
	return config
}

// Client is a client that connects to the way in whatever the host of the URL, as if DNS had led there. It keeps
// connections between requests, as any http.Client does, and sends a GET again whose kept connection was reset.
func (lab *Lab) Client(certificate string) *http.Client {
	lab.t.Helper()
	wayIn := lab.wayIn()
	config := lab.TLS(certificate)
	config.ServerName = "" // that of the URL
	transport := &http.Transport{
		TLSClientConfig: config,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, wayIn)
		},
	}
	client := &http.Client{Transport: transport, Timeout: timeout}
	lab.clients = append(lab.clients, client)
	return client
}

// wayIn is where clients connect.
func (lab *Lab) wayIn() string {
	lab.t.Helper()
	if lab.URL == "" {
		lab.t.Fatal("no way into the scenario is open: " + strings.Join(lab.Notes, " "))
	}
	return net.JoinHostPort(lab.Address, strconv.Itoa(lab.Port))
}

// At is the URL of a path of the API, without the port of the way in: clients of Client take it there.
func (lab *Lab) At(path string) string {
	scheme, _, _ := strings.Cut(lab.URL, ":")
	return scheme + "://" + lab.Name + path
}

func (lab *Lab) hasTLS() bool { return strings.HasPrefix(lab.URL, "https:") }

// As an operator.

// Fault is a fault, as it stands in a scenario's "faults".
type Fault struct {
	Hop         string       `json:"hop"`
	Action      string       `json:"action"` // "reset", "latency", ...: docs/faults.md
	Stage       string       `json:"stage,omitempty"`
	Direction   string       `json:"direction,omitempty"`
	AfterBytes  int64        `json:"afterBytes,omitempty"`
	Connections *Connections `json:"connections,omitempty"` // which ones; nil: all
	Limit       int          `json:"limit,omitempty"`
	// Which of them an action takes: docs/faults.md.
	Delay          string `json:"delay,omitempty"` // "200ms"
	Jitter         string `json:"jitter,omitempty"`
	BytesPerSecond int64  `json:"bytesPerSecond,omitempty"`
	Size           int    `json:"size,omitempty"`
	Variation      int    `json:"variation,omitempty"`
	Status         int    `json:"status,omitempty"`
	Cut            string `json:"cut,omitempty"`
	MissingBytes   int64  `json:"missingBytes,omitempty"`
}

// Connections are those that a fault hits.
type Connections struct {
	Every   int     `json:"every,omitempty"` // each n-th of them
	Percent float64 `json:"percent,omitempty"`
	From    string  `json:"from,omitempty"` // those of a client's address
}

// FaultStatus is a fault, whether it is armed, and the ids of the connections that it has hit.
type FaultStatus struct {
	Fault
	Name  string  `json:"name"`
	Armed bool    `json:"armed"`
	Hits  []int64 `json:"hits"`
}

// Clock is how emulated time passes, and what it is.
type Clock struct {
	Mode  string    `json:"mode"`
	Now   time.Time `json:"now"`
	Scale float64   `json:"scale,omitempty"`
}

// Arm arms a fault of the scenario, or with a definition a new one.
func (lab *Lab) Arm(fault string, definition ...Fault) {
	lab.t.Helper()
	if len(definition) > 0 {
		lab.must(lab.Call("PUT", "/v1/faults/"+url.PathEscape(fault), definition[0], nil))
	} else {
		lab.must(lab.Call("POST", "/v1/faults/"+url.PathEscape(fault)+"/arm", nil, nil))
	}
}

// Disarm disarms a fault: held connections go on.
func (lab *Lab) Disarm(fault string) {
	lab.t.Helper()
	lab.must(lab.Call("DELETE", "/v1/faults/"+url.PathEscape(fault), nil, nil))
}

// Faults gives the faults.
func (lab *Lab) Faults() (faults []FaultStatus) {
	lab.t.Helper()
	lab.must(lab.Call("GET", "/v1/faults", nil, &faults))
	return faults
}

// Revoke revokes a certificate in every trust store that has its authority, for handshakes from now on.
func (lab *Lab) Revoke(certificate string) {
	lab.t.Helper()
	lab.must(lab.Call("POST", "/v1/certificates/"+url.PathEscape(certificate)+"/revoke", nil, nil))
}

// Change makes one change or several, all or none; each is a map or a struct with the member "change".
func (lab *Lab) Change(changes ...any) {
	lab.t.Helper()
	lab.must(lab.Call("POST", "/v1/changes", changes, nil))
}

// Clock gives the clock.
func (lab *Lab) Clock() (clock Clock) {
	lab.t.Helper()
	lab.must(lab.Call("GET", "/v1/clock", nil, &clock))
	return clock
}

// SetClock sets another way for time to pass: "real", "stepped", or "scaled" with emulated seconds in a real one.
func (lab *Lab) SetClock(mode string, scale ...float64) (clock Clock) {
	lab.t.Helper()
	body := map[string]any{"mode": mode}
	if len(scale) > 0 {
		body["scale"] = scale[0]
	}
	lab.must(lab.Call("PUT", "/v1/clock", body, &clock))
	return clock
}

// SetTime sets what the calendar shows, by which certificates expire; no timer moves.
func (lab *Lab) SetTime(now time.Time) (clock Clock) {
	lab.t.Helper()
	lab.must(lab.Call("PUT", "/v1/clock", map[string]any{"now": now}, &clock))
	return clock
}

// Advance moves a stepped clock on, by a duration such as "350s", and returns when all that falls due has happened.
func (lab *Lab) Advance(by string) (clock Clock) {
	lab.t.Helper()
	lab.must(lab.Call("POST", "/v1/clock/step", map[string]string{"by": by}, &clock))
	return clock
}

// Restore gives back the topology and the clock of the start, with nothing on record; open connections stay.
func (lab *Lab) Restore() {
	lab.t.Helper()
	lab.must(lab.Call("POST", "/v1/restore", nil, nil))
}

// As an observer.

// FailedRequests are requests of a connection that a hop answered itself, or not at all.
type FailedRequests struct {
	Count       int    `json:"count"`
	Status      int    `json:"status"` // 0: there was no answer
	Hop         string `json:"hop"`
	Target      string `json:"target"`
	Reason      string `json:"reason"`
	Explanation string `json:"explanation"`
	Detail      string `json:"detail"`
}

// Connection is a connection as far as it has come, ended or not.
type Connection struct {
	ID                    int64            `json:"id"`
	Client                string           `json:"client"`
	Hops                  []string         `json:"hops"`
	Stage                 string           `json:"stage"` // of one that is open
	Requests              int              `json:"requests"`
	LastStatus            int              `json:"lastStatus"`
	Failures              []FailedRequests `json:"failures"`
	TLSProtocol           string           `json:"tlsProtocol"`
	LeafClientCertSubject string           `json:"leafClientCertSubject"`
	TLSVerifyStatus       string           `json:"tlsVerifyStatus"`
	VerifyReason          string           `json:"verifyReason"`
	BytesFromClient       int64            `json:"bytesFromClient"`
	BytesToClient         int64            `json:"bytesToClient"`
	End                   *End             `json:"end"` // nil while nothing has ended it
}

// End is why a connection ended. Of one that is open for one side only, By, Explanation and Stage are empty.
type End struct {
	Hop         string `json:"hop"`
	By          string `json:"by"` // "client", "hop" or "target"
	Reason      string `json:"reason"`
	Explanation string `json:"explanation"`
	How         string `json:"how"`
	Toward      string `json:"toward"`
	Stage       string `json:"stage"`
}

// Header is one line of a request's header.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is a request that a private API, a stand-in or a service received.
type Request struct {
	ID        int64    `json:"id"`
	Receiver  string   `json:"receiver"`
	Kind      string   `json:"kind"`
	Method    string   `json:"method"`
	Path      string   `json:"path"` // with its query
	SourceIP  string   `json:"sourceIp"`
	Headers   []Header `json:"headers"`
	Body      string   `json:"body"`
	BodyBytes int64    `json:"bodyBytes"`
	Output    string   `json:"output"` // of a function: what it printed until its answer
}

// Filter is for requests; what is empty does not filter.
type Filter struct {
	Receiver, Method, Path string
	After                  int64
}

// Metrics are counters since the start or the last restore.
type Metrics struct {
	Flows       int64                                  `json:"flows"`
	LiveFlows   int64                                  `json:"liveFlows"`
	Requests    int64                                  `json:"requests"`
	APIRequests map[string]int64                       `json:"apiRequests"`
	Ends        map[string]int64                       `json:"ends"`
	CloudWatch  map[string]map[string]map[string]int64 `json:"cloudWatch"`
}

// Ends gives the connections that have ended behind the one with the id `after`, oldest first; 0: all of them.
// `wait` is how long to wait for one, in whole seconds, where there is none yet.
func (lab *Lab) Ends(after int64, wait time.Duration) []Connection {
	lab.t.Helper()
	ends, err := lab.ends(after, wait)
	lab.must(err)
	return ends
}

// Flows gives the connections that are not over.
func (lab *Lab) Flows() (flows []Connection) {
	lab.t.Helper()
	lab.must(lab.Call("GET", "/v1/flows", nil, &flows))
	return flows
}

// Requests gives the requests that were received, oldest first; `wait` is that of Ends.
func (lab *Lab) Requests(filter Filter, wait time.Duration) []Request {
	lab.t.Helper()
	query := query(filter.After, wait)
	for name, value := range map[string]string{
		"receiver": filter.Receiver, "method": filter.Method, "path": filter.Path,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	var answer struct{ Requests []Request }
	lab.must(lab.call("GET", "/v1/requests?"+query.Encode(), nil, &answer, wait))
	return answer.Requests
}

// Metrics gives the counters, CloudWatch's among them.
func (lab *Lab) Metrics() (metrics Metrics) {
	lab.t.Helper()
	lab.must(lab.Call("GET", "/v1/metrics", nil, &metrics))
	return metrics
}

// Call makes a call of the admin API; body and result are as for encoding/json, and may be nil.
func (lab *Lab) Call(method, path string, body, result any) error {
	return lab.call(method, path, body, result, 0)
}

// PID is the process id of hoplab.
func (lab *Lab) PID() int { return lab.process.Process.Pid }

// Running says whether hoplab has not ended.
func (lab *Lab) Running() bool { return !lab.wait(0) }

// Stop ends the lab, and gives its exit code, or -1 after a signal; it can be called again.
func (lab *Lab) Stop() int {
	lab.closeIdleConnections()
	if lab.Running() {
		lab.process.Process.Signal(syscall.SIGTERM)
		if !lab.wait(stopTimeout) {
			lab.process.Process.Kill()
			<-lab.ended
		}
	}
	if lab.Out != "" && !lab.keepsOut {
		os.RemoveAll(lab.Out) // hoplab does it itself, unless it was killed
	}
	return lab.process.ProcessState.ExitCode()
}

func (lab *Lab) closeIdleConnections() {
	for _, client := range lab.clients {
		client.CloseIdleConnections()
	}
}

func (lab *Lab) ends(after int64, wait time.Duration) (ends []Connection, err error) {
	return ends, lab.call("GET", "/v1/ends?"+query(after, wait).Encode(), nil, &ends, wait)
}

func query(after int64, wait time.Duration) url.Values {
	query := url.Values{}
	if after > 0 || wait > 0 {
		query.Set("after", strconv.FormatInt(after, 10))
	}
	if wait > 0 {
		query.Set("wait", fmt.Sprintf("%ds", (wait+time.Second-1)/time.Second))
	}
	return query
}

func (lab *Lab) call(method, path string, body, result any, wait time.Duration) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(content)
	}
	request, err := http.NewRequest(method, lab.Admin+path, reader)
	if err != nil {
		return err
	}
	// A proxy of the environment has no business here.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: timeout + wait}
	answer, err := client.Do(request)
	if err != nil {
		if lab.wait(settle) {
			return errors.New("hoplab runs no more: " + lab.lastWords())
		}
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 400 {
		var refusal struct{ Error string }
		if json.Unmarshal(text, &refusal) != nil || refusal.Error == "" {
			refusal.Error = string(text)
		}
		message := fmt.Sprintf("%s %s: %d: %s", method, path, answer.StatusCode, refusal.Error)
		return &AdminError{answer.StatusCode, message}
	}
	if result == nil || len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, result)
}

func (lab *Lab) must(err error) {
	lab.t.Helper()
	if err != nil {
		lab.t.Fatal(err)
	}
}

// wait waits for the end of hoplab, for so long at most, and says whether it has ended.
func (lab *Lab) wait(most time.Duration) bool {
	select {
	case <-lab.ended:
		return true
	default:
	}
	late := time.NewTimer(most)
	defer late.Stop()
	select {
	case <-lab.ended:
		return true
	case <-late.C:
		return false
	}
}

// lastWords are what hoplab has said on standard error, or at least how it ended. It must have ended.
func (lab *Lab) lastWords() string {
	if !lab.wait(0) {
		return "it goes on"
	}
	if said := strings.TrimSpace(lab.said.String()); said != "" {
		return said
	}
	return "it ended with " + lab.process.ProcessState.String()
}

func (lab *Lab) names() string {
	names := make([]string, 0, len(lab.Certificates))
	for name := range lab.Certificates {
		names = append(names, name)
	}
	sort.Strings(names)
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

var versionLine = regexp.MustCompile(`^hoplab (\d+\.\d+)\S*$`)

// binary is the path of a hoplab that this package knows.
func binary() (string, error) {
	binary := os.Getenv("HOPLAB")
	if binary == "" {
		var err error
		if binary, err = exec.LookPath("hoplab"); err != nil {
			return "", errors.New("there is no hoplab in PATH; set HOPLAB to the path of the binary")
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	output, err := exec.CommandContext(ctx, binary, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s cannot be run: %w", binary, err)
	}
	said := strings.TrimSpace(string(output))
	version := versionLine.FindStringSubmatch(said)
	if version == nil {
		return "", fmt.Errorf("%s is not hoplab: it says '%s' for its version", binary, said)
	}
	for _, known := range KnownVersions {
		if version[1] == known {
			return binary, nil
		}
	}
	return "", fmt.Errorf("%s is %s, and this package knows %s of hoplab; take the package of its version",
		binary, said, strings.Join(KnownVersions, " and "))
}

func has(options []string, name string) bool {
	for _, option := range options {
		if option == name || strings.HasPrefix(option, name+"=") {
			return true
		}
	}
	return false
}
