package hoplab_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"hoplab"
)

const scenario = "testdata/private-api.json"

func wantWidget(t *testing.T, lab *hoplab.Lab) {
	t.Helper()
	if _, body, err := lab.Get("/widgets", "my_client"); err != nil || body != `{"id":"1","value":"4.99"}` {
		t.Fatal(body, err)
	}
}

func wantReset(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal("want a reset, got", err)
	}
}

func TestAGoodCertificateGetsTheWidget(t *testing.T) {
	wantWidget(t, hoplab.Start(t, scenario))
}

func TestAnExpiredCertificateIsReset(t *testing.T) {
	_, _, err := hoplab.Start(t, scenario).Get("/widgets", "expired")
	wantReset(t, err)
}

func TestACertificateIsRevokedInTheMiddleOfTheRun(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	wantWidget(t, lab)
	lab.Revoke("my_client")
	_, _, err := lab.Get("/widgets", "my_client")
	wantReset(t, err)
}

func TestTheThirdConnectionIsReset(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	every3 := &hoplab.Connections{Every: 3}
	lab.Arm("bad-zone", hoplab.Fault{Hop: "nlb", Stage: "client-hello", Action: "reset", Connections: every3})
	wantWidget(t, lab)
	wantWidget(t, lab)
	_, _, err := lab.Get("/widgets", "my_client")
	wantReset(t, err)
}

func TestAnIdleConnectionIsForgottenAfter350s(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.SetClock("stepped")
	client := lab.Client("my_client") // keeps the connection
	for _, want := range []error{nil, syscall.ECONNRESET} {
		answer, err := client.Post(lab.At("/widgets"), "application/json", strings.NewReader("{}")) // not sent again
		if !errors.Is(err, want) {
			t.Fatal("want", want, "got", err)
		}
		if err == nil {
			answer.Body.Close()
		}
		lab.Advance("350s")
	}
}

func TestWhatTheAPIReceived(t *testing.T) {
	lab := hoplab.Start(t, scenario)
	lab.Get("/widgets?size=2", "my_client")
	if got := lab.Requests(hoplab.Filter{Receiver: "widgets-api"}, 0); len(got) != 1 || got[0].Path != "/widgets?size=2" {
		t.Fatal(got)
	}
}
