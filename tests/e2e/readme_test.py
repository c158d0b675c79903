"""Does what README.md and each page of docs/guides say: every fenced block, in order, in one folder and one shell
environment, where `hoplab` is the one that was built.

```sh blocks are run with `bash -e`. ```python, ```js, ```java and ```go blocks are test files, which are run by the
runners of their languages (suites.py); install_test.py compiles and runs those of ```cpp. Markers:
  background       runs until the next background block, or the end; waits for its line "ready"
  background NAME  the same for something beside hoplab
  without NAME     that is stopped first
  exit N           must end with N (0 without it)
  in namespaces    not run where this machine allows none; may be followed by ", exit N"
  file NAME        is written as NAME for the commands below
  expect           of a ```text block: what the sh block before printed, exactly
  expect lines     of a ```text block: lines that it printed, * for what varies
  expect a part    of a ```text block: lines that the background command prints, * for what varies
  picture          nothing to compare
  elsewhere: WHY   not run here
The tree is built, so that scripts/run only brings the scenario up. Port 9000 stands for a free one.
"""

import fnmatch
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

import readme
import suites
from exec_lab import namespaces_are_allowed
from lab import DEADLINE_S, ROOT, hoplab_binary, until

RUN = """#!/usr/bin/env bash
[[ $# -gt 0 && $1 != -* ]] || set -- scenarios/private-api-mtls.json "$@"
exec build/release/hoplab up "$@"
"""
SUITES = {"python": suites.python, "js": suites.js, "java": suites.java, "go": suites.go}


class Background:
    """A command that runs while the blocks below its own do; what it prints is kept."""

    def __init__(self, text, folder, environment):
        self.printed = []
        self.process = subprocess.Popen(["bash", "-e", "-c", "exec " + text], cwd=folder, env=environment, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        until(lambda: "ready" in self.printed or self.process.poll() is not None, text)

    def read(self):
        for line in self.process.stdout:
            self.printed.append(line.rstrip("\n"))

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=DEADLINE_S)
        self.reader.join(timeout=DEADLINE_S)
        self.process.stdout.close()


class Pages(unittest.TestCase):
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
        binaries = self.folder / "build" / "release"
        binaries.mkdir(parents=True)
        (binaries / "hoplab").symlink_to(hoplab_binary())
        (self.folder / "home").mkdir()
        # "python3" is the one that runs the tests, as that of a reader's PATH may be another.
        (binaries / "python3").symlink_to(sys.executable)
        self.environment = {**os.environ, "HOME": str(self.folder / "home"), "NO_COLOR": "1", "no_proxy": "*",
                            "PATH": f"{binaries}:{os.environ['PATH']}"}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = str(free.getsockname()[1])
        self.background = {}
        self.addCleanup(self.end_background)
        self.last = None

    def end_background(self):
        for running in self.background.values():
            running.stop()

    def start_background(self, block):
        name = block.marker.removeprefix("background").strip()
        if name in self.background:
            self.background.pop(name).stop()
        running = self.background[name] = Background(block.text, self.folder, self.environment)
        self.assertIn("ready", running.printed, running.printed)

    def run_shell(self, block):
        if block.marker.startswith("background"):
            return self.start_background(block)
        if block.marker.startswith("in namespaces") and not namespaces_are_allowed():
            self.last = None
            return self.leave_out(block, "this machine allows no namespaces (a chroot, a container)")
        if block.marker.startswith("without "):
            self.background.pop(block.marker.removeprefix("without ")).stop()
        self.last = subprocess.run(["bash", "-e", "-c", block.text], cwd=self.folder, text=True,
                                   env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=DEADLINE_S, check=False)
        wanted = int(found.group(1)) if (found := re.search(r"\bexit (\d+)$", block.marker)) else 0
        self.assertEqual(self.last.returncode, wanted, self.last.stdout)
        return None

    def run_suite(self, block):
        done = SUITES[block.language](self.folder, block.text)
        if isinstance(done, str):
            return self.leave_out(block, done)
        self.assertEqual(done.returncode, 0, done.stdout)
        return None

    def leave_out(self, block, why):
        with self.subTest(line=block.line):
            self.skipTest(why)

    def compare(self, block):
        if not self.last and block.marker != "expect a part":
            return  # the block before was skipped
        # What this machine lacks, namespaces for one, is told beside it.
        printed = self.last.stdout.splitlines() if self.last else []
        printed = [line for line in printed if not line.startswith("hoplab: note: ")]
        if block.marker == "expect":
            self.assertEqual("\n".join(printed).strip(), block.text.strip())
            return
        self.assertIn(block.marker, ("expect a part", "expect lines"))
        for line in block.text.strip().splitlines():
            pattern = line.strip().replace("[", "[[]")
            if block.marker == "expect lines":
                self.assertTrue(self.has(printed, pattern), f"{line!r} in {printed}")
            else:
                until(lambda p=pattern: self.has(self.background[""].printed, p),
                      f"{line!r} in {self.background[''].printed}")

    @staticmethod
    def has(printed, pattern):
        return any(fnmatch.fnmatchcase(one.strip(), pattern) for one in printed)

    def do(self, block):
        block.text = re.sub(r"\b9000\b", self.port, block.text)
        if block.language == "cpp" or block.marker.startswith(("elsewhere: ", "picture")):
            return
        if block.marker.startswith("file "):
            (self.folder / block.marker.removeprefix("file ")).write_text(block.text)
        elif block.language in SUITES:
            self.run_suite(block)
        elif block.language == "sh":
            self.run_shell(block)
        elif block.language == "text":
            self.compare(block)
        else:
            self.fail(f"what to do with a block of {block.language or 'no language'}?")

    def do_page(self, page):
        blocks = readme.blocks(page)
        self.assertIn("sh", {block.language for block in blocks})
        for block in blocks:
            try:
                self.do(block)
            except Exception as error:
                raise AssertionError(f"{page.relative_to(ROOT)}:{block.line}: {error}") from error

    def test_links_lead_somewhere(self):
        for page in readme.PAGES:
            text = page.read_text()
            links = [page.parent / path for path in re.findall(r"\]\(([^)#:]+)", text)]
            links += [ROOT / path for path in re.findall(r"`((?:scenarios|docs|scripts)/[\w./-]+)`", text)]
            for link in links:
                self.assertTrue(link.exists(), f"{link} in {page}")

    def test_readme_leads_to_every_guide(self):
        text = readme.PAGES[0].read_text()
        for page in readme.PAGES[1:]:
            self.assertIn(f"](docs/guides/{page.name})", text)

    def test_readme_has_an_example_for_each_package(self):
        languages = [block.language for block in readme.blocks(readme.PAGES[0])]
        for language in (*SUITES, "cpp"):
            self.assertIn(language, languages)


for each in readme.PAGES:
    setattr(Pages, readme.test_name(each), lambda self, page=each: self.do_page(page))


if __name__ == "__main__":
    unittest.main()
