"""There is one version, that of CMakeLists.txt, and the client packages know it."""

import json
import re
import unittest

from lab import ROOT, run_hoplab

CLIENTS = ROOT / "clients"


def found(pattern, path):
    return re.search(pattern, (ROOT / path).read_text(), re.M)[1]


VERSION = found(r"^project\(hoplab VERSION (\S+)", "CMakeLists.txt")


class Version(unittest.TestCase):
    def test_everything_that_has_one_has_this_one(self):
        self.assertEqual({
            "hoplab": run_hoplab("--version").stdout,
            "docs/openapi.json": json.loads((ROOT / "docs/openapi.json").read_text())["info"]["version"],
            "clients/python": found(r'^version = "(.*)"', "clients/python/pyproject.toml"),
            "clients/node": json.loads((CLIENTS / "node/package.json").read_text())["version"],
            "clients/go": found(r"-require hoplab@v(\S+)", "clients/go/README.md"),
            "CHANGELOG.md": found(r"^## \[(.*?)\]", "CHANGELOG.md"),
        }, {"hoplab": f"hoplab {VERSION}\n", "docs/openapi.json": VERSION, "clients/python": VERSION,
            "clients/node": VERSION, "clients/go": VERSION, "CHANGELOG.md": VERSION})

    def test_each_client_package_knows_it(self):
        """Each one's own tests show that it refuses a hoplab of a version that it does not know."""
        known = {"python/hoplab/lab.py": r"^KNOWN_VERSIONS = \((.*)\)",
                 "node/index.js": r"^const KNOWN_VERSIONS = \[(.*)\]",
                 "java/src/main/java/hoplab/Lab.java": r"KNOWN_VERSIONS = List\.of\((.*)\)",
                 "go/hoplab.go": r"^var KnownVersions = \[\]string\{(.*)\}"}
        refused = {"python/tests/test_lab.py": "test_a_version_that_is_not_known_is_refused",
                   "node/test/lab.test.js": "a version that is not known is refused",
                   "java/src/test/java/hoplab/StartTest.java": "aVersionThatIsNotKnownIsRefused",
                   "go/hoplab_test.go": "TestAVersionThatIsNotKnownIsRefused"}
        for path, pattern in known.items():
            versions = re.findall(r"[\d.]+", found(pattern, f"clients/{path}"))
            with self.subTest(path):
                self.assertEqual(versions[-1], ".".join(VERSION.split(".")[:2]))
        for path, text in refused.items():
            with self.subTest(path):
                self.assertIn(text, (CLIENTS / path).read_text())


if __name__ == "__main__":
    unittest.main()
