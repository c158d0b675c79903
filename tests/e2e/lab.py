"""Runs the hoplab command for tests: starts it, waits until it is ready, keeps what it prints, ends it.

Nothing sleeps: whoever waits, waits for a line or for the end of the process, up to a deadline.
"""

import importlib.util
import json
import os
import pathlib
import queue
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
# Generous: the machine may be busy, and nobody waits for it in a good run.
DEADLINE_S = int(os.environ.get("HOPLAB_TEST_DEADLINE_S", "60"))


def needs(*modules):
    """Ends a whole file of tests, with a word, where a module of Python is missing that only CI installs."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing and not os.environ.get("CI"):
        print(f"skipped: no Python module {', '.join(missing)}")
        sys.exit(0)


def hoplab_binary():
    return os.environ.get("HOPLAB") or str(ROOT / "build" / "release" / "hoplab")


def without_comments(text):
    """Scenario text as plain JSON: // and /* */ are dropped, strings are left alone."""
    return re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m.group(1) or "", text,
                  flags=re.S)


def read_scenario(name):
    return json.loads(without_comments((SCENARIOS / name).read_text()))


def listener_of(scenario, load_balancer):
    return scenario["LoadBalancers"][load_balancer]["Listeners"][0]


def run_hoplab(*arguments, timeout=DEADLINE_S):
    """A command that ends by itself."""
    return subprocess.run([hoplab_binary(), *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, check=False)


class Lab:
    """`hoplab up SCENARIO`, ready. SCENARIO is a path, or a dictionary that is written to a file; None: there is none.
    `under`: a command that runs the command."""

    def __init__(self, scenario, *arguments, json_output=False, under=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoplab-e2e-"))
        if isinstance(scenario, dict):
            path = self.folder / "scenario.json"
            path.write_text(json.dumps(scenario))
            scenario = path
        self.out = self.folder / "out"
        named = [str(scenario)] if scenario else []
        command = [*under, hoplab_binary(), "up", *named, "--out", str(self.out), *arguments]
        if json_output:
            command.append("--json")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        self.lines = []        # all that it has printed
        self._arriving = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.opening = self._until_ready(json_output)
        self.env = dict(shlex.split(line)[1].split("=", 1)  # export NAME=VALUE
                        for line in (self.out / "env").read_text().splitlines())
        self.name = self.env["HOPLAB_NAME"]
        self.address = self.env["HOPLAB_ADDRESS"]
        self.port = int(self.env["HOPLAB_PORT"])
        self.ca_bundle = self.env["HOPLAB_CA_BUNDLE"]

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._arriving.put(self.lines[-1])
        self._arriving.put(None)

    def next_line(self):
        """The next line that it prints; None at its end."""
        return self._arriving.get(timeout=DEADLINE_S)

    def _until_ready(self, json_output):
        opening = []
        while (line := self.next_line()) is not None:
            opening.append(line)
            if json_output:
                return json.loads(line)
            if line == "ready":
                return "\n".join(opening)
        error = self.process.stderr.read()
        self.stop()
        raise RuntimeError("hoplab did not come up: " + error)

    def next_end(self):
        """The line of the next connection that ends."""
        line = self.next_line()
        if line is None:
            raise RuntimeError("hoplab ended: " + self.process.stderr.read())
        return line

    def certificate(self, name):
        """(certificate, key) as PEM files."""
        return str(self.out / f"{name}.pem"), str(self.out / f"{name}.key")

    def memory_kib(self):
        """Its own memory. Not its share of mapped files: that changes with whoever else runs the same program."""
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return sum(int(number) for number in re.findall(r"^Pss_(?:Anon|Shmem): +(\d+) kB", text, re.M))

    def page_faults(self):
        """How often it was given a page of memory so far."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        return int(stat.rsplit(")", 1)[1].split()[7])

    def stop(self, how=signal.SIGTERM):
        """Ends it and returns (exit code, last lines, standard error)."""
        if self.process.stdout.closed:
            return self.process.returncode, [], ""
        seen = len(self.lines)
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self._reader.join(timeout=DEADLINE_S)
        error = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code, self.lines[seen:], error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def curl_command(lab, *arguments, path="/", certificate=None, host=None, headers=True):
    """curl against the lab's entry, as its printed commands do."""
    host = host or lab.name
    scheme = lab.env["HOPLAB_URL"].split(":")[0]
    standard_port = "443" if scheme == "https" else "80"
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(DEADLINE_S),
               "--connect-to", f"{host}:{standard_port}:{lab.address}:{lab.port}"]
    if headers:
        command.append("--include")
    if scheme == "https":
        command += ["--cacert", lab.ca_bundle]
    if certificate:
        pem, key = lab.certificate(certificate)
        command += ["--cert", pem, "--key", key]
    return [*command, *arguments, f"{scheme}://{host}{path}"]


def curl(lab, *arguments, **how):
    """As curl_command() has it; returns the finished process."""
    return subprocess.run(curl_command(lab, *arguments, **how), capture_output=True, timeout=DEADLINE_S + 10,
                          check=False)


def admin(lab, path):
    """What the lab's admin API answers to a GET."""
    with urllib.request.urlopen(f"http://{lab.env['HOPLAB_ADMIN']}{path}") as answer:
        return json.load(answer)


def until(condition, what):
    """Polls until `condition()` is true; its value."""
    deadline = time.monotonic() + DEADLINE_S
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("not within the deadline: " + what)
        threading.Event().wait(0.01)
    return value
