"""The load balancer's access log as real clients make it, read by a parser that others have written: GoAccess."""

import gzip
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import unittest

import exchange_lab
from exchange_lab import CLIENTS, Door, idle_timeout, scenario
from lab import DEADLINE_S, Lab, until
from peers import RawServer

# Paths of exchange_lab.serve(), and what the client gets.
ANSWERS = {"/good": 200, "/fin": 502, "/rst": 502, "/nonsense": 502, "/large-head": 502, "/silent": 504}


def lines_of(path):
    """Each line's fields."""
    return [shlex.split(line) for line in path.read_text(encoding="ascii").splitlines()]


def goaccess(*files):
    """Its report, from AWS's files as they are."""
    program = shutil.which("goaccess")
    if program is None and not os.environ.get("CI"):
        raise unittest.SkipTest("goaccess is not installed")
    done = subprocess.run([program, *files, "--log-format=AWSALB", "--no-global-config", "--output-format=json"],
                          capture_output=True, text=True, timeout=DEADLINE_S, check=True, stdin=subprocess.DEVNULL)
    return json.loads(done.stdout)


class AccessLog(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "access.log"

    def test_each_answer_has_its_line_and_goaccess_reads_them_all(self):
        with RawServer(exchange_lab.serve) as target:
            made = scenario(target, **idle_timeout(1))
            with Lab(made, "--access-log", self.log, "--log-bucket", self.folder / "bucket", json_output=True) as lab:
                asked = 0
                for client, (port, version) in CLIENTS.items():
                    for path, status in ANSWERS.items():
                        with self.subTest(client=client, path=path):
                            answer = Door(lab, port).curl(path, version, "--user-agent", 'curl "x"',
                                                          "--output", os.devnull, "--write-out", "%{http_code}")
                            self.assertEqual(answer.stdout.decode(), str(status))
                            asked += 1
                            until(lambda: len(lines_of(self.log)) == asked, "the line is written")
                            line = lines_of(self.log)[-1]
                            self.assertEqual(len(line), 34)
                            self.assertEqual(line[0], {"HTTP/1.1": "http", "HTTP/1.1 over TLS": "https",
                                                       "HTTP/2": "h2"}[client])
                            self.assertEqual(line[4], target.address)
                            self.assertEqual((line[8], line[9]), (str(status), "200" if status == 200 else "-"))
                            self.assertIn(f":{port}{path} HTTP/{'2.0' if client == 'HTTP/2' else '1.1'}",
                                          line[12])
                            self.assertEqual(line[18], "-" if port == 80 else exchange_lab.NAME)
        report = goaccess(self.log)["general"]
        self.assertEqual((report["valid_requests"], report["failed_requests"]), (asked, 0))
        delivered = [one for one in (self.folder / "bucket").rglob("*_app.*.log.gz")
                     if one.name.startswith("111111111111_elasticloadbalancing_")]
        text = "".join(gzip.open(one, "rt").read() for one in delivered)
        self.assertEqual(text, self.log.read_text(encoding="ascii"))


if __name__ == "__main__":
    unittest.main()
