"""The fenced blocks of README.md and of the pages of docs/guides, each with the marker that stands in a comment
above it: <!-- test: WORDS -->."""

import dataclasses
import re

from lab import ROOT

MARKER = re.compile(r"<!-- test: (.*?) -->")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]


@dataclasses.dataclass
class Block:
    line: int
    language: str
    marker: str
    text: str


def blocks(page):
    found, block, marker = [], None, ""
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("```"):
            if block is None:
                block, marker = Block(number, line[3:].strip(), marker, ""), ""
            else:
                found.append(block)
                block = None
        elif block is not None:
            block.text += line + "\n"
        elif told := MARKER.fullmatch(line.strip()):
            marker = told.group(1)
    return found


def test_name(page):
    """That of the test of readme_test.py that does what the page says."""
    return "test_" + page.stem.lower().replace("-", "_")
