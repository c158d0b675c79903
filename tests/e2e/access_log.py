"""Access logs of application load balancers as tests read them."""

import json
import os
import shlex
import shutil
import subprocess
import unittest

from lab import DEADLINE_S, ROOT


def fields_of(fixture):
    """The names that AWS gives the fields of a log, in their order."""
    return list(json.loads((ROOT / "fixtures" / fixture).read_text()))


FIELDS = fields_of("alb/access-log/https.jsonl")


def split(line):
    """A plain line's fields. A backslash is none of the line's own."""
    return shlex.split(line.replace("\\", "\\\\"))


def record(line):
    """A line's fields, by their names."""
    texts = split(line)
    assert len(texts) == len(FIELDS), line
    return dict(zip(FIELDS, texts))


def read(path):
    return [record(line) for line in path.read_text(encoding="ascii").splitlines()]


def goaccess(*files):
    """Its report, from AWS's files as they are."""
    program = shutil.which("goaccess")
    if program is None and not os.environ.get("CI"):
        raise unittest.SkipTest("goaccess is not installed")
    done = subprocess.run([program, *files, "--log-format=AWSALB", "--no-global-config", "--output-format=json"],
                          capture_output=True, text=True, timeout=DEADLINE_S, check=True, stdin=subprocess.DEVNULL)
    return json.loads(done.stdout)


def goaccess_counts(*files):
    """How many lines it could read, and how many not."""
    general = goaccess(*files)["general"]
    return general["valid_requests"], general["failed_requests"]
