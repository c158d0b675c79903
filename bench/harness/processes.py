"""Starting, pinning, measuring and stopping processes; finding free ports."""

import os
import random
import signal
import socket
import subprocess
import time


def free_ports(count):
    """Distinct free ports of 127.0.0.1 outside the ephemeral range, so no client takes them."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        low = int(file.read().split()[0])
    candidates = range(10000, low) if low > 12000 else range(20000, 60000)
    ports = []
    for port in random.sample(candidates, len(candidates)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError("no free ports on 127.0.0.1")


class Cores:
    """Which core serves and which loads. This process stays on the load core."""

    def __init__(self, server, load):
        usable = sorted(os.sched_getaffinity(0))
        self.server = server if server is not None else usable[0]
        self.load = load if load is not None else usable[-1]
        self.pinned = self.server != self.load
        self._apply(self.load)

    def launch(self, command, **options):
        """Starts `command` on the server core: a child inherits the affinity of its parent, which
        costs no further exec as taskset would."""
        self._apply(self.server)
        try:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True,
                                    **options)
        finally:
            self._apply(self.load)

    @staticmethod
    def _apply(core):
        os.sched_setaffinity(0, {core})


def process_tree(pid):
    """`pid` and all its descendants that live now."""
    pids = [pid]
    for parent in pids:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as file:
                    pids += [int(child) for child in file.read().split()]
        except OSError:
            continue
    return pids


def memory_kib(pids):
    """(PSS, its anonymous part) of all `pids` together."""
    total = anonymous = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
                elif line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                    anonymous += int(line.split()[1])
    return total, anonymous


def cpu_milliseconds(pids):
    """What the threads that live now have used since their start."""
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                    total += int(file.read().split()[0])
            except OSError:  # it has ended meanwhile
                continue
    return total / 1e6


def descriptor_count(pids):
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)


def _start_time(pid):
    """Tells a process from a later one with the same id; None when it is gone or a zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def stop(processes, patience_s=3.0):
    """Ends the processes (Popen) and all their descendants, by id: SIGTERM, then SIGKILL."""
    known = {pid: _start_time(pid) for process in processes if process.poll() is None
             for pid in process_tree(process.pid)}
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + patience_s
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pid, started in known.items():
        while _start_time(pid) == started and started is not None:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.01)
