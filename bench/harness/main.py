"""scripts/bench: options, which contenders there are, and the order of everything."""

import argparse
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile

from . import haproxy, hoplab, nginx, report, runner
from .groups import GROUPS, all_groups
from .load import Load
from .pki import Pki
from .processes import Cores
from .rows import ALL_ROWS, IDLE_ROW, LOAD_ROWS, SIGNATURES_ROW, START_ROW, TOPOLOGIES_ROW

BULK_BYTES = 10 * 1024 * 1024


def _options(root):
    parser = argparse.ArgumentParser(
        prog="bench", description="hoplab beside nginx and HAProxy, one core for the servers and "
        "one for the load. Prints a Markdown table; all rates are per CPU second of the server.")
    parser.add_argument("--hoplab", help="the binary (default: build/release/hoplab, build/hoplab)")
    parser.add_argument("--before", metavar="HOPLAB",
                        help="another build of it, measured beside: what has a change cost?")
    parser.add_argument("--load", help="the load tool (default: hoplab-load in a build folder)")
    parser.add_argument("--hoplab-body", default=nginx.BODY, help="what /widgets answers there")
    parser.add_argument("--hoplab-bulk-path", default="/bulk", help="\"\" when there is none")
    parser.add_argument("--hoplab-bulk-bytes", type=int, default=BULK_BYTES)
    parser.add_argument("--scenarios", default=os.path.join(root, "bench", "scenarios"),
                        help="folder with four-hops.json, direct.json, authorized.json and targets.json")
    parser.add_argument("--tables", help="only these, by comma: " + ", ".join(GROUPS))
    parser.add_argument("--rows", help="only these, by comma: " + ", ".join(ALL_ROWS))
    parser.add_argument("--contenders", help="only these, by comma: hoplab, hoplab-direct, "
                        "hoplab-before, nginx, nginx-notickets, nginx-chain, haproxy, haproxy-chain, "
                        "hoplab-list-N, hoplab-kept, hoplab-authorized, hoplab-signed, "
                        "hoplab-resources-N, hoplab-proxy, hoplab-proxy-before, nginx-proxy, relay")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration", type=float, default=1.0, help="seconds of each run")
    parser.add_argument("--idle-connections", type=int, default=1000)
    parser.add_argument("--quick", action="store_true",
                        help="smoke test: 1 round, 0.3 s, 50 idle connections, short lists")
    parser.add_argument("--server-core", type=int)
    parser.add_argument("--load-core", type=int)
    parser.add_argument("--json", metavar="FILE", help="writes everything that was measured")
    parser.add_argument("--keep", action="store_true", help="keep configurations and logs")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.duration, options.idle_connections = 1, 0.3, 50
    if options.rounds < 1 or options.duration <= 0 or options.idle_connections < 1:
        parser.error("--rounds, --duration and --idle-connections must be positive")
    options.tables = _chosen(parser, "--tables", options.tables, GROUPS)
    options.rows = _chosen(parser, "--rows", options.rows, ALL_ROWS)
    return options, parser


def _chosen(parser, option, text, known):
    if text is None:
        return list(known)
    chosen = [name.strip() for name in text.split(",")]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        parser.error(f"{option}: no {', '.join(unknown)}; there are: {', '.join(known)}")
    return chosen


def _binary(root, given, *places):
    for place in [given] if given else [os.path.join(root, "build", p) for p in places]:
        if os.access(place, os.X_OK) and os.path.isfile(place):
            return os.path.abspath(place)
    return None


def _header(options, cores, contenders, load):
    pinning = (f"servers on core {cores.server}, load on core {cores.load}" if cores.pinned
               else "ONE core for servers and load: latencies and MB/s mean little")
    head = report.machine()
    head["pinning"] = pinning
    head["nginx"] = (nginx.version() or ["not installed"])[0]
    head["haproxy"] = haproxy.version() or "not installed"
    binaries = {c.binary for c in contenders if isinstance(c, hoplab.Hoplab)}
    head["hoplab"] = ", ".join(hoplab.version(b) for b in binaries) or "not measured"
    head["rounds"] = f"{options.rounds} of {options.duration} s"
    head["commands"] = [shlex.join(sys.argv), load.binary]
    return head


