"""Pictures of the casebook's page: of each case the connection that shows the symptom, over time."""

import json
import pathlib
import re
import tempfile

import casebook
from lab import ROOT, run_hoplab

FOLDER = ROOT / "docs" / "pictures"
ORDINARY = ("client-closed", "connection-close", "answered", "emulator-stopped")


def path_of(case):
    return FOLDER / f"{case.name}.svg"


def drawn(cases):
    """{case's name: SVG}, by their checks."""
    with tempfile.TemporaryDirectory() as folder:
        done = run_hoplab("test", *(case.path for case in cases), "--pictures", folder, "--json", timeout=300)
        return {case.name: chosen(case, told) for case, told in zip(cases, json.loads(done.stdout)["scenarios"])}


def chosen(case, told):
    """Of the check that shows the symptom: the first connection that did not just end, or else the last one."""
    at = case.scenario["checks"].index(case.check)
    pictures = told["checks"][at]["pictures"]
    expect = casebook.deciding(case.check) or {}
    wanted = {expect.get("cause"), expect.get("failure")} - {None}
    best = ([one for one in pictures if one["reason"] in wanted]
            or [one for one in pictures if one["reason"] not in ORDINARY] or pictures[-1:])
    return pathlib.Path(best[0]["file"]).read_text()


def gist(svg):
    """What is the same in every run: the lanes, and how it ended."""
    lines = re.search(r"<desc>(.*?)</desc>", svg, re.S)[1].splitlines()
    return [lines[1].strip(), *(end for line in lines[2:] for end in re.findall(r"(?:RST|FIN|silence): .*", line))]
