"""Runs hoplab exec for tests, each in a folder of its own."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from lab import DEADLINE_S, SCENARIOS, hoplab_binary, run_hoplab

POST = SCENARIOS / "private-api-mtls.json"
WIDGET = '{"id":"1","value":"4.99"}'
URL = "https://api.example.com/widgets"


def namespaces_are_allowed():
    done = run_hoplab("exec", POST, "--", "true")
    return done.returncode == 0 and "without namespaces" not in done.stderr


class Exec(unittest.TestCase):
    """Runs it in a folder of its own."""
    options = ()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="exec-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def exec(self, *words, scenario=POST, options=(), under=(), **more):
        """`scenario`: a file, what is in one, or a list of files."""
        if isinstance(scenario, dict):
            path = self.folder / "scenario.json"
            path.write_text(json.dumps(scenario))
            scenario = path
        files = scenario if isinstance(scenario, list) else [scenario]
        command = [*under, hoplab_binary(), "exec", *map(str, files), *self.options, *options, "--",
                   *map(str, words)]
        more.setdefault("cwd", self.folder)
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False, **more)

    def curl(self, certificate, **more):
        return self.exec("curl", "--key", f"{certificate}.key", "--cert", f"{certificate}.pem", URL, **more)

    def need(self, *programs):
        for program in programs:
            if not shutil.which(program):
                self.skipTest(f"there is no {program} here")

    def need_module(self, name):
        if subprocess.run([sys.executable, "-c", "import " + name], capture_output=True, check=False).returncode:
            self.skipTest(f"there is no {name} here")

    def need_php_curl(self):
        self.need("php")
        if "curl" not in subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout.split():
            self.skipTest("PHP has no curl here")

    def start(self, *words, **more):
        started = subprocess.Popen([hoplab_binary(), "exec", str(POST), *self.options, "--", *words], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        self.addCleanup(started.stderr.close)
        self.addCleanup(started.stdout.close)
        self.addCleanup(started.wait)
        self.addCleanup(started.kill)
        return started


@unittest.skipUnless(namespaces_are_allowed(), "this machine allows no namespaces (a chroot, a container)")
class Inside(Exec):
    pass
