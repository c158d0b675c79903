"""Captures of the loopback interface, made by tcpdump.

Needs root, or the right to capture."""

import os
import pathlib
import shutil
import socket
import subprocess
import threading


def can_capture(*servers):
    return os.geteuid() == 0 and all(shutil.which(program) for program in ("tcpdump", *servers))


class Packets:
    """What passes a port of 127.0.0.1 between __enter__ and `save`."""

    def __init__(self, port):
        self._bytes = bytearray()
        self._more = threading.Condition()
        self._port = port

    def __enter__(self):
        self._marker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._marker.bind(("127.0.0.1", 0))
        self._process = subprocess.Popen(
            ["tcpdump", "-i", "lo", "-U", "--immediate-mode", "-n", "-w", "-",
             f"tcp port {self._port} or udp port {self._marker.getsockname()[1]}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        for line in self._process.stderr:
            if b"listening on" in line:
                break
        self._mark(b"begin")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._thread.join()
        self._process.stderr.close()
        self._process.stdout.close()
        self._process.wait()
        self._marker.close()

    def _read(self):
        while chunk := self._process.stdout.read1(65536):
            with self._more:
                self._bytes += chunk
                self._more.notify_all()

    def _mark(self, text):
        """Returns when everything that passed before has been captured."""
        text = b"hoplab's marker: " + text
        self._marker.sendto(text, self._marker.getsockname())
        with self._more:
            if not self._more.wait_for(lambda: text in self._bytes, timeout=30):
                raise AssertionError("tcpdump has not seen the marker")

    def save(self, path):
        self._mark(b"end")
        with self._more:
            pathlib.Path(path).write_bytes(self._bytes)
        return path
