"""What every contender has in common: it can be prepared, launched, asked and stopped."""

import dataclasses
import os
import socket
import subprocess
import time

from . import processes


@dataclasses.dataclass
class Target:
    """Everything that a client needs to know."""
    address: str  # with TLS; "" when there is none
    sni: str
    path: str
    body: str
    bulk_path: str
    bulk_bytes: int
    cert: str
    key: str
    revoked_cert: str  # "" when nobody is revoked
    revoked_key: str
    cacert: str
    issuer_key: str = ""  # of the authority that issued `cert`, if it is known
    # Of what passes on to targets; "" where it does not.
    plain_address: str = ""  # without TLS
    socket_path: str = ""    # of a WebSocket
    call_path: str = ""      # of a gRPC call
    function_path: str = ""  # of a function, at plain_address


class Contender:
    """A set of processes that together answer as one server.

    prepare() may be called again after stop(): it picks new ports and starts from nothing."""

    name = ""    # short, the key in the JSON report
    title = ""   # of its column
    note = ""    # what a reader must know about it

    def __init__(self, cores, folder):
        self.cores = cores
        self.dir = folder
        self.processes = []
        self.behind = []  # of what it passes on to: on the load core, and not its own CPU time
        self.target = None
        self.serves_bulk = True  # False: leave out processes that exist only for big bodies

    def prepare(self):
        """Writes the configuration; sets `target` if it is known before the start."""
        raise NotImplementedError

    def commands(self):
        """The argv of each process, in the order of the start."""
        raise NotImplementedError

    def commands_behind(self):
        """Likewise of the targets that it passes on to."""
        return []

    def launch(self):
        os.makedirs(self.dir, exist_ok=True)
        for command in self.commands_behind():
            self.behind.append(subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                                start_new_session=True))
        for number, command in enumerate(self.commands()):
            with open(os.path.join(self.dir, f"{number}.stdout"), "wb") as out, \
                 open(os.path.join(self.dir, f"{number}.stderr"), "wb") as err:
                self.processes.append(self.cores.launch(command, stdout=out, stderr=err))

    def wait_ready(self, patience_s=20.0):
        address = self.target.address or self.target.plain_address
        host, port = address.rsplit(":", 1)
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                with socket.create_connection((host, int(port)), 1.0):
                    return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"nothing listens on {address}")

    def check_alive(self):
        for number, process in enumerate(self.processes):
            if process.poll() is not None:
                with open(os.path.join(self.dir, f"{number}.stderr"), encoding="utf-8",
                          errors="replace") as file:
                    said = file.read().strip()[-2000:]
                raise RuntimeError(f"{' '.join(process.args)} ended with "
                                   f"{process.returncode}: {said}")

    def start(self):
        self.prepare()
        self.launch()
        self.wait_ready()

    def stop(self):
        processes.stop(self.processes + self.behind)
        self.processes, self.behind = [], []

    def pids(self):
        return [pid for process in self.processes for pid in processes.process_tree(process.pid)]

    def first_answer_options(self):
        """What hoplab-load first-answer needs to know before the start."""
        t = self.target
        return ["--connect", t.address, "--sni", t.sni, "--cert", t.cert, "--key", t.key,
                "--cacert", t.cacert, "--path", t.path, "--expect-body", t.body]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
