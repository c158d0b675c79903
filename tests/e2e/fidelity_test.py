"""docs/fidelity.md names a test in each row, and each that it names exists."""

import re
import unittest

from lab import ROOT


def tests_in_the_tree():
    names = set()
    for path in (ROOT / "tests").rglob("*_test.cpp"):
        names |= {f"{suite}.{name}" for suite, name in
                  re.findall(r"^TEST(?:_F|_P)?\(\s*(\w+), (\w+)\)", path.read_text(), re.M)}
    for path in (ROOT / "tests" / "e2e").glob("*_test.py"):
        names |= {f"{path.stem}.{name}" for name in re.findall(r"^class (\w+)\(", path.read_text(), re.M)}
    return names


class Fidelity(unittest.TestCase):
    def test_every_row_names_tests_that_exist(self):
        known = tests_in_the_tree()
        rows = [line for line in (ROOT / "docs" / "fidelity.md").read_text().splitlines()
                if line.startswith("| ") and not line.startswith("| behaviour ")]
        self.assertGreater(len(rows), 40)
        for row in rows:
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            with self.subTest(cells[0]):
                self.assertEqual(len(cells), 5)
                named = re.findall(r"`([\w.]+)`", cells[4])
                self.assertTrue(named)
                self.assertEqual([name for name in named if name not in known], [])


if __name__ == "__main__":
    unittest.main()
