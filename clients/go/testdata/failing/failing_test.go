// Package failing has tests that fail, each for a reason that only hoplab knows; ../failing.txt holds what they log.
package failing

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"hoplab"
)

func get(t *testing.T, lab *hoplab.Lab, certificate string) {
	t.Helper()
	if status, _, err := lab.Get("/widgets", certificate); err != nil || status != 200 {
		t.Fatal(status, err)
	}
}

func start(t *testing.T) *hoplab.Lab { return hoplab.Start(t, "../private-api.json") }

func TestWithoutAConnection(t *testing.T) {
	start(t)
	t.Fail()
}

func TestExpired(t *testing.T) {
	lab := start(t)
	get(t, lab, "my_client")
	get(t, lab, "expired")
}

func TestNoCertificate(t *testing.T) { get(t, start(t), "") }

func TestFault(t *testing.T) {
	lab := start(t)
	lab.Arm("bad-zone", hoplab.Fault{Hop: "nlb", Action: "reset", Stage: "client-hello"})
	get(t, lab, "my_client")
}

func TestTargetReset(t *testing.T) {
	lab := start(t)
	lab.Arm("dead", hoplab.Fault{Hop: "execute-api-endpoint", Action: "reset"})
	get(t, lab, "my_client")
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

func TestThatPasses(t *testing.T) { get(t, start(t), "my_client") }

func TestThatHangs(t *testing.T) {
	if os.Getenv("TEST_HANGS") == "" {
		t.Skip("for a run that is killed")
	}
	lab := start(t)
	fmt.Println("running", lab.PID(), lab.Out)
	os.Stdin.Read(make([]byte, 1))
}
