"""Services of other people's making behind the load balancer, and raw ones, for tests.

A program that is not installed skips its tests with a word; with CI=true in the environment it is a
failure.
"""

import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
DEADLINE_S = 60


def program(name, why=""):
    """Its path; without it the test is skipped."""
    path = shutil.which(name)
    if not path and os.environ.get("CI"):
        raise RuntimeError(f"{name} is not installed; scripts/setup --ci does it")
    if not path:
        raise unittest.SkipTest(f"{name} is not installed{why}")
    return path


def self_signed(folder):
    """(certificate, key) as PEM files."""
    pem = f"{folder}/cert.pem", f"{folder}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-subj", "/CN=own", "-days", "2", "-out", pem[0], "-keyout", pem[1]],
                   check=True, capture_output=True)
    return pem


class Peer:
    """A server process that prints its port and then serves. `kind`: node or aiohttp."""

    def __init__(self, kind, tls=False, port=0):
        self.tls = tls
        self._folder = tempfile.TemporaryDirectory(prefix="hoplab-peer-")
        if kind == "node":
            command = [program("node"), FOLDER / "server.mjs"]
        else:
            command = [sys.executable, "-B", FOLDER / "aiohttp_server.py"]
            try:
                import aiohttp  # noqa: F401
            except ImportError:
                if os.environ.get("CI"):
                    raise
                raise unittest.SkipTest("aiohttp is not installed") from None
        command += [str(port), *(self_signed(self._folder.name) if tls else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline())
        self.address = f"127.0.0.1:{self.port}"

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=DEADLINE_S)
        self._process.stdout.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class RawServer:
    """Accepts by itself and hands each connection to `serve(socket)` in a thread of its own. With `tls`
    it ends TLS first. `peers`: the other ends of its connections, in their order."""

    def __init__(self, serve, tls=False):
        self._serve = serve
        self.peers = []
        self._context = None
        if tls:
            with tempfile.TemporaryDirectory() as folder:
                self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._context.load_cert_chain(*self_signed(folder))
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listening.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, peer = self._listening.accept()
                self.peers.append("{}:{}".format(*peer))
            except OSError:
                return
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with connection:
            try:
                # What is written leaves before a reset.
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._context:
                    with self._context.wrap_socket(connection, server_side=True) as tls:
                        self._serve(tls)
                else:
                    self._serve(connection)
            except OSError:
                pass

    def stop(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def read_head(connection):
    """A request's head as text; empty at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return ""
        head += byte
    return head.decode("latin-1")
