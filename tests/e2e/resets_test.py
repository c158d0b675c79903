"""The casebook: each case reproduces its symptom, and `hoplab explain` finds it by what clients print."""

import json
import os
import random
import re
import subprocess
import sys
import unittest

import casebook
from lab import ROOT, run_hoplab

CASES = casebook.cases()
CLIENTS = ("curl", "Python")
SYMPTOMS = json.loads((ROOT / "tests" / "e2e" / "data" / "symptoms.json").read_text())
TOP = 3
LEAST = {"cases": 99, "R": 23, "S": 40}  # what the casebook has reached


def explained(line, *options):
    """The file names of the likeliest cases."""
    done = run_hoplab("explain", "--casebook", casebook.FOLDER, "--json", "--most", TOP, *options, "--",
                      line)
    if done.returncode not in (0, 1):
        raise AssertionError(done.stderr)
    return [one["file"].rsplit("/", 1)[-1] for one in json.loads(done.stdout)]


def facts_of(case):
    """What is known beside the line, as options."""
    options = []
    if "after" in case:
        options += ["--after", case["after"]]
    if len(case.get("tls", [])) == 1:
        options += ["--tls", case["tls"][0]]
    if len(case.get("mutualTls", [])) == 1:
        options += ["--mutual-tls", case["mutualTls"][0]]
    return options


class Casebook(unittest.TestCase):
    def test_every_case_reproduces_its_symptom(self):
        self.assertGreaterEqual(len(CASES), LEAST["cases"])
        done = run_hoplab("test", *(case.path for case in CASES), timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

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
    def test_a_case_is_found_by_each_of_its_lines(self):
        for case in CASES:
            for line in case.told["symptoms"]:
                with self.subTest(case=case.name, line=line):
                    self.assertIn(case.path.name, explained(line, *facts_of(case.told)))

    def test_lines_from_public_issues_are_found(self):
        self.assertGreaterEqual(len(SYMPTOMS), 46)
        for one in SYMPTOMS:
            with self.subTest(one["source"], line=one["line"]):
                self.assertTrue(set(explained(one["line"], *facts_of(one))) & set(one["cases"]))

    def test_what_no_case_knows_is_said(self):
        done = run_hoplab("explain", "--casebook", casebook.FOLDER, "--", "zzz")
        self.assertEqual((done.returncode, done.stdout),
                         (1, "no case of the casebook has anything in common with that\n"))

    def test_a_casebook_of_ones_own(self):
        done = run_hoplab("explain", "--casebook", "/no/such/folder", "--", "reset")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot read the folder /no/such/folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
