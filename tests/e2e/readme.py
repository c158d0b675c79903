"""The fenced blocks of README.md, each with the marker that stands in a comment above it:
<!-- test: WORDS -->."""

import dataclasses
import re

from lab import ROOT

MARKER = re.compile(r"<!-- test: (.*?) -->")


@dataclasses.dataclass
class Block:
    line: int
    language: str
    marker: str
    text: str


def blocks():
    found, block, marker = [], None, ""
    for number, line in enumerate((ROOT / "README.md").read_text().splitlines(), 1):
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
