"""Running the rows: alone (memory), interleaved (load), and from a cold start."""

import json
import os
import subprocess
import sys
import time

from . import processes
from .load import LoadError
from .rows import FUNCTION_ROW, IDLE_ROW, LOAD_ROWS, SIGNATURES_ROW, START_ROW, TOPOLOGIES_ROW

# What a row asks the target for, and why a contender that has none is left out of it.
_NEEDS = {"{bulk_path}": "has no big body", "{socket_path}": "passes no WebSockets on",
          "{call_path}": "passes no calls on", "{function_path}": "runs no functions"}


class Results:
    """Raw reports by row and contender, one per round; None where a round failed."""

    def __init__(self):
        self.raw = {}
        self.failures = []
        self.skipped = {}

    def add(self, row, contender, report):
        self.raw.setdefault(row, {}).setdefault(contender, []).append(report)

    def fail(self, row, contender, why):
        self.add(row, contender, None)
        self.failures.append({"row": row, "contender": contender, "why": why})
        say(f"  {row}: {contender}: FAILED: {why}")

    def skip(self, row, contender, why):
        self.skipped.setdefault(row, {})[contender] = why


def say(text):
    print(text, file=sys.stderr, flush=True)


def memory(contenders, load, rounds, count, results):
    """Each contender alone on the machine: PSS shares out what several processes map."""
    for number in range(rounds):
        say(f"memory, round {number + 1} of {rounds}")
        for contender in contenders:
            contender.serves_bulk = False
            try:
                contender.start()
                results.add(IDLE_ROW, contender.name, _memory_of(contender, load, count))
            except (LoadError, RuntimeError) as why:
                results.fail(IDLE_ROW, contender.name, str(why))
            finally:
                contender.stop()


def _memory_of(contender, load, count):
    target = contender.target
    _ask_a_little(contender, load)
    time.sleep(0.3)  # let the server see that its clients are gone
    pids = contender.pids()
    rest, before = processes.memory_kib(pids)
    files_before = processes.descriptor_count(pids)
    with load.idle(target, count) as held:
        time.sleep(0.3)
        after = processes.memory_kib(pids)[1]
        files_after = processes.descriptor_count(pids)
        held.finish()
    return {"restMib": rest / 1024, "kibPerConnection": (after - before) / count,
            "descriptorsPerConnection": (files_after - files_before) / count, "count": count}


def _ask_a_little(contender, load, patience_s=10.0):
    """Waits until all of it answers (in a chain the first hop may listen before the others do), so
    that every worker has been started and will be counted."""
    target = contender.target
    options = ["--count", "100", "--connections", "4", "--path", target.path,
               "--expect-body", target.body]
    deadline = time.monotonic() + patience_s
    while True:
        contender.check_alive()
        try:
            return load.run("keepalive", target, options, plain=not target.address)
        except LoadError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def under_load(contenders, row_names, load, rounds, duration_s, results):
    """All contenders are up together; each round gives each of them each row once, so that whatever
    the machine does meanwhile does it to all. The order rotates. Each round starts them anew: one
    process's luck with its addresses is worth some percent and lasts as long as it does."""
    rows = [row for row in LOAD_ROWS if row.name in row_names]
    left = list(contenders)
    for number in range(rounds):
        running = []
        try:
            for contender in list(left):
                contender.serves_bulk = True
                if _starts(contender, "load", load, results):
                    running.append(contender)
                else:
                    left.remove(contender)
            shift = number % max(len(running), 1)
            for row in rows:
                for contender in running[shift:] + running[:shift]:
                    _load_once(contender, row, load, duration_s, results)
        finally:
            for contender in running:
                contender.stop()
        say(f"load, round {number + 1} of {rounds} done")


def _starts(contender, phase, load, results):
    """Starts it; a contender that cannot is left out, the others are measured all the same."""
    try:
        contender.start()
        _ask_a_little(contender, load)
        return True
    except (LoadError, RuntimeError) as why:
        contender.stop()
        results.fail(phase, contender.name, str(why))
        return False
    except BaseException:
        contender.stop()
        raise


