"""A check that fails says why: what was expected, what was seen, and what became of the connection. On the console,
in JUnit and as JSON; a golden file holds the text of every key of `expect`."""

import json
import os
import pathlib
import re
import socket
import tempfile
import unittest
import xml.etree.ElementTree

from lab import SCENARIOS, read_scenario, run_hoplab

GOLDEN = pathlib.Path(__file__).parent / "data" / "failing_checks.txt"

# One check for each key, whose expectation does not come true.
CHECKS = {
    "status": ("revoked", {"status": 200}),
    "status of an answer": ("my_client", {"status": 403}),
    "body": ("my_client", {"status": 200, "body": "another"}),
    "bodyLike": ("my_client", {"status": 200, "bodyLike": "another*"}),
    "headers": ("my_client", {"status": 200, "headers": {"Content-Type": "text/plain"}}),
    "end": ("my_client", {"end": "reset"}),
    "cause": ("expired", {"end": "reset", "cause": "client-closed"}),
    "hop": ("untrusted", {"end": "reset", "hop": "nlb"}),
    "failure": ("my_client", {"status": 200, "failure": "target-reset"}),
    "verifyStatus": ("self_signed", {"end": "reset", "verifyStatus": "Success"}),
    "apiRequests": ("my_client", {"status": 200, "apiRequests": 2}),
    "apiSaw": ("my_client", {"status": 200, "apiSaw": {"method": "POST"}}),
    "metrics": ("revoked", {"end": "reset", "metrics": {"nlb": {"TCP_ELB_Reset_Count": 3}}}),
}


def masked(text):
    for pattern, instead in ((r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"), (r"[0-9A-F]{32}", "SERIAL"),
                             (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"), (r"#\d+", "#ID")):
        text = re.sub(pattern, instead, text)
    return text


class FailingChecks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scenario = read_scenario("private-api-mtls.json")
        scenario["checks"] = [{"name": name, "certificate": certificate, "request": {"path": "/widgets"},
                               "expect": expect} for name, (certificate, expect) in CHECKS.items()]
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "scenario.json").write_text(json.dumps(scenario))
        cls.console = run_hoplab("test", cls.folder / "scenario.json", "--junit", cls.folder / "junit.xml")
        cls.json = run_hoplab("test", cls.folder / "scenario.json", "--json")

    def test_every_key_says_why(self):
        self.assertEqual(self.console.returncode, 1)
        text = masked("\n".join(self.console.stdout.splitlines()[1:]) + "\n")
        if os.environ.get("UPDATE_GOLDEN"):
            GOLDEN.write_text(text)
        self.assertEqual(text, GOLDEN.read_text())

    def test_junit_says_the_same(self):
        root = xml.etree.ElementTree.parse(self.folder / "junit.xml").getroot()
        told = [line for failure in root.iter("failure") for line in failure.text.splitlines()]
        printed = [line.strip() for line in self.console.stdout.splitlines() if line.startswith("        ")]
        self.assertEqual(told, printed)

    def test_json_says_the_same(self):
        self.assertEqual(self.json.returncode, 1)
        whole = json.loads(self.json.stdout)
        self.assertEqual((whole["passed"], whole["failed"], whole["broken"]), (0, len(CHECKS), 0))
        told = [line for check in whole["scenarios"][0]["checks"] for line in check["failures"] + check["connections"]]
        printed = [line.strip() for line in self.console.stdout.splitlines() if line.startswith("        ")]
        self.assertEqual([masked(line) for line in told], [masked(line) for line in printed])


class WhichScenarios(unittest.TestCase):
    def test_a_folder(self):
        whole = json.loads(run_hoplab("test", "--json", SCENARIOS / "resets" / "..", "--shard", "1/40").stdout)
        self.assertGreater(len(whole["scenarios"]), 1)

    def test_shards_are_the_whole_once_each(self):
        with tempfile.TemporaryDirectory() as folder:
            for i in range(7):  # not scenarios, so that each is told of at once
                (pathlib.Path(folder) / f"{i}.json").write_text("{}")
            (pathlib.Path(folder) / "deeper").mkdir()
            (pathlib.Path(folder) / "deeper" / "more.json").write_text("{}")
            ran = []
            for number in range(1, 4):
                done = run_hoplab("test", "--json", folder, "--shard", f"{number}/3")
                self.assertEqual(done.returncode, 2)
                ran += [one["file"] for one in json.loads(done.stdout)["scenarios"]]
            self.assertEqual(len(ran), 8)
            self.assertEqual(sorted(ran), sorted(str(one) for one in pathlib.Path(folder).rglob("*.json")))

    def test_several_at_once_that_want_one_port(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        scenario = read_scenario("private-api-mtls.json")
        scenario["proxies"] = {"redis": {"listen": f"127.0.0.1:{port}", "upstream": "127.0.0.1:6379"}}
        with tempfile.TemporaryDirectory() as folder:
            for i in range(5):
                (pathlib.Path(folder) / f"{i}.json").write_text(json.dumps(scenario))
            done = run_hoplab("test", "--json", "--jobs", "5", folder)
            whole = json.loads(done.stdout)
            self.assertEqual([pathlib.Path(one["file"]).name for one in whole["scenarios"]],
                             [f"{i}.json" for i in range(5)])
            self.assertEqual((whole["failed"], whole["broken"]), (0, 0), done.stdout)

    def test_mistakes(self):
        done = run_hoplab("test", SCENARIOS, "--jobs", "0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--jobs", done.stderr)
        for shard in ("0/3", "4/3", "1", "a/b"):
            done = run_hoplab("test", SCENARIOS, "--shard", shard)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"'{shard}' is not NUMBER/OF, such as 2/5", done.stderr)
        with tempfile.TemporaryDirectory() as folder:
            done = run_hoplab("test", folder)
            self.assertIn("there is no scenario (.json) in this folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
