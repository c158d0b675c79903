package hoplab_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	runner.Env = append(os.Environ(), "TEST_HANGS=1")
	if _, err := runner.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := runner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(stdout).ReadString('\n')
	var pid int
	var out, admin, wayIn string
	if _, scanned := fmt.Sscanf(said, "running %d %s %s %s", &pid, &out, &admin, &wayIn); scanned != nil {
		runner.Process.Kill()
		t.Fatal(said, err, scanned)
	}
	lab := process(t, pid)
	runner.Process.Kill()
	runner.Wait()
	waitForEnd(t, lab)
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Fatal("the folder of the certificates is left behind:", err)
	}
	for _, address := range []string{admin, wayIn} {
		if _, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatal(address, "is left behind:", err)
		}
	}
}

// process gives a descriptor that is readable when the process has ended.
func process(t *testing.T, pid int) *os.File {
	const pidfdOpen = 434 // of every architecture
	fd, _, failed := syscall.Syscall(pidfdOpen, uintptr(pid), syscall.O_NONBLOCK, 0)
	if failed != 0 {
		t.Fatal(failed)
	}
	file := os.NewFile(fd, "pidfd")
	t.Cleanup(func() { file.Close() })
	return file
}

func waitForEnd(t *testing.T, process *os.File) {
	if err := process.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	raw, err := process.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	first := true
	err = raw.Read(func(uintptr) bool { // it is called again when the descriptor is readable
		defer func() { first = false }()
		return !first
	})
	if err != nil {
		t.Fatal("hoplab goes on without the test:", err)
	}
}