def _measure(root, options, group, load, folder, cores, pki, bulk_file):
    results, contenders = runner.Results(), group.contenders
    runner.say(f"{group.title}:")
    if IDLE_ROW in group.rows:
        runner.memory(contenders, load, min(options.rounds, 3), options.idle_connections, results)
    if any(row.name in group.rows for row in LOAD_ROWS):
        runner.under_load(contenders, group.rows, load, options.rounds, options.duration, results)
    if START_ROW in group.rows:
        warm = None
        if nginx.version():
            warm = nginx.NginxOneHop(cores, os.path.join(folder, "warm"), pki, bulk_file)
        runner.start_up(contenders, load, options.rounds if options.quick else options.rounds * 3,
                        warm, results)
    if TOPOLOGIES_ROW in group.rows:
        binary = _binary(root, None, "release/bench/hoplab-topologies", "bench/hoplab-topologies")
        runner.topologies(contenders, binary, options.rounds, 10 if options.quick else 100, results)
    if SIGNATURES_ROW in group.rows:
        binary = _binary(root, None, "release/bench/hoplab-signatures", "bench/hoplab-signatures")
        runner.signatures(contenders, binary, options.rounds, 20 if options.quick else 400, results)
    return results


def _run(root, options, parser, folder):
    binary = _binary(root, options.load, "release/bench/hoplab-load", "release/hoplab-load",
                     "bench/hoplab-load", "hoplab-load")
    if binary is None:
        parser.error("no hoplab-load: build the target, or give --load PATH")
    target_binary = _binary(root, None, "release/bench/hoplab-target", "bench/hoplab-target")
    load, cores = Load(binary, target_binary), Cores(options.server_core, options.load_core)
    pki = Pki(os.path.join(folder, "pki"))
    bulk_file = os.path.join(folder, "bulk.bin")
    with open(bulk_file, "wb") as file:
        file.write(os.urandom(BULK_BYTES))
    if options.before and not _binary(root, options.before):
        parser.error(f"--before: no program {options.before}")
    there = all_groups(options, _binary(root, options.hoplab, "release/hoplab", "hoplab"),
                       target_binary, cores, folder, pki, bulk_file)
    names = list(dict.fromkeys(c.name for group in there for c in group.contenders))
    chosen = _chosen(parser, "--contenders", options.contenders, names)
    groups = [group.narrowed(options.rows, chosen) for group in there]
    groups = [group for group in groups
              if group.name in options.tables and group.rows and group.contenders]
    if not groups:
        parser.error("nobody to measure")
    contenders = list({c.name: c for group in groups for c in group.contenders}.values())
    header = _header(options, cores, contenders, load)
    results = [_measure(root, options, group, load, folder, cores, pki, bulk_file)
               for group in groups]
    header["servers"] = [shlex.join(command) for c in contenders for command in c.commands()]
    return _report(options, header, list(zip(groups, results)))


def _report(options, header, measured):
    tables = [(group, report.summarise(results, group), results) for group, results in measured]
    print(report.head(header))
    for table in tables:
        print(report.table(*table))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"header": header, "tables": [
                {"name": group.name, "title": group.title, "lines": lines, "failures": results.failures,
                 "skipped": results.skipped, "raw": results.raw}
                for group, lines, results in tables]}, file, indent=1)
    return 1 if any(results.failures for _, results in measured) else 0


def _terminated(number, _frame):
    raise SystemExit(128 + number)


def main(root):
    options, parser = _options(root)
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGHUP, _terminated)
    # Memory, when there is some, so that no disk is measured.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="hoplab-bench-", dir=place)
    try:
        return _run(root, options, parser, folder)
    except KeyboardInterrupt:
        runner.say("interrupted")
        return 130
    finally:
        if options.keep:
            runner.say(f"configurations and logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
