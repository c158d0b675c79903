package hoplab_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"hoplab"
)

const scenario = "testdata/private-api.json"

// TestMain makes the path absolute, for tests that are started in other folders.
func TestMain(m *testing.M) {
	if binary := os.Getenv("HOPLAB"); binary != "" {
		binary, _ = filepath.Abs(binary)
		os.Setenv("HOPLAB", binary)
	}
	os.Exit(m.Run())
}

// refused is a test that fails without failing this one; it says why.
type refused struct {
	testing.TB
	why string
}

func (r *refused) Helper()                      {}
func (r *refused) Fatal(args ...any)            { r.why = fmt.Sprint(args...); runtime.Goexit() }
func (r *refused) Failed() bool                 { return false }
func (r *refused) Fatalf(f string, args ...any) { r.Fatal(fmt.Sprintf(f, args...)) }

func wantRefusal(t *testing.T, words string, do func(testing.TB)) {
	t.Helper()
	inner := &refused{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(inner)
	}()
	<-done
	if !strings.Contains(inner.why, words) {
		t.Fatalf("want %q, got %q", words, inner.why)
	}
}

func binaryThat(t *testing.T, does string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hoplab")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func startAnyway(t testing.TB) { hoplab.Start(t, scenario) }

func TestAVersionThatIsNotKnownIsRefused(t *testing.T) {
	t.Setenv("HOPLAB", binaryThat(t, "echo hoplab 0.3.0"))
	wantRefusal(t, "is hoplab 0.3.0, and this package knows 0.1 and 0.2 of hoplab", startAnyway)
}

func TestWhatIsNotHoplabIsRefused(t *testing.T) {
	t.Setenv("HOPLAB", binaryThat(t, "echo grep 3.8"))
	wantRefusal(t, "is not hoplab: it says 'grep 3.8'", startAnyway)
	t.Setenv("HOPLAB", filepath.Join(t.TempDir(), "missing"))
	wantRefusal(t, "cannot be run", startAnyway)
	t.Setenv("HOPLAB", "")
	t.Setenv("PATH", t.TempDir())
	wantRefusal(t, "there is no hoplab in PATH; set HOPLAB", startAnyway)
}

func TestAMistakeOfTheScenarioIsSaidAsHoplabSaysIt(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{ "title": "Bad", "entry": "nowhere" }`), 0o644); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, `bad.json:1: /entry: found "nowhere"`, func(t testing.TB) { hoplab.Start(t, bad) })
}

func TestOptionsArePassed(t *testing.T) {
	arguments := filepath.Join(t.TempDir(), "arguments")
	t.Setenv("HOPLAB", binaryThat(t, `[ "$*" = --version ] && { echo hoplab 0.2.0; exit; }
echo "$*" > `+arguments+`
echo '{"url":"","admin":"http://127.0.0.1:1","endpoints":[],"notes":["nothing is here"]}'
exec tail -f /dev/null`))
	hoplab.Start(t, "mine.json", "--set", "service=127.0.0.1:9000")
	got, err := os.ReadFile(arguments)
	want := "up mine.json --json --with-parent --set service=127.0.0.1:9000 --keep 1000\n"
	if err != nil || string(got) != want {
		t.Fatal(string(got), err)
	}
	wantRefusal(t, "no way into the scenario is open: nothing is here", func(t testing.TB) {
		hoplab.Start(t, "mine.json").Client("")
	})
}

func TestStopLeavesNothingAndCanBeCalledAgain(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	if _, err := os.Stat(lab.Out); err != nil || !lab.Running() {
		t.Fatal(err)
	}
	for i := 0; i < 2; i++ {
		if code := lab.Stop(); code != 0 || lab.Running() {
			t.Fatal(code)
		}
	}
	if _, err := os.Stat(lab.Out); !os.IsNotExist(err) {
		t.Fatal(err)
	}
}

func TestAFolderOfOnesOwnStays(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	hoplab.Start(t, scenario, "--out", out).Stop()
	if _, err := os.Stat(filepath.Join(out, "my_client.pem")); err != nil {
		t.Fatal(err)
	}
}

func TestALabThatHasEndedIsSaidToHave(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	syscall.Kill(lab.PID(), syscall.SIGKILL)
	if err := lab.Call("GET", "/v1/status", nil, nil); err == nil || !strings.Contains(err.Error(), "signal: killed") {
		t.Fatal(err)
	}
}

func TestWhatItOffers(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	if lab.URL != fmt.Sprintf("https://api.example.com:%d", lab.Port) || lab.Name != "api.example.com" {
		t.Fatal(lab.URL, lab.Name)
	}
	if len(lab.Certificates) != 2 || !strings.HasPrefix(lab.Address, "127.") {
		t.Fatal(lab.Certificates, lab.Address)
	}
	for _, path := range []string{lab.CABundle, lab.Certificates["my_client"].Cert, lab.Certificates["my_client"].Key} {
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, "no certificate 'nobody' in the scenario; there are expired, my_client", func(t testing.TB) {
		hoplab.Start(t, scenario).TLS("nobody")
	})
}

func TestTheServerIsVerified(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	_, err := lab.Client("my_client").Get("https://other.example.com/widgets")
	if err == nil || !strings.Contains(err.Error(), "certificate is valid for api.example.com") {
		t.Fatal(err)
	}
}

func TestAGetIsSentAgainWhenItsKeptConnectionIsReset(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.SetClock("stepped")
	client := lab.Client("my_client")
	for i := 0; i < 2; i++ {
		answer, err := client.Get(lab.At("/widgets"))
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body) // or else the connection is not kept
		answer.Body.Close()
		lab.Advance("350s")
	}
	if ends := lab.Ends(0, 30*time.Second); ends[0].End.Reason != "idle-timeout" || lab.Metrics().Flows != 2 {
		t.Fatal(ends)
	}
}

func TestAFaultIsArmedAndDisarmed(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.Arm("bad-zone", hoplab.Fault{Hop: "nlb", Action: "reset", Stage: "client-hello"})
	lab.WantReset("/widgets", "my_client")
	lab.Disarm("bad-zone")
	lab.WantStatus(200, "/widgets", "my_client")
	if faults := lab.Faults(); len(faults) != 1 || faults[0].Armed || len(faults[0].Hits) != 1 {
		t.Fatal(faults)
	}
	lab.Arm("bad-zone")
	lab.WantReset("/widgets", "my_client")
}

func TestACertificateExpiresByTheCalendar(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.WantStatus(200, "/widgets", "my_client")
	in2039 := time.Date(2039, time.January, 1, 0, 0, 0, 0, time.UTC)
	if clock := lab.SetTime(in2039); clock.Mode != "real" || clock.Now.Before(in2039) {
		t.Fatal(clock)
	}
	lab.WantReset("/widgets", "my_client")
	if ends := lab.Ends(1, 30*time.Second); ends[0].TLSVerifyStatus != "Failed:ClientCertExpired" {
		t.Fatal(ends)
	}
}

func TestRestoreGivesBackTheStart(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.Change(map[string]string{"change": "RevokeCertificate", "Certificate": "my_client"})
	lab.SetClock("stepped")
	lab.WantReset("/widgets", "my_client")
	if ends := lab.Ends(0, 30*time.Second); len(ends) != 1 || ends[0].TLSVerifyStatus != "Failed:ClientCertCrlHit" {
		t.Fatal(ends)
	}
	lab.Restore()
	if lab.Metrics().Flows != 0 || len(lab.Ends(0, 0)) != 0 || len(lab.Flows()) != 0 || lab.Clock().Mode != "real" {
		t.Fatal(lab.Metrics(), lab.Clock())
	}
	lab.WantStatus(200, "/widgets", "my_client")
}

func TestWhatTheAdminAPIRefusesIsSaidWithItsWords(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	var refusal *hoplab.AdminError
	err := lab.Call("POST", "/v1/faults/nothing/arm", nil, nil)
	if !errors.As(err, &refusal) || refusal.Status != 404 || !strings.Contains(refusal.Message, "no fault 'nothing'") {
		t.Fatal(err)
	}
}

func TestRequestsAreKept(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.WantStatus(200, "/widgets", "my_client")
	got := lab.Requests(hoplab.Filter{Method: "GET", Path: "/widgets"}, 2*time.Second)
	if len(got) != 1 || got[0].Kind != "api" {
		t.Fatal(got)
	}
	host := ""
	for _, header := range got[0].Headers {
		if header.Name == "Host" {
			host = header.Value
		}
	}
	if host != lab.Name {
		t.Fatal(host)
	}
	if later := lab.Requests(hoplab.Filter{After: got[0].ID}, 0); len(later) != 0 {
		t.Fatal(later)
	}
}

func TestAConnectionIsKeptAndSendsNothingTwice(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	conn := lab.Conn("my_client")
	conn.WantStatus(200, "/widgets")
	request, err := http.NewRequest("POST", lab.At("/widgets"), strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := conn.Do(request); err != nil || answer.Status != 201 || answer.Header.Get("Date") == "" {
		t.Fatal(answer, err)
	}
	if flows := lab.Flows(); len(flows) != 1 || flows[0].Requests != 2 {
		t.Fatal(flows)
	}
	conn.Close()
	if _, err := conn.Get("/widgets"); !errors.Is(err, net.ErrClosed) {
		t.Fatal(err)
	}
}

func TestWhatIsWantedAndDoesNotComeIsSaid(t *testing.T) {
	wantOf := func(do func(lab *hoplab.Lab)) func(testing.TB) {
		return func(t testing.TB) { do(hoplab.Start(t, scenario)) }
	}
	wantRefusal(t, `GET /widgets: want a reset, got 200: {"id":"1","value":"4.99"}`, wantOf(func(lab *hoplab.Lab) {
		lab.WantReset("/widgets", "my_client")
	}))
	wantRefusal(t, "GET /nothing: want 200, got 403: ", wantOf(func(lab *hoplab.Lab) {
		lab.WantStatus(200, "/nothing", "my_client")
	}))
	wantRefusal(t, "connection reset by peer", wantOf(func(lab *hoplab.Lab) {
		lab.WantStatus(200, "/widgets", "expired")
	}))
}

func TestASubtestBeginsAsAtTheStart(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.Run(t, "that revokes", func(t *testing.T, lab *hoplab.Lab) {
		lab.Revoke("my_client")
		lab.WantReset("/widgets", "my_client")
	})
	lab.Run(t, "behind it", func(t *testing.T, lab *hoplab.Lab) {
		lab.WantStatus(200, "/widgets", "my_client")
	})
}
