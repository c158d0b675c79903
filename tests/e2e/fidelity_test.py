"""docs/fidelity.md names tests that exist, says where its knowledge comes from, and leaves out nothing that
the code can answer, count, log or be set to."""

import json
import re
import unittest

from lab import ROOT

EMULATOR = ROOT / "emulator"
DOCS = ROOT / "docs"
SOURCES = ("documented", "observed", "inferred", "undocumented", "extrapolated", "of hoplab")


def tests_in_the_tree():
    names = set()
    for path in (ROOT / "tests").rglob("*_test.cpp"):
        names |= {f"{suite}.{name}" for suite, name in
                  re.findall(r"^TEST(?:_F|_P)?\(\s*(\w+), (\w+)\)", path.read_text(), re.M)}
    for path in (ROOT / "tests" / "e2e").glob("*_test.py"):
        names |= {f"{path.stem}.{name}" for name in re.findall(r"^class (\w+)\(", path.read_text(), re.M)}
    return names


# The table.

def rows_of(page):
    """[(section, [cells])]"""
    rows, section = [], ""
    for line in page.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and not line.startswith("| behaviour "):
            rows.append((section, [cell.strip() for cell in line.strip("|").split("|")]))
    return rows


def named_in(page, sections):
    """What stands between backticks in the behaviours of these sections."""
    return {word for section, cells in rows_of(page) if section in sections
            for word in re.findall(r"`([^`]+)`", cells[0])}


# What the code has. Each of these reads the one place that spells it.

def file(path):
    return (EMULATOR / path).read_text()


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def without_texts(text):
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', without_comments(text))


def elb_statuses():
    """Every 4xx and 5xx that stands as a number in what an ALB answers by itself."""
    names = ["aws/alb", "http/h1", "http/h2"]
    found = {number for name in names for path in (EMULATOR / name).glob("*.cpp")
             for number in re.findall(r"(?<![\w.'])([45]\d\d)(?![\w.'])", without_texts(path.read_text()))}
    return found - {"402", "443"}  # bytes of padding; a port


def gateway_errors():
    body = re.search(r"enum class GatewayError [^{]*\{(.*?)\};", without_comments(
        file("aws/apigateway/error_response.h")), re.S).group(1)
    return set(re.findall(r"\w+", body))


def desync_reasons():
    return set(re.findall(r'ReasonRow\{"(\w+)"', file("http/h1/desync.cpp"))) - {"Compliant"}


def verify_statuses():
    return set(re.findall(r'"Failed:(\w+)"', file("pki/verdict.cpp")))


def end_reasons():
    """By the words that records use, which are the enumerators' with dashes."""
    body = re.search(r"enum class Reason [^{]*\{(.*?)\};", without_comments(file("base/cause.h")), re.S)
    return {name.replace("_", "-") for name in re.findall(r"\w+", body.group(1))}


def health_reasons():
    return {reason for path in (EMULATOR / "aws" / "target_group").iterdir()
            for reason in re.findall(r'"((?:Elb|Target)\.\w+)"', without_comments(path.read_text()))}


def metric_names():
    return set(re.findall(r'\b(?:add|add_dropped|with_dropped|add_by_zone|add_state)\("(\w+)"',
                          file("topology/metrics.cpp")))


def attribute_keys():
    """Of the schema, which a test of its own holds to the reader."""
    schema = json.loads((DOCS / "scenario.schema.json").read_text())
    definitions = schema["$defs"] if "$defs" in schema else schema["definitions"]
    return {key for name in ("LoadBalancerAttributes", "TargetGroupAttributes", "ListenerAttributes")
            for key in definitions[name]["properties"]}


# (what it is, who reads it, where its rows are, one of them, how many there are at least)
KINDS = [
    ("status of an application load balancer", elb_statuses,
     ["The application load balancer's own answers"], "463", 14),
    ("API Gateway's own answer", gateway_errors,
     ["Private APIs: answers", "Private APIs: what they check, and bodies",
      "Private APIs: IAM and endpoint policies", "Private APIs: keys, limits, logs"], "header_too_large", 20),
    ("desync reason", desync_reasons, ["Ambiguous requests"], "BothTeClPresent", 26),
    ("verify status", verify_statuses, ["Verdicts"], "ClientCertCrlHit", 13),
    ("reason of an end", end_reasons,
     ["How connections end", "Bodies and connections of the application load balancer"], "idle-timeout", 55),
    ("reason of a target's health", health_reasons, ["Health checks"], "Target.Timeout", 7),
    ("metric", metric_names, ["Metrics"], "HealthyStateDNS", 47),
    ("attribute", attribute_keys, ["Attributes by their keys"], "idle_timeout.timeout_seconds", 42),
]


def missing(constants, page, sections):
    return sorted(constants - named_in(page, sections))


class Fidelity(unittest.TestCase):
    def setUp(self):
        self.page = (DOCS / "fidelity.md").read_text()
        self.rows = rows_of(self.page)

    def test_every_row_names_tests_that_exist(self):
        known = tests_in_the_tree()
        self.assertGreater(len(self.rows), 250)
        for section, cells in self.rows:
            with self.subTest(section, behaviour=cells[0]):
                self.assertEqual(len(cells), 5)
                named = re.findall(r"`([\w.]+)`", cells[4])
                self.assertTrue(named)
                self.assertEqual([name for name in named if name not in known], [])

    def test_every_row_says_where_its_knowledge_comes_from(self):
        for section, cells in self.rows:
            with self.subTest(section, behaviour=cells[0]):
                self.assertTrue(any(source in cells[1] for source in SOURCES), cells[1])

    def test_no_behaviour_has_two_rows(self):
        seen = [(section, cells[0]) for section, cells in self.rows]
        self.assertEqual(sorted({row for row in seen if seen.count(row) > 1}), [])

    def test_what_rows_cite_is_there(self):
        """`alb.md 6.4`: once the pages are beside this one, they have such a section."""
        pages = {path.name: path.read_text() for path in (DOCS / "aws").glob("*.md")}
        cited = set(re.findall(r"`([a-z-]+\.md) (\d+(?:\.\d+)?)`", self.page))
        self.assertGreater(len(cited), 30)
        if not pages:
            self.skipTest("docs/aws is not here")
        for name, number in sorted(cited):
            with self.subTest(name, section=number):
                self.assertRegex(pages.get(name, ""), rf"(?m)^#+ {re.escape(number)}[. ]")

    def test_nothing_that_the_code_has_is_left_out(self):
        for what, read, sections, _, _ in KINDS:
            with self.subTest(what):
                self.assertEqual(missing(read(), self.page, sections), [])

    def test_the_code_is_read(self):
        """A reader that finds nothing would let everything pass."""
        for what, read, sections, one, least in KINDS:
            with self.subTest(what):
                found = read()
                self.assertIn(one, found)
                self.assertGreaterEqual(len(found), least)
                self.assertLessEqual(set(sections), {section for section, _ in self.rows})
        spelled = set(re.findall(r'case Reason::\w+:\s*return \{"([\w-]+)"', file("base/cause.cpp")))
        self.assertEqual(end_reasons(), spelled)

    def test_a_row_that_is_gone_is_missed(self):
        for what, read, sections, _, _ in KINDS:
            for one in sorted(read()):
                with self.subTest(what, constant=one):
                    without = self.page.replace(f"`{one}`", "`gone`")
                    self.assertEqual(missing({one}, without, sections), [one])
                    self.assertEqual(missing({one, "invented"}, self.page, sections), ["invented"])


if __name__ == "__main__":
    unittest.main()
