// Package failing has tests that fail, each for a reason that only hoplab knows; ../failing.txt holds what they log.
package failing

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"hoplab"
)

func start(t *testing.T) *hoplab.Lab { return hoplab.Start(t, "../private-api.json") }

func TestWithoutAConnection(t *testing.T) {
	start(t)
	t.Fail()
}

func TestExpired(t *testing.T) {
	lab := start(t)
	lab.WantStatus(200, "/widgets", "my_client")
	lab.WantStatus(200, "/widgets", "expired")
}

func TestNoCertificate(t *testing.T) { start(t).WantStatus(200, "/widgets", "") }

func TestFault(t *testing.T) {
	lab := start(t)
	lab.Arm("bad-zone", hoplab.Fault{Hop: "nlb", Action: "reset", Stage: "client-hello"})
	lab.WantStatus(200, "/widgets", "my_client")
}

func TestTargetReset(t *testing.T) {
	lab := start(t)
	lab.Arm("dead", hoplab.Fault{Hop: "execute-api-endpoint", Action: "reset"})
	lab.WantStatus(200, "/widgets", "my_client")
}

func TestIdle(t *testing.T) {
	lab := start(t)
	client := lab.Client("my_client")
	lab.SetClock("stepped")
	for i := 0; i < 2; i++ {
		answer, err := client.Post(lab.At("/widgets"), "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		lab.Advance("350s")
	}
}

func TestOpenConnection(t *testing.T) {
	lab := start(t)
	answer, err := lab.Client("my_client").Get(lab.At("/widgets"))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, answer.Body) // or else the connection is not kept
	answer.Body.Close()
	t.Fail()
}

func TestSubtests(t *testing.T) {
	lab := start(t)
	kept := lab.Conn("my_client")
	kept.WantStatus(200, "/widgets")
	lab.Run(t, "expired", func(t *testing.T, lab *hoplab.Lab) { lab.WantStatus(200, "/widgets", "expired") })
	lab.Run(t, "beside an open connection", func(t *testing.T, lab *hoplab.Lab) { t.Fail() })
	lab.Run(t, "connection of an earlier test", func(t *testing.T, lab *hoplab.Lab) {
		lab.SetClock("stepped")
		lab.Advance("350s")
		if _, err := kept.Get("/widgets"); err != nil {
			t.Fatal(err)
		}
	})
	lab.Run(t, "that passes", func(t *testing.T, lab *hoplab.Lab) { lab.WantStatus(200, "/widgets", "my_client") })
}

func TestThatPasses(t *testing.T) { start(t).WantStatus(200, "/widgets", "my_client") }

func TestThatHangs(t *testing.T) {
	told := os.Getenv("TEST_HANGS") // a file for what there is to be looked for
	if told == "" {
		t.Skip("for a run that is killed")
	}
	lab := start(t)
	lab.Arm("hung", hoplab.Fault{Hop: "execute-api-endpoint", Action: "hold"})
	admin := strings.TrimPrefix(lab.Admin, "http://")
	text := fmt.Sprintf("%d %d %s %s %s:%d", os.Getpid(), lab.PID(), lab.Out, admin, lab.Address, lab.Port)
	if err := os.WriteFile(told+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	os.Rename(told+".new", told)
	for { // until nobody is there who could answer
		if _, err := lab.Get("/widgets", "my_client"); errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
	}
}
