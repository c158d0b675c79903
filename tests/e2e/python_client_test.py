"""clients/python by its own tests, under pytest and two workers of xdist."""

import os
import subprocess
import sys
import unittest

from lab import ROOT, hoplab_binary

PACKAGE = ROOT / "clients" / "python"
LIMIT_S = 300


def has_pytest():
    asked = subprocess.run([sys.executable, "-c", "import pytest, xdist"], capture_output=True, check=False)
    return asked.returncode == 0


@unittest.skipUnless(has_pytest(), "python3-pytest and python3-pytest-xdist are not installed")
class PythonClient(unittest.TestCase):
    def test_its_tests(self):
        environment = {**os.environ, "HOPLAB": hoplab_binary(), "PYTHONPATH": str(PACKAGE),
                       "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "-m", "pytest", "-p", "hoplab.pytest_plugin", "-p", "no:cacheprovider",
                               "-q", "-n", "2", "-rs"], cwd=PACKAGE, env=environment, capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("skipped", done.stdout)

    def test_the_example_is_thirty_lines(self):
        lines = (PACKAGE / "tests" / "test_example.py").read_text().splitlines()
        self.assertLessEqual(len(lines), 30)
        self.assertEqual(sum(line.startswith("def test_") for line in lines), 6)


if __name__ == "__main__":
    unittest.main()