def _load_once(contender, row, load, duration_s, results):
    fields = vars(contender.target)
    if row.revoked and not fields["revoked_cert"]:
        return results.skip(row.name, contender.name, "has nobody to refuse")
    for need in set(row.options) & set(_NEEDS):
        if not _filled(need, fields):
            return results.skip(row.name, contender.name, _NEEDS[need])
    options = [_filled(option, fields) for option in row.options]
    options += ["--duration", str(duration_s),
                "--server-pids", ",".join(str(pid) for pid in contender.pids())]
    try:
        contender.check_alive()
        report = load.run(row.mode, contender.target, options, row.revoked, row.plain)
        if row.name == FUNCTION_ROW:
            report["functionUs"] = load.function_alone_us()
        results.add(row.name, contender.name, report)
    except (LoadError, RuntimeError) as why:
        results.fail(row.name, contender.name, str(why))


def _filled(option, fields):
    if option.startswith("{") and option.endswith("}"):
        return str(fields[option[1:-1]])
    return option


def start_up(contenders, load, rounds, warm_server, results):
    """From just before the first exec to the first good answer. The client polls each 0.2 ms on
    its own core, warmed up against `warm_server`."""
    try:
        if warm_server is not None:
            warm_server.start()
        able = []
        for contender in contenders:  # brings the files into the page cache and shows their places
            contender.serves_bulk = False
            if _starts(contender, START_ROW, load, results):
                contender.stop()
                able.append(contender)
        for number in range(rounds):
            for contender in able:
                _start_once(contender, load, warm_server, results)
            say(f"start, round {number + 1} of {rounds} done")
    finally:
        if warm_server is not None:
            warm_server.stop()


def topologies(contenders, binary, rounds, count, results):
    """Whole emulators one after the other in one process; what is no emulator has no such row."""
    programs = []
    for contender in contenders:
        if not hasattr(contender, "scenario"):
            results.skip(TOPOLOGIES_ROW, contender.name, "is no library")
        elif contender.name != "hoplab-before":
            programs.append((contender, binary))
        elif os.path.exists(own := os.path.join(os.path.dirname(contender.binary), "bench", "hoplab-topologies")):
            programs.append((contender, own))
        else:
            results.skip(TOPOLOGIES_ROW, contender.name, "has no bench/hoplab-topologies beside it")
    for number in range(rounds if binary else 0):
        for contender, program in programs:
            _say_of(program, [contender.scenario, str(count)], TOPOLOGIES_ROW, contender, results)
        say(f"topologies, round {number + 1} of {rounds} done")


def signatures(contenders, binary, rounds, count, results):
    """The check alone, and its HMACs alone, in a process of their own."""
    for contender in contenders:
        if not hasattr(contender, "checks_signatures"):
            results.skip(SIGNATURES_ROW, contender.name, "checks none")
            continue
        for _ in range(rounds if binary else 0):
            _say_of(binary, [str(count)], SIGNATURES_ROW, contender, results)


def _say_of(binary, options, row, contender, results):
    """A program of its own says the numbers."""
    done = subprocess.run([binary, *options], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        results.add(row, contender.name, json.loads(done.stdout))
    else:
        results.fail(row, contender.name, done.stderr.strip())


def _start_once(contender, load, warm_server, results):
    try:
        contender.prepare()
        options = contender.first_answer_options()
        with load.first_answer(options, warm_server.target if warm_server else None) as poller:
            since = time.monotonic_ns()
            contender.launch()
            report = poller.finish(f"{since}\n")
            report["cpuMilliseconds"] = processes.cpu_milliseconds(contender.pids())
            results.add(START_ROW, contender.name, report)
    except (LoadError, RuntimeError) as why:
        results.fail(START_ROW, contender.name, str(why))
    finally:
        contender.stop()
