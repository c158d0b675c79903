package hoplab_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const failing = "./testdata/failing"

var (
	result  = regexp.MustCompile(`^( *)--- (FAIL|PASS|SKIP): (\S+)`)
	journal = regexp.MustCompile(`^ +\w+\.go:\d+: hoplab$`)
	id      = regexp.MustCompile(`#\d+`)
	port    = regexp.MustCompile(`127(\.\d+){3}:\d+`)
	moment  = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)
)

// journals gives that of each failed test, with what differs from run to run masked.
func journals(output string) string {
	var found strings.Builder
	inside := false
	test, margin := "", "" // a subtest is further to the right
	for _, line := range strings.Split(output, "\n") {
		if match := result.FindStringSubmatch(line); match != nil {
			test, margin, inside = match[3], match[1]+"      ", false
		} else if journal.MatchString(line) {
			inside = true
			found.WriteString(test + "\n")
		} else if inside && strings.HasPrefix(line, margin+"  ") {
			line = id.ReplaceAllString(strings.TrimPrefix(line, margin), "#ID")
			line = port.ReplaceAllString(line, "127.0.0.1:PORT")
			found.WriteString(moment.ReplaceAllString(line, "TIME") + "\n")
		} else {
			inside = false
		}
	}
	return found.String()
}

func TestAFailingTestSaysWhyItsConnectionsEnded(t *testing.T) {
	output, err := exec.Command("go", "test", "-count=1", failing).CombinedOutput()
	if err == nil {
		t.Fatal("the tests pass")
	}
	want, err := os.ReadFile("testdata/failing.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := journals(string(output)); got != string(want) {
		t.Fatalf("it logged\n%s\nin\n%s", got, output)
	}
	if strings.Contains(string(output), "TestThatPasses") {
		t.Fatalf("a test that passes logged something:\n%s", output)
	}
}

func TestNothingIsLeftBehindWhenTheTestIsKilled(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "failing.test")
	if output, err := exec.Command("go", "test", "-c", "-o", binary, failing).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	runner := exec.Command(binary, "-test.run", "TestThatHangs")
	runner.Dir = failing
	leavesNothing(t, runner)
}

func TestNothingIsLeftBehindWhenGoTestIsKilled(t *testing.T) {
	leavesNothing(t, exec.Command("go", "test", "-count=1", "-run", "TestThatHangs", failing))
}

// leavesNothing kills a runner of TestThatHangs when the lab is there.
func leavesNothing(t *testing.T, runner *exec.Cmd) {
	t.Helper()
	told := filepath.Join(t.TempDir(), "told")
	runner.Env = append(os.Environ(), "TEST_HANGS="+told)
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	defer runner.Process.Kill()
	text, err := os.ReadFile(told)
	for deadline := time.Now().Add(time.Minute); err != nil; text, err = os.ReadFile(told) {
		if time.Now().After(deadline) {
			t.Fatal("the test does not run: ", err)
		}
		runtime.Gosched()
	}
	var pid, labPID int
	var out, admin, wayIn string
	if _, err := fmt.Sscan(string(text), &pid, &labPID, &out, &admin, &wayIn); err != nil {
		t.Fatal(err)
	}
	runner.Process.Kill()
	runner.Wait()
	waitForEnd(t, labPID)
	waitForEnd(t, pid)
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Fatal("the folder of the certificates is left behind:", err)
	}
	for _, address := range []string{admin, wayIn} {
		if _, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatal(address, "is left behind:", err)
		}
	}
}

// waitForEnd waits until there is no such process, or only its exit code is left.
func waitForEnd(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; runtime.Gosched() {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the process %d goes on: %s", pid, stat)
		}
	}
}
