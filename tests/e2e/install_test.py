"""cmake --install, and a project of somebody else's that finds the package: examples/, with the C++ of
README.md and of docs/guides compiled into it."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import readme
from lab import ROOT

BUILD = os.environ.get("HOPLAB_BUILD", str(ROOT / "build" / "release"))
LIMIT_S = 600


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          timeout=LIMIT_S, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.prefix = pathlib.Path(cls.folder.name) / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    def test_the_command_runs_the_scenarios_that_came_with_it(self):
        scenarios = sorted((self.prefix / "share/hoplab/scenarios").glob("*.json"))
        self.assertEqual([one.name for one in scenarios],
                         sorted(one.name for one in (ROOT / "scenarios").glob("*.json")))
        run(self.prefix / "bin/hoplab", "test", scenarios[0])
        for scenario in scenarios:  # "$schema" leads to the schema
            self.assertTrue((scenario.parent / "../docs/scenario.schema.json").is_file())

    def test_no_file_names_the_source_or_build_folder(self):
        for path in self.prefix.rglob("*"):
            if path.suffix in (".cmake", ".h", ".json"):
                for folder in (str(ROOT) + "/", BUILD):
                    self.assertNotIn(folder, path.read_text(), path)

    def test_somebody_elses_suite_builds_against_it_and_passes(self):
        project = pathlib.Path(self.folder.name) / "example"
        shutil.copytree(ROOT / "examples", project)
        blocks = [block.text for page in readme.PAGES for block in readme.blocks(page) if block.language == "cpp"]
        self.assertTrue(blocks)
        with open(project / "CMakeLists.txt", "a") as lists:
            for number, text in enumerate(blocks):
                (project / f"page_{number}.cpp").write_text(text)
                lists.write(f"target_sources(widget_client_tests PRIVATE page_{number}.cpp)\n")
        options = [f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_BUILD_TYPE=Debug"]
        if os.environ.get("HOPLAB_SANITIZE"):
            options.append("-DCMAKE_CXX_FLAGS=-fsanitize=" + os.environ["HOPLAB_SANITIZE"])
        run("cmake", "-S", project, "-B", project / "build", "-G", "Ninja", *options)
        run("cmake", "--build", project / "build", "--parallel", "1")
        out = run("ctest", "--test-dir", project / "build", "--output-on-failure")
        self.assertIn("100% tests passed", out)
        self.assertIn("WidgetClient.IsResetWithARevokedCertificate", out)


if __name__ == "__main__":
    unittest.main()
