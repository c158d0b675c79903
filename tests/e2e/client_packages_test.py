"""The packages of clients/, each by its own tests and in the way of its language."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from lab import ROOT, hoplab_binary

CLIENTS = ROOT / "clients"
BUILD = os.environ.get("HOPLAB_BUILD", str(ROOT / "build" / "release"))
LIMIT_S = 400


def has_pytest():
    asked = subprocess.run([sys.executable, "-c", "import pytest, xdist"], capture_output=True, check=False)
    return asked.returncode == 0


def has_junit():
    return shutil.which("javac") and any(pathlib.Path("/usr/share/java").glob("junit-jupiter-api*.jar"))


def node_version():
    if not shutil.which("node"):
        return 0
    return int(subprocess.run(["node", "-p", "process.versions.node.split('.')[0]"], capture_output=True, text=True,
                              check=True).stdout)


class ClientPackages(unittest.TestCase):
    def run_tests(self, package, *command, **more):
        with tempfile.TemporaryDirectory() as cache:
            environment = {**os.environ, "HOPLAB": hoplab_binary(), "PYTHONDONTWRITEBYTECODE": "1",
                           "GOCACHE": cache, "GO111MODULE": "on", "GOFLAGS": "-mod=mod", **more}
            done = subprocess.run(command, cwd=CLIENTS / package, env=environment, capture_output=True, text=True,
                                  timeout=LIMIT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    @unittest.skipUnless(has_pytest(), "python3-pytest and python3-pytest-xdist are not installed")
    def test_python_with_two_workers(self):
        out = self.run_tests("python", sys.executable, "-m", "pytest", "-p", "hoplab.pytest_plugin", "-p",
                             "no:cacheprovider", "-q", "-n", "2", "-rs", PYTHONPATH=str(CLIENTS / "python"))
        self.assertNotIn("skipped", out)

    @unittest.skipUnless(has_junit(), "there is no javac, or no JUnit 5 of Debian's")
    def test_java(self):
        self.run_tests("java", "./test")

    @unittest.skipUnless(shutil.which("g++") and not os.environ.get("HOPLAB_SANITIZE"), "it is for an ordinary build")
    def test_googletest(self):
        self.run_tests("cpp", "./test", BUILD=BUILD)

    @unittest.skipUnless(node_version() >= 18, "there is no Node 18 or newer")
    def test_node(self):
        self.run_tests("node", "node", "--test", "test/", NODE_PATH="/usr/share/nodejs")  # Debian's undici

    @unittest.skipUnless(shutil.which("go"), "there is no Go")
    def test_go(self):
        self.run_tests("go", "go", "test", "-count=1", "./...")

    def test_the_examples_have_six_tests_in_few_lines(self):
        """In the usual format of each language; JUnit's and GoogleTest's tests have a frame of more lines each."""
        for path, most, test in (("python/tests/test_example.py", 30, "def test_"),
                                 ("node/test/example.test.js", 30, "test('"),
                                 ("go/example_test.go", 45, "\tlab.Run(t, "),
                                 ("cpp/tests/example_test.cpp", 50, "TEST_F("),
                                 ("java/src/test/java/hoplab/ExampleTest.java", 52, "    @Test")):
            with self.subTest(path):
                lines = (CLIENTS / path).read_text().splitlines()
                self.assertLessEqual(len(lines), most)
                self.assertEqual(sum(line.startswith(test) for line in lines), 6)


if __name__ == "__main__":
    unittest.main()
