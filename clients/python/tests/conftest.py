"""Lets the tests, and the runs of pytest that they start in other folders, find hoplab and this package."""

import os
import pathlib
import shutil

os.environ["HOPLAB"] = os.path.abspath(os.environ.get("HOPLAB") or shutil.which("hoplab") or "hoplab")
os.environ["PYTHONPATH"] = str(pathlib.Path(__file__).resolve().parents[1])
