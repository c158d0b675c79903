"""What the plug-in adds to a run of pytest, seen from outside: pytest is started as a user starts it."""

import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
SCENARIO = HERE / "private-api.json"
DEADLINE_S = 60


def command(*arguments):
    return [sys.executable, "-m", "pytest", "-p", "hoplab.pytest_plugin", "-p", "no:cacheprovider",
            *map(str, arguments)]


def run_pytest(*arguments, cwd=HERE):
    """What a run of pytest prints, without colours."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(command("--color=no", *arguments), cwd=cwd, env=environment, capture_output=True, text=True,
                          timeout=DEADLINE_S, check=False).stdout


def sections(output):
    """The section "hoplab" of each failed test, with what differs from run to run masked."""
    found = {}
    test = None
    for line in output.splitlines():
        if heading := re.fullmatch(r"_+ (?:ERROR at \w+ of )?(\w+) _+", line):
            test = heading[1]
        elif re.fullmatch(r"-+ hoplab -+", line):
            found[test] = []
            inside = found[test]
            continue
        if re.match(r"[-_=]{3}", line):
            inside = None
        elif found and inside is not None:
            inside.append(masked(line))
    return "".join(f"{test}\n" + "".join(f"  {line}\n" for line in lines) + "\n" for test, lines in found.items())


def masked(line):
    line = re.sub(r"#\d+", "#ID", line)
    line = re.sub(r"127(\.\d+){3}:\d+", "127.0.0.1:PORT", line)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", line)


def test_a_failing_test_says_why_its_connections_ended():
    output = run_pytest(GOLDEN / "failing_example.py", "--hoplab-scenario", SCENARIO)
    assert sections(output) == (GOLDEN / "failing.txt").read_text()
    assert "9 failed, 1 passed" in output


def test_a_failing_test_says_it_from_a_worker_too():
    output = run_pytest(GOLDEN / "failing_example.py", "--hoplab-scenario", SCENARIO, "-n", "1")
    assert sections(output) == (GOLDEN / "failing.txt").read_text()


def test_six_examples_pass_in_two_workers():
    output = run_pytest("test_example.py", "-n", "2")
    assert re.search(r"6 passed|5 passed, 1 skipped", output), output


def test_the_scenario_is_the_markers_then_the_command_lines_then_the_ini_files(tmp_path):
    for name in ("marker", "line", "ini"):
        (tmp_path / f"{name}.json").write_text(SCENARIO.read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\nhoplab_scenario = ini.json\n")
    (tmp_path / "test_it.py").write_text("""
import pathlib, pytest

@pytest.mark.hoplab("marker.json", "--threads", "2")
def test_with_a_marker(hoplab):
    print("marked", pathlib.Path(hoplab.scenario).name)

def test_without(hoplab, hoplab_lab):
    print("unmarked", pathlib.Path(hoplab.scenario).name)
    assert hoplab_lab(hoplab.scenario) is hoplab
    assert hoplab_lab("marker.json", "--threads", "2") is not hoplab
""")
    output = run_pytest("-s", cwd=tmp_path)
    assert "marked marker.json" in output and "unmarked ini.json" in output and "2 passed" in output, output
    output = run_pytest("-s", "--hoplab-scenario", "line.json", cwd=tmp_path)
    assert "marked marker.json" in output and "unmarked line.json" in output and "2 passed" in output, output
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert "the test names no scenario" in run_pytest(cwd=tmp_path)


def test_a_lab_that_has_ended_is_reported_and_started_anew(tmp_path):
    (tmp_path / "test_it.py").write_text("""
def test_that_kills_it(hoplab):
    hoplab._process.kill()
    hoplab._process.wait()
    hoplab.get("/widgets", "my_client")

def test_behind_it(hoplab):
    assert hoplab.get("/widgets", "my_client").status == 200
""")
    output = run_pytest("--hoplab-scenario", SCENARIO, cwd=tmp_path)
    assert "hoplab runs no more: it ended with -9" in output and "1 failed, 1 passed" in output, output


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with two workers"])
def test_nothing_is_left_behind_when_the_runner_is_killed(tmp_path, workers):
    (tmp_path / "test_it.py").write_text("""
import os
import signal

def test_that_hangs(hoplab):
    with open("making", "w") as file:
        print(hoplab._process.pid, hoplab.out, hoplab.address, hoplab.port, file=file)
    os.rename("making", "running")
    signal.pause()
""")
    with subprocess.Popen(command("-q", "--hoplab-scenario", SCENARIO, *workers), cwd=tmp_path) as runner:
        try:
            until((tmp_path / "running").exists, "the test runs")
            pid, out, address, port = (tmp_path / "running").read_text().split()
            hoplab = os.pidfd_open(int(pid))
        finally:
            runner.send_signal(signal.SIGKILL)
    poll = select.poll()
    poll.register(hoplab, select.POLLIN)
    assert poll.poll(DEADLINE_S * 1000), "hoplab goes on without its runner"
    os.close(hoplab)
    assert not pathlib.Path(out).exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, int(port)))


def until(condition, what):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"not within the deadline: {what}"
        os.sched_yield()
