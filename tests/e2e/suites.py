"""Runs a test file of a page as a reader would: with the runner of its language and the package of clients/.

Each function takes the folder of the reader and the file's text, and gives the finished process, or a sentence that
says what this machine lacks."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from lab import ROOT

CLIENTS = ROOT / "clients"
LIMIT_S = 300
JARS = pathlib.Path("/usr/share/java")


def run(*command, cwd, **variables):
    return subprocess.run([str(word) for word in command], cwd=cwd, env={**os.environ, **variables}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S, check=False)


def python(folder, text):
    if run(sys.executable, "-c", "import pytest", cwd=folder).returncode:
        return "there is no pytest here"
    path = folder / "test_page.py"
    path.write_text(text)
    return run(sys.executable, "-m", "pytest", "-p", "hoplab.pytest_plugin", "-p", "no:cacheprovider", "-q", path,
               cwd=folder, PYTHONPATH=str(CLIENTS / "python"), PYTHONDONTWRITEBYTECODE="1")


def js(folder, text):
    if not shutil.which("node") or run("node", "-e", "require('node:test')", cwd=folder).returncode:
        return "there is no Node 18 or newer here"
    (folder / "node_modules").mkdir(exist_ok=True)
    package = folder / "node_modules" / "hoplab"
    if not package.exists():
        package.symlink_to(CLIENTS / "node")
    path = folder / "page.test.js"
    path.write_text(text)
    return run("node", "--test", path, cwd=folder)


def java(folder, text):
    if not shutil.which("javac") or not any(JARS.glob("junit-jupiter-api*.jar")):
        return "there is no JUnit 5 of Debian's here"
    name = re.search(r"^(?:public )?class (\w+)", text, re.M).group(1)
    with tempfile.TemporaryDirectory() as out:
        path = pathlib.Path(out) / f"{name}.java"
        path.write_text(text)
        sources = sorted((CLIENTS / "java" / "src" / "main" / "java" / "hoplab").glob("*.java"))
        built = run("javac", "-cp", f"{JARS}/*", "-d", out, *sources, path, cwd=folder)
        if built.returncode:
            return built
        return run("java", "-cp", f"{out}:{JARS}/*", "org.junit.platform.console.ConsoleLauncher", "--disable-banner",
                   "--fail-if-no-tests", "--select-class", name, cwd=folder)


def go(folder, text):
    if not shutil.which("go"):
        return "there is no Go here"
    (folder / "go.mod").write_text(f"module page\n\ngo 1.19\n\nrequire hoplab v0.2.0\n\n"
                                   f"replace hoplab => {CLIENTS / 'go'}\n")
    (folder / "page_test.go").write_text(text)
    with tempfile.TemporaryDirectory() as cache:
        return run("go", "test", "-count=1", ".", cwd=folder, GOCACHE=cache, GO111MODULE="on", GOFLAGS="-mod=mod")
