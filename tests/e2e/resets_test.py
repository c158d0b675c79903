"""The casebook: each case reproduces its symptom, and `hoplab explain` finds it by what clients print."""

import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest

import casebook
from lab import ROOT, hoplab_binary, run_hoplab
from pages import pictures

CASES = casebook.cases()
CLIENTS = ("curl", "Python")
LEAST = {"cases": 99, "R": 23, "S": 40, "captures": 109}  # what the casebook has reached


def explained(line, *options):
    """The file names of the likeliest cases."""
    done = run_hoplab("explain", "--casebook", casebook.FOLDER, "--json", *options, "--", line)
    if done.returncode not in (0, 1):
        raise AssertionError(done.stderr)
    return [one["file"].rsplit("/", 1)[-1] for one in json.loads(done.stdout)]


def is_known_by_captures(scenario):
    """Whether explain names the case among the first three for a connection in the captures of its checks."""
    name = scenario["file"].rsplit("/", 1)[-1]
    for check in scenario["checks"]:
        done = run_hoplab("explain", "--capture", check["capture"], "--json")
        connections = json.loads(done.stdout)
        if any(one.get("file", "").rsplit("/", 1)[-1] == name for each in connections for one in each["causes"]):
            return True
    return False


def access_lines():
    """A line of an ALB's access log whose target closed, and one without a failure."""
    begin = "https 2026-03-02T10:11:12.1Z app/api/50dc6c495c0c9188 10.0.4.21:52310 10.0.5.7:8443 "
    rest = ' 512 277 "POST https://api.example.com:443/orders HTTP/1.1" "axios/1.6.2" - -'
    return begin + "0.000 0.004 -1 502 -" + rest, begin + "0.000 0.004 0.000 200 200" + rest


class Casebook(unittest.TestCase):
    def test_every_case_reproduces_its_symptom_and_is_known_by_its_captures(self):
        self.assertGreaterEqual(len(CASES), LEAST["cases"])
        with tempfile.TemporaryDirectory() as folder:
            done = run_hoplab("test", *(case.path for case in CASES), "--capture", folder, "--pictures", folder,
                              "--json", timeout=300)
            told = json.loads(done.stdout)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for case, of_case in zip(CASES, told["scenarios"]):
                with self.subTest("its picture", case=case.name):
                    self.assertEqual(pictures.gist(pictures.chosen(case, of_case)),
                                     pictures.gist(pictures.path_of(case).read_text()))
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                known = dict(zip((case.name for case in CASES), pool.map(is_known_by_captures, told["scenarios"])))
        self.assertGreaterEqual(sum(known.values()), LEAST["captures"],
                                [name for name, is_known in known.items() if not is_known])

    def test_each_says_what_it_is(self):
        self.assertEqual(len({case.title for case in CASES}), len(CASES))
        for case in CASES:
            with self.subTest(case=case.name):
                self.assertGreaterEqual(len(case.told["symptoms"]), 5)
                for key in ("cause", "hop", "tellApart", "metrics", "fix", "facts"):
                    self.assertTrue(case.told.get(key), key)
                self.assertTrue(case.scenario["story"])

    def test_rows_are_spelled_right(self):
        for case in CASES:
            for fact in case.told["facts"]:
                if re.fullmatch(r"\W*[A-Za-z]\W*\d+\W*", fact):
                    with self.subTest(case=case.name, fact=fact):
                        self.assertIn(fact, casebook.ROWS)

    def test_covers_its_rows(self):
        found = [row for row, cases in casebook.covered(CASES).items() if cases]
        self.assertGreaterEqual(sum(row.startswith("R") for row in found), LEAST["R"], found)
        self.assertGreaterEqual(sum(row.startswith("S") for row in found), LEAST["S"], found)

    def test_each_holds_counters(self):
        for case in CASES:
            expectations = [step.get("expect", {}) for check in case.scenario["checks"]
                            for step in (check, *check.get("then", []))]
            with self.subTest(case=case.name):
                self.assertTrue(any("metrics" in one for one in expectations))


class Page(unittest.TestCase):
    """docs/resets.md"""

    def test_is_what_the_casebook_gives_and_what_clients_print(self):
        """Of a fifth of the cases, others each time, but for HOPLAB_CASES=all."""
        chosen = [case.name for case in CASES]
        if os.environ.get("HOPLAB_CASES") != "all":
            chosen = random.sample(chosen, len(chosen) // 5)
        done = subprocess.run([sys.executable, "-B", ROOT / "tests/e2e/pages/resets", "--check", *chosen],
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_client_meets_every_case(self):
        for heads in {tuple(case.clients(CLIENTS)) for case in CASES}:
            those = [case for case in CASES if tuple(case.clients(CLIENTS)) == heads]
            self.assertEqual(casebook.PAGE.read_text().count(f"\n|  | {' | '.join(heads)} |\n"), len(those))

    def test_has_every_case(self):
        page = casebook.PAGE.read_text()
        sections = re.findall(r"^### (.*)$", page, re.M)
        self.assertEqual(sorted(sections), sorted(case.title for case in CASES))
        for case in CASES:
            with self.subTest(case=case.name):
                self.assertIn(f"hoplab test {case.path.relative_to(ROOT)}\n", page)

    def test_its_links_lead_somewhere(self):
        page = casebook.PAGE.read_text()
        anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))
                   for heading in re.findall(r"^#+ (.*)$", page, re.M)}
        for link in re.findall(r"\]\(#([^)]*)\)", page):
            self.assertIn(link, anchors)


class Explain(unittest.TestCase):
    def test_a_file_is_grouped_by_cause(self):
        failed, fine = access_lines()
        with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
            log.write((failed + "\n") * 3 + fine + "\n" + "VERDICT Failed:ClientCertCrlHit\n")
            log.flush()
            done = run_hoplab("explain", "--casebook", casebook.FOLDER, "--file", log.name)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout.startswith("5 lines, 2 causes; 1 line without one\n\n3 lines, the first:\n"),
                            done.stdout)
            both = run_hoplab("explain", "--file", log.name, "and a text")
            self.assertEqual((both.returncode, "give a text or --file, not both" in both.stderr), (2, True))
        missing = run_hoplab("explain", "--file", "/no/such.log")
        self.assertEqual((missing.returncode, "cannot read /no/such.log" in missing.stderr), (2, True))

    def test_a_pipe_is_read(self):
        done = subprocess.run([hoplab_binary(), "explain", "--json"], input="Failed:ClientCertMaxSizeExceeded\n",
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)[0]["code"], "Failed:ClientCertMaxSizeExceeded")

    def test_what_is_known_narrows_it(self):
        line = "java.net.SocketException: Connection reset"
        self.assertEqual(explained(line, "--after", "10m")[0], "nlb-idle.json")
        through = explained(line, "--through", "nlb", "--most", 20)
        self.assertFalse([name for name in through if name.startswith("mtls-")], through)
        self.assertEqual(explained(line, "--through", "alb", "--mode", "verify", "--tls", "1.3")[0],
                         "mtls-refused-tls13.json")

    def test_what_no_case_knows_is_said(self):
        done = run_hoplab("explain", "--casebook", casebook.FOLDER, "--", "zzz")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith("I do not know: "), done.stdout)

    def test_a_casebook_of_ones_own(self):
        done = run_hoplab("explain", "--casebook", "/no/such/folder", "--", "reset")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot read the folder /no/such/folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
