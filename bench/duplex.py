#!/usr/bin/python3
"""200 MiB up and down at once through four hops, beside the same bytes up and then down.

Prints the seconds of each, as medians of the rounds, their quotient, and the memory that the process
needed at most. Usage: bench/duplex.py [ROUNDS]
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from exchange_lab import MEBIBYTE, NAME, four_hops, peak_memory  # noqa: E402  (the path comes first)
from lab import Lab  # noqa: E402
from peers import Peer  # noqa: E402

SIZE = 200 * MEBIBYTE


def seconds(lab, version, path, *arguments):
    certificate, key = lab.certificate("my_client")
    began = time.monotonic()
    subprocess.run(["curl", "--silent", "--fail", version, "--cacert", lab.ca_bundle, "--cert", certificate,
                    "--key", key, "--connect-to", f"::{lab.address}:{lab.port}", "--output", "/dev/null",
                    *arguments, f"https://{NAME}{path}"], check=True)
    return time.monotonic() - began


def measured(lab, version, upload, rounds):
    up, down, both = [], [], []
    send = ("--header", "Expect:", "--request", "POST", "--upload-file", upload)
    for _ in range(rounds):
        up.append(seconds(lab, version, "/count", *send))
        down.append(seconds(lab, version, f"/bytes?size={SIZE}"))
        both.append(seconds(lab, version, "/echo", *send))
    quotient = statistics.median(b / (u + d) for u, d, b in zip(up, down, both))
    print(f"{version[2:]}: up {statistics.median(up):.2f} s, down {statistics.median(down):.2f} s, "
          f"at once {statistics.median(both):.2f} s: {quotient:.2f} of one after the other")


def main(rounds="5"):
    with Peer("node") as peer, Lab(four_hops(peer), json_output=True) as lab, \
            tempfile.NamedTemporaryFile() as upload:
        for _ in range(SIZE // MEBIBYTE):
            upload.write(os.urandom(MEBIBYTE))
        upload.flush()
        for version in ("--http1.1", "--http2"):
            measured(lab, version, upload.name, int(rounds))
        print(f"memory at most: {peak_memory(lab.process.pid) / MEBIBYTE:.1f} MiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
