"""cpack: the packages as they come out of this build, unpacked elsewhere. scripts/container installs them in a bare
Debian."""

import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

from lab import DEADLINE_S, ROOT, SCENARIOS

BUILD = os.environ.get("HOPLAB_BUILD", str(ROOT / "build" / "release"))
LIMIT_S = 300
OF_GLIBC = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
OLDEST_GLIBC = (2, 36)  # Debian 12's


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=LIMIT_S,
                          check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def version():
    return re.search(r"project\(hoplab VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]


def numbers(text):
    return tuple(int(one) for one in text.split("."))


def files_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@unittest.skipIf(os.environ.get("HOPLAB_SANITIZE"), "a build with sanitizers is not for packages")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        folder = pathlib.Path(temporary.name)
        run("cpack", "--config", f"{BUILD}/CPackConfig.cmake", "-B", folder / "packages",
            "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
        cls.debs = {path.name.split("_")[0]: path for path in (folder / "packages").glob("*.deb")}
        cls.tarball, = (folder / "packages").glob("*.tar.gz")
        with tarfile.open(cls.tarball) as archive:
            archive.extractall(folder / "some where é")
        cls.tree, = (folder / "some where é").iterdir()
        cls.hoplab = cls.tree / "bin" / "hoplab"
        cls.installed = {}
        for name, path in cls.debs.items():
            cls.installed[name] = folder / name
            run("dpkg-deb", "-x", path, cls.installed[name])

    def test_their_names_have_the_version(self):
        self.assertEqual(set(self.debs), {"hoplab", "hoplab-dev"})
        machine = os.uname().machine
        self.assertEqual(self.tarball.name, f"hoplab-{version()}-linux-{machine}.tar.gz")
        self.assertEqual(self.tree.name, f"hoplab-{version()}-linux-{machine}")
        self.assertRegex(self.debs["hoplab"].name, rf"^hoplab_{re.escape(version())}_[a-z0-9]+\.deb$")
        self.assertEqual(run(self.hoplab, "--version"), f"hoplab {version()}\n")

    def test_the_command_needs_the_c_library_alone(self):
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", self.hoplab)))
        self.assertIn("libc.so.6", needed)
        self.assertLessEqual(needed, OF_GLIBC)
        self.assertNotIn("RUNPATH", run("readelf", "-d", self.hoplab))

    def test_it_needs_no_newer_c_library_than_debian_12_has(self):
        here = os.confstr("CS_GNU_LIBC_VERSION").split()[1]
        if numbers(here) > OLDEST_GLIBC:
            self.skipTest(f"built with glibc {here}, it is for that one and newer ones")
        wanted = set(re.findall(r"Name: ([A-Z]+(?:_[A-Z]+)*)_([0-9.]+)", run("readelf", "-V", self.hoplab)))
        self.assertEqual({name for name, _ in wanted}, {"GLIBC"})
        self.assertLessEqual(max(numbers(one) for _, one in wanted), OLDEST_GLIBC)

    def test_it_runs_wherever_it_is_unpacked(self):
        """Without anything of the build: its own scenarios, its own schema."""
        listed = run(self.hoplab, "new", cwd=self.tree)
        self.assertEqual([line.split()[0] for line in listed.splitlines()],
                         sorted(path.stem for path in SCENARIOS.glob("*.json")))
        with tempfile.TemporaryDirectory() as elsewhere:
            run(self.hoplab, "new", "own-service", "mine.json", cwd=elsewhere)
            text = (pathlib.Path(elsewhere) / "mine.json").read_text()
            self.assertIn(str(self.tree / "share/hoplab/docs/scenario.schema.json"), text)
            self.assertIn(" 0 failed", run(self.hoplab, "test", "mine.json", cwd=elsewhere))
            case = run(self.hoplab, "explain", "Connection reset by peer", "--most", "1", cwd=elsewhere)
            self.assertIn(str(self.tree / "share/hoplab/scenarios/resets"), case)
            up = subprocess.Popen([self.hoplab, "up"], cwd=elsewhere, stdout=subprocess.PIPE, text=True)
            self.addCleanup(up.stdout.close)
            printed = []
            while not printed or printed[-1] not in ("ready\n", ""):
                printed.append(up.stdout.readline())
            asks = next(line for line in printed if line.startswith("curl "))
            answer = run("sh", "-c", asks.strip() + " -s --noproxy '*' --max-time " + str(DEADLINE_S))
            self.assertIn('{"id":"1","value":"4.99"}', answer)
            up.terminate()
            self.assertEqual(up.wait(DEADLINE_S), 0)

    def test_it_checks_every_scenario_of_its_own(self):
        scenarios = sorted((self.tree / "share/hoplab/scenarios").glob("*.json"))
        self.assertRegex(run(self.hoplab, "test", *scenarios), r"\n\d+ passed, 0 failed\n$")

    def test_no_file_names_the_source_or_build_folder(self):
        for path in self.tree.rglob("*"):
            if path.is_file() and path.suffix != ".a":  # its objects say where they were compiled
                content = path.read_bytes()
                for folder in (f"{ROOT}/", f"{BUILD}/"):
                    self.assertFalse(folder.encode() in content, f"{folder} in {path}")

    def test_what_is_in_them(self):
        command, library = (self.installed[name] for name in ("hoplab", "hoplab-dev"))
        for path in ("usr/bin/hoplab", "usr/share/man/man1/hoplab.1.gz", "usr/share/man/man1/hoplab-exec.1.gz",
                     "usr/share/bash-completion/completions/hoplab", "usr/share/zsh/vendor-completions/_hoplab",
                     "usr/share/fish/vendor_completions.d/hoplab.fish", "usr/share/doc/hoplab/copyright",
                     "usr/share/doc/hoplab/changelog.gz", "usr/share/hoplab/scenarios/resets/nlb-idle.json",
                     "usr/share/hoplab/docs/scenario.schema.json", "usr/share/hoplab/docs/openapi.json",
                     "usr/share/hoplab/clients/python/pyproject.toml", "usr/share/hoplab/clients/node/index.js"):
            self.assertTrue((command / path).is_file(), path)
        for path in ("usr/include/hoplab/emulator.h", "usr/include/hoplab/fixture.h", "usr/lib/libhoplab.a",
                     "usr/lib/cmake/hoplab/hoplab-config.cmake", "usr/share/doc/hoplab-dev/copyright"):
            self.assertTrue((library / path).is_file(), path)
        both = files_in(command / "usr") | files_in(library / "usr")
        self.assertEqual(files_in(command / "usr") & files_in(library / "usr"), set())
        self.assertEqual({path.replace("vendor-completions", "site-functions") for path in both}, files_in(self.tree))
        self.assertEqual({path.parts[0] for root in (command, library)
                          for path in (one.relative_to(root) for one in root.iterdir())}, {"usr"})

    def test_who_may_do_what(self):
        for root in self.installed.values():
            for path in (root / "usr").rglob("*"):
                executable = path.is_dir() or path.parent.name == "bin"
                self.assertEqual(path.stat().st_mode & 0o7777, 0o755 if executable else 0o644, path)
        for path in self.debs.values():
            owners = {line.split()[1] for line in run("dpkg-deb", "-c", path).splitlines()}
            self.assertEqual(owners, {"root/root"})

    def test_what_the_deb_says_of_itself(self):
        def field(name, key):
            return run("dpkg-deb", "-f", self.debs[name], key).strip()

        self.assertEqual(field("hoplab", "Version"), version())
        self.assertRegex(field("hoplab", "Depends"), r"^libc6 \(>= [0-9.]+\)$")
        self.assertEqual(field("hoplab", "Architecture"), run("dpkg", "--print-architecture").strip())
        self.assertEqual((field("hoplab", "Section"), field("hoplab", "Priority")), ("net", "optional"))
        self.assertIn("hoplab emulates", field("hoplab", "Description"))
        self.assertIn(f"hoplab (= {version()})", field("hoplab-dev", "Depends"))
        for path in self.debs.values():  # and no script runs as root
            with tempfile.TemporaryDirectory() as folder:
                run("dpkg-deb", "-e", path, folder)
                self.assertLessEqual(set(os.listdir(folder)), {"control", "md5sums"})

    def test_the_pages_that_the_readme_names_came_with_it(self):
        share = self.tree / "share/hoplab"
        named = [path for path in re.findall(r"\]\(([^)#:]+)\)", (share / "README.md").read_text())
                 if path.startswith(("docs/", "clients/", "examples/", "scenarios/")) or path.endswith(".md")]
        self.assertGreater(len(named), 10)
        for path in named:
            self.assertTrue((share / path).exists(), path)

    def test_the_python_package_that_came_with_it_starts_it(self):
        script = (f"import hoplab; lab = hoplab.Lab({str(self.tree / 'share/hoplab/scenarios/own-service.json')!r}); "
                  "print(lab.url); lab.stop()")
        done = run(sys.executable, "-B", "-c", script,
                   env={**os.environ, "HOPLAB": str(self.hoplab),
                        "PYTHONPATH": str(self.tree / "share/hoplab/clients/python")})
        self.assertTrue(done.startswith("https://"), done)


if __name__ == "__main__":
    unittest.main()
