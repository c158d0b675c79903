#!/usr/bin/env python3
"""What `hoplab exec` costs beside `hoplab up`: CPU time of each, and wall time of batches of eight at once.

bench/exec.py [--hoplab BINARY] [--runs 200]

Both bring the sample of the AWS post up and end. Prints the medians over the batches, and their ratios. Their files are
in /dev/shm, as those of scripts/bench: ext4 looks for room past each file that was deleted in the last five seconds,
which is up to a quarter of what a batch costs where hundreds of runs follow one another, and nothing where one does.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "private-api-mtls.json"
AT_ONCE = 8


def cpu_seconds():
    """Of all processes that have ended, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def up(hoplab, folder):
    started = subprocess.Popen([hoplab, "up", str(SCENARIO), "--json"], cwd=folder, stdout=subprocess.PIPE)
    return started, lambda: (started.stdout.readline(), started.terminate(), started.stdout.close())


def execute(hoplab, folder):
    started = subprocess.Popen([hoplab, "exec", str(SCENARIO), "--", "true"], cwd=folder)
    return started, lambda: None


def batch(start, hoplab, folders):
    """(CPU milliseconds of each, wall milliseconds of all)."""
    cpu, began = cpu_seconds(), time.perf_counter()
    running = [start(hoplab, folder) for folder in folders]
    for _, when_ready in running:
        when_ready()
    for process, _ in running:
        if process.wait() != 0:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
    return (cpu_seconds() - cpu) * 1000 / len(folders), (time.perf_counter() - began) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hoplab", default=str(ROOT / "build" / "release" / "hoplab"))
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    memory = pathlib.Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="bench-exec-", dir=memory if memory.is_dir() else None) as parent:
        os.environ["TMPDIR"] = parent
        folders = [pathlib.Path(parent) / str(i) for i in range(AT_ONCE)]
        for folder in folders:
            folder.mkdir()
        seen = {up: [], execute: []}
        for _ in range(max(1, options.runs // AT_ONCE)):
            for start, values in seen.items():  # one after the other, so that both meet the same machine
                values.append(batch(start, options.hoplab, folders))
    medians = {start: [statistics.median(column) for column in zip(*values)] for start, values in seen.items()}
    print("| | up | exec | exec/up |\n|---|---:|---:|---:|")
    for row, name in enumerate(("CPU time of each, ms", "wall time of eight at once, ms")):
        one, other = medians[up][row], medians[execute][row]
        print(f"| {name} | {one:.1f} | {other:.1f} | {other / one:.2f} |")


if __name__ == "__main__":
    main()
