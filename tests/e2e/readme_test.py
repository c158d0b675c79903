"""Does what README.md says: every fenced block, in order, in one folder and one shell environment.

```sh blocks are run with `bash -e`; the text below an `expect` marker must be what the last one
printed. Markers:
  background       runs until the next background block, or the end; waits for its line "ready"
  exit N           must end with N (0 without it)
  expect           of a ```text block: the output of the sh block before, exactly
  expect a part    of a ```text block: lines that the background command prints, * for what varies
  scenario NAME    of a ```json block: a whole scenario, written as NAME and read by the commands below
  picture          of a ```text block: nothing to compare
  elsewhere: WHY   not run here
The tree is built, so that scripts/run only brings the scenario up.
"""

import fnmatch
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import readme
from lab import DEADLINE_S, ROOT, hoplab_binary, until

RUN = """#!/usr/bin/env bash
[[ $# -gt 0 && $1 != -* ]] || set -- scenarios/private-api-mtls.json "$@"
exec build/release/hoplab up "$@"
"""


class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "scripts").mkdir()
        script = self.folder / "scripts" / "run"
        script.write_text(RUN)
        script.chmod(0o755)
        for name in ("scenarios", "docs"):
            (self.folder / name).symlink_to(ROOT / name)
        (self.folder / "build" / "release").mkdir(parents=True)
        (self.folder / "build" / "release" / "hoplab").symlink_to(hoplab_binary())
        (self.folder / "home").mkdir()
        self.environment = {**os.environ, "HOME": str(self.folder / "home"), "NO_COLOR": "1",
                            "no_proxy": "*"}
        self.background, self.printed = None, []
        self.addCleanup(self.end_background)
        self.last = None

    def end_background(self):
        if self.background:
            self.background.terminate()
            self.background.wait(timeout=DEADLINE_S)
            self.reader.join(timeout=DEADLINE_S)
            self.background.stdout.close()
            self.background = None

    def start_background(self, text):
        self.end_background()
        self.printed = printed = []
        self.background = process = subprocess.Popen(
            ["bash", "-e", "-c", "exec " + text], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        def read():
            for line in process.stdout:
                printed.append(line.rstrip("\n"))

        self.reader = threading.Thread(target=read)
        self.reader.start()
        until(lambda: "ready" in printed or process.poll() is not None, text)
        self.assertIn("ready", printed, printed)

    def run_shell(self, block):
        if block.marker == "background":
            return self.start_background(block.text)
        self.last = subprocess.run(["bash", "-e", "-c", block.text], cwd=self.folder, text=True,
                                   env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=DEADLINE_S, check=False)
        wanted = int(block.marker.removeprefix("exit ")) if block.marker else 0
        self.assertEqual(self.last.returncode, wanted, self.last.stdout)
        return None

    def read_json(self, block):
        kind, name = block.marker.split()
        self.assertEqual(kind, "scenario")
        (self.folder / name).write_text(block.text)

    def compare(self, block):
        if block.marker == "expect":
            # What this machine lacks, namespaces for one, is told beside it.
            printed = [line for line in self.last.stdout.splitlines() if not line.startswith("hoplab: note: ")]
            self.assertEqual("\n".join(printed).strip(), block.text.strip())
            return
        self.assertEqual(block.marker, "expect a part")
        for line in block.text.strip().splitlines():
            pattern = line.strip().replace("[", "[[]")
            until(lambda p=pattern: any(fnmatch.fnmatchcase(one.strip(), p) for one in self.printed),
                  f"{line!r} in {self.printed}")

    def test_every_block(self):
        handlers = {"sh": self.run_shell, "json": self.read_json, "text": self.compare}
        counts = dict.fromkeys([*handlers, "cpp"], 0)
        for block in readme.blocks():
            self.assertIn(block.language, counts, f"README.md:{block.line}")
            counts[block.language] += 1
            with self.subTest(line=block.line, marker=block.marker):
                if block.language == "cpp" or block.marker.startswith(("elsewhere: ", "picture")):
                    continue  # install_test.py compiles the C++
                handlers[block.language](block)
        self.assertTrue(all(counts.values()), counts)

    def test_the_files_that_it_names_are_there(self):
        text = (ROOT / "README.md").read_text()
        for path in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"`((?:scenarios|docs|scripts)/[\w./-]+)`", text):
            self.assertTrue((ROOT / path).exists(), path)


if __name__ == "__main__":
    unittest.main()
