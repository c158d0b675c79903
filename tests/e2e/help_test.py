"""hoplab help, and the manual pages that it writes: they say what --help says, and no reader of such pages
complains."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from lab import run_hoplab

# What reads a page and tells of its mistakes on standard error or output.
READERS = {"groff": ["groff", "-man", "-ww", "-z"], "man": ["man", "--warnings", "-l"],
           "mandoc": ["mandoc", "-Tlint", "-Wwarning"]}


def commands():
    return re.findall(r"(?m)^  ([a-z]+) ", run_hoplab("--help").stdout.split("Subcommands:")[1])


def plain(text):
    """A page's text without its escapes."""
    return re.sub(r"\\f[BIR]", "", text).replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


class Help(unittest.TestCase):
    def test_it_is_that_of_the_option(self):
        self.assertEqual(run_hoplab("help").stdout, run_hoplab("--help").stdout)
        for command in commands():
            with self.subTest(command):
                told = run_hoplab(command, "--help")
                self.assertEqual((told.returncode, told.stderr), (0, ""))
                self.assertIn(f"Usage: hoplab {command}", told.stdout)
                self.assertEqual(run_hoplab("help", command).stdout, told.stdout)

    def test_a_command_that_is_not_there_is_named(self):
        done = run_hoplab("help", "dance")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no command 'dance'", done.stderr)

    def test_no_option_is_called_after_a_type_of_cxx(self):
        for command in commands():
            self.assertNotRegex(run_hoplab(command, "--help").stdout, r"(?m)^  -.* (UINT|INT|TEXT)\b", command)


class ManualPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name) / "new" / "man1"
        done = run_hoplab("help", "--man", cls.folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done

    def test_there_is_one_for_each_command(self):
        self.assertEqual({page.name for page in self.folder.iterdir()},
                         {"hoplab.1", *(f"hoplab-{command}.1" for command in commands())})
        whole = plain((self.folder / "hoplab.1").read_text())
        for command in commands():
            self.assertIn(f"\nhoplab {command}\n", whole)
            self.assertIn(f"hoplab-{command}(1)", whole)

    def test_they_have_every_option_and_its_text(self):
        for command in commands():
            told = re.sub(r"\s+", " ", run_hoplab(command, "--help").stdout)
            page = plain((self.folder / f"hoplab-{command}.1").read_text())
            for name, text in re.findall(r"(?m)^\.TP\n(.*)\n(.*)$", page):
                with self.subTest(command, name=name):
                    told_name = name.replace(", ", ",").replace(" ...", "")
                    self.assertIn(told_name, told)
                    self.assertIn(re.split(r"\.$|\. (?:One of|Range:|Default:|Needs|Not with|Required)", text)[0], told)
            options = set(re.findall(r"--[a-z][a-z-]+", told.split("Options:")[1].split("Exit code")[0]))
            self.assertLessEqual(options, set(re.findall(r"--[a-z][a-z-]+", page)), command)

    def test_readers_of_such_pages_do_not_complain(self):
        there = [name for name in READERS if shutil.which(name)]
        if not there:
            self.skipTest("there is neither groff nor man nor mandoc")
        for page in sorted(self.folder.iterdir()):
            for name in there:
                done = subprocess.run([*READERS[name], page], capture_output=True, text=True, check=False)
                told = done.stderr if name == "man" else done.stdout + done.stderr
                # A page of the same version is the same whenever it is made, so it has no date.
                told = [line for line in told.splitlines() if "missing date" not in line]
                with self.subTest(page.name, reader=name):
                    self.assertEqual(told, [])

    @unittest.skipUnless(shutil.which("man"), "there is no man")
    def test_a_page_as_it_is_read(self):
        done = subprocess.run(["man", "--nj", "--nh", "-l", self.folder / "hoplab-up.1"], capture_output=True,
                              text=True, check=True,
                              env={"PATH": "/usr/bin:/bin", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
        self.assertRegex(done.stdout, r"hoplab-up - Bring a scenario up and keep it running until Ctrl-C")
        self.assertRegex(done.stdout, r"hoplab up \[OPTION\]\.\.\. \[scenario\]")
        self.assertRegex(done.stdout, r"--out FOLDER\n +Folder +for certificates")

    def test_a_folder_that_cannot_be_made_is_named(self):
        done = run_hoplab("help", "--man", "/proc/none")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/proc/none", done.stderr)


if __name__ == "__main__":
    unittest.main()
