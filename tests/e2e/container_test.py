"""Dockerfile and action.yml: what can be known of them without Docker and without GitHub. scripts/container runs the
Dockerfile's commands in bare trees; here the action's steps run with this build's tarball."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from lab import ROOT, SCENARIOS

try:
    import yaml
except ImportError:  # Debian's python3-yaml
    yaml = None

BUILD = os.environ.get("HOPLAB_BUILD", str(ROOT / "build" / "release"))
BLOG = SCENARIOS / "private-api-mtls.json"
LIMIT_S = 300


class Dockerfile(unittest.TestCase):
    def setUp(self):
        lines = (ROOT / "Dockerfile").read_text().splitlines()
        self.steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]

    def test_each_step_is_one_line_that_is_known(self):
        self.assertLessEqual({name for name, _ in self.steps},
                             {"FROM", "COPY", "RUN", "USER", "WORKDIR", "ENTRYPOINT", "CMD"})
        self.assertFalse([text for _, text in self.steps if text.endswith("\\")])

    def test_what_is_copied_is_there(self):
        stages = {text.split(" AS ")[1] for name, text in self.steps if name == "FROM" and " AS " in text}
        ignored = (ROOT / ".dockerignore").read_text().split()
        for text in (text for name, text in self.steps if name == "COPY"):
            *sources, target = text.split()
            if sources[0].startswith("--from="):
                self.assertIn(sources[0].removeprefix("--from="), stages)
                self.assertIn(str(pathlib.PurePath(sources[1]).parent), " ".join(one for _, one in self.steps))
                continue
            for source in sources:
                self.assertTrue((ROOT / source).exists(), text)
            for command in re.findall(rf"{target}/(\S+)", " ".join(one for name, one in self.steps if name == "RUN")):
                self.assertTrue(os.access(ROOT / command, os.X_OK), command)
                self.assertNotIn(command.split("/")[0], ignored)

    def test_its_commands_are_those_that_run_in_bare_trees(self):
        """scripts/container reads them by the lines that begin their stages."""
        script = (ROOT / "scripts" / "container").read_text()
        for name, text in self.steps:
            if name == "FROM":
                self.assertIn(f"run_lines 'FROM {text}'", script)


@unittest.skipUnless(yaml, "python3-yaml is not installed")
@unittest.skipIf(os.environ.get("HOPLAB_SANITIZE"), "a build with sanitizers is not for packages")
class Action(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        packages = pathlib.Path(temporary.name)
        subprocess.run(["cpack", "--config", f"{BUILD}/CPackConfig.cmake", "-G", "TGZ", "-B", packages], check=True,
                       capture_output=True, timeout=LIMIT_S)
        cls.tarball, = packages.glob("*.tar.gz")
        cls.action = yaml.safe_load((ROOT / "action.yml").read_text())

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def value(self, text, inputs):
        """${{ inputs.NAME }} as GitHub replaces it; anything else is a mistake."""
        def replaced(found):
            self.assertIn(found[1], inputs)
            return inputs[found[1]]
        text = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", replaced, text)
        self.assertNotIn("${{", text)
        return text

    def wanted(self, step, inputs):
        if "if" not in step:
            return True
        name, = re.fullmatch(r"inputs\.(\w+) != ''", step["if"]).groups()
        return inputs[name] != ""

    def use(self, **given):
        """Runs the steps; the last one that ended, which is the first that failed."""
        self.assertEqual(self.action["runs"]["using"], "composite")
        inputs = {name: one["default"] for name, one in self.action["inputs"].items()}
        self.assertLessEqual(set(given), set(inputs))
        inputs.update({name: str(one) for name, one in given.items()})
        path_file = self.folder / "path"
        path_file.touch()
        done = None
        for step in self.action["runs"]["steps"]:
            self.assertEqual(step["shell"], "bash")
            self.assertNotIn("${{", step["run"])  # an input is no part of a script
            if not self.wanted(step, inputs):
                continue
            more = {name: self.value(text, inputs) for name, text in step.get("env", {}).items()}
            paths = ":".join([*reversed(path_file.read_text().splitlines()), "/usr/bin", "/bin"])
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=self.folder,
                env={**more, "PATH": paths, "HOME": str(self.folder), "RUNNER_TEMP": str(self.folder),
                     "GITHUB_PATH": str(path_file), "GITHUB_ACTION_PATH": str(ROOT)},
                capture_output=True, text=True, timeout=LIMIT_S, check=False)
            if done.returncode != 0:
                return done
        return done

    def test_it_runs_a_command_in_a_scenario(self):
        ask = "curl -sS --key $NAME.key --cert $NAME.pem https://api.example.com/widgets"
        done = self.use(package=self.tarball, scenario=BLOG, run=ask.replace("$NAME", "my_client"))
        self.assertEqual((done.returncode, done.stdout.strip()), (0, '{"id":"1","value":"4.99"}'), done.stderr)
        done = self.use(package=self.tarball, scenario=BLOG, run=ask.replace("$NAME", "revoked"))
        self.assertEqual(done.returncode, 35, done.stderr)
        self.assertIn("certificate", done.stderr)

    def test_it_runs_checks_and_writes_junit(self):
        shutil.copy(SCENARIOS / "own-service.json", self.folder / "one.json")
        done = self.use(package=self.tarball, test="one.json one.json", junit="report.xml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("<testsuite", (self.folder / "report.xml").read_text())

    def test_a_check_that_fails_fails_it(self):
        (self.folder / "bad.json").write_text('{"title": "nothing"}')
        self.assertEqual(self.use(package=self.tarball, test="bad.json").returncode, 2)

    def test_mistakes_are_named(self):
        done = self.use(package="hoplab.zip")
        self.assertIn("::error::package: 'hoplab.zip' is neither a .deb nor a .tar.gz", done.stdout)
        done = self.use(package=self.tarball, run="true")
        self.assertIn("::error::run: it needs a scenario to run in", done.stdout)

    def test_what_it_builds_from_is_there(self):
        install = self.action["runs"]["steps"][0]["run"]
        script, = re.findall(r"\$GITHUB_ACTION_PATH/(\S+?)\"", install)
        self.assertTrue(os.access(ROOT / script, os.X_OK))


if __name__ == "__main__":
    unittest.main()
