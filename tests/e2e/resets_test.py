"""The casebook: each case reproduces its symptom, and `hoplab explain` finds it by what clients print."""

import json
import unittest

from lab import ROOT, run_hoplab, without_comments

CASES = sorted((ROOT / "scenarios" / "resets").glob("*.json"))
SYMPTOMS = json.loads((ROOT / "tests" / "e2e" / "data" / "symptoms.json").read_text())
TOP = 3


def explained(line, *options):
    """The file names of the likeliest cases."""
    done = run_hoplab("explain", "--json", "--most", TOP, *options, "--", line)
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
        self.assertGreater(len(CASES), 20)
        done = run_hoplab("test", *CASES, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Explain(unittest.TestCase):
    def test_a_case_is_found_by_each_of_its_lines(self):
        for path in CASES:
            case = json.loads(without_comments(path.read_text()))["case"]
            for line in case["symptoms"]:
                with self.subTest(case=path.name, line=line):
                    self.assertIn(path.name, explained(line, *facts_of(case)))

    def test_lines_from_public_issues_are_found(self):
        self.assertGreaterEqual(len(SYMPTOMS), 12)
        for one in SYMPTOMS:
            with self.subTest(one["source"], line=one["line"]):
                self.assertTrue(set(explained(one["line"], *facts_of(one))) & set(one["cases"]))

    def test_what_no_case_knows_is_said(self):
        done = run_hoplab("explain", "--", "zzz")
        self.assertEqual((done.returncode, done.stdout),
                         (1, "no case of the casebook has anything in common with that\n"))

    def test_a_casebook_of_ones_own(self):
        done = run_hoplab("explain", "--casebook", "/no/such/folder", "--", "reset")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot read the folder /no/such/folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
