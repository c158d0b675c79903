"""Starts hoplab for a scenario, sends requests through its way in, and changes it by its admin API."""

from __future__ import annotations

import ctypes
import errno
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

KNOWN_VERSIONS = ("0.1", "0.2")  # of hoplab, as major.minor

# Generous: the machine may be busy, and nobody waits for it in a good run.
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
TIMEOUT_S = 30
KEPT_REQUESTS = 1000

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded here: little may be done between fork and exec
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}


class LabError(RuntimeError):
    """hoplab could not be started, or cannot do what was asked for."""


class AdminError(LabError):
    """The admin API refused a call; nothing has changed. `status` is that of HTTP."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Requests(list):
    """What receivers got, oldest first; `count` of them in all, of which `dropped` are no longer kept."""

    def __init__(self, answer):
        super().__init__(answer["requests"])
        self.count = answer["count"]
        self.dropped = answer["dropped"]


@dataclass(frozen=True)
class Response:
    """An answer, read to its end. `headers` are found by name in any case."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


class Connection:
    """A connection that is kept between requests; after one that has ended, the next request makes a new one.

    Errors come as they are: ssl.SSLError, TimeoutError; and each reset is a ConnectionResetError, of which
    http.client.RemoteDisconnected is one.
    """

    def __init__(self, name, address, port, context=None, timeout=TIMEOUT_S):
        self._http = _Http(name, address, port, context, timeout)

    def get(self, path, headers=None):
        """GET `path`, and the answer to it."""
        return self.request("GET", path, headers=headers)

    def request(self, method, path, body=None, headers=None):
        """Sends a request and reads the answer to its end."""
        try:
            self._http.request(method, path, body=body, headers=headers or {})
            answer = self._http.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        except ssl.SSLEOFError as error:
            reset = _was_reset(self._http.sock)
            self.close()
            if reset:
                raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from error
            raise
        except BaseException:
            self.close()
            raise

    @property
    def socket(self):
        """The socket under it, or None when it is not connected."""
        return self._http.sock

    def close(self):
        self._http.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _was_reset(sock):
    """The ssl module calls a reset of an established connection an end of file; the kernel knows better."""
    tcp_close = 7
    return sock is not None and sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == tcp_close


class _Http(http.client.HTTPConnection):
    """Speaks to `address` and `port`, and says `name` in SNI and in Host, as if DNS had led there."""

    def __init__(self, name, address, port, context, timeout):
        self.default_port = 443 if context else 80  # a default port is not a part of Host
        super().__init__(name, self.default_port, timeout=timeout)
        self._way_in = (address, port)
        self._context = context

    def connect(self):
        plain = socket.create_connection(self._way_in, self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain
        except BaseException:
            plain.close()
            raise


class Lab:
    """`hoplab up SCENARIO`, ready, on free ports of loopback; it ends with `stop()`, with a `with` block, or with
    the process that started it, however that ends.

    `options` go to `hoplab up`, such as "--set", "service=127.0.0.1:9000". The binary is $HOPLAB, or the one in PATH.
    The certificates are in a fresh temporary folder that goes with it, unless the options have "--out".
    Linux counts a thread as the parent: start a lab in a thread that lives as long as the lab does.
    """

    def __init__(self, scenario, *options):
        binary = _binary()
        known = set(re.findall(r"--[\w-]+", _output(binary, "up", "--help")))
        self.scenario = os.fspath(scenario)
        self.keeps_requests = "--keep" in known  # whether requests() is there to be asked
        command = [binary, "up", self.scenario, "--json", *map(str, options)]
        if self.keeps_requests and "--keep" not in options:
            command += ["--keep", str(KEPT_REQUESTS)]
        end_with_parent = _end_with(os.getpid())
        if "--with-parent" in known:
            command += ["--with-parent"]
            end_with_parent = None
        self.out = None
        self._keeps_out = any(option == "--out" or str(option).startswith("--out=") for option in options)
        self._said = tempfile.TemporaryFile()  # not a pipe: nobody reads it while it runs
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said,
                                         start_new_session=True, preexec_fn=end_with_parent)
        try:
            opening = json.loads(self._first_line())
        except BaseException:
            self.stop()
            raise
        self.url = opening["url"]
        self.admin = opening["admin"]
        self.ca_bundle = opening["caBundle"]
        self.out = pathlib.Path(opening["out"])
        self.certificates = opening["certificates"]  # by name: the paths "cert", "key" and "p12"
        self.notes = opening["notes"]
        self.endpoints = opening["endpoints"]  # the ways in, that of the scenario's entry first
        way_in = self.endpoints[0] if self.endpoints else {"dnsName": None, "address": None, "port": None}
        self.name = urlsplit(self.url).hostname or way_in["dnsName"]
        self.address = way_in["address"]
        self.port = way_in["port"]

    # As a client.

    def ssl_context(self, certificate=None, *, minimum_version=None, maximum_version=None):
        """A context that trusts the CA bundle and shows the client certificate of that name, or none."""
        context = ssl.create_default_context(cafile=self.ca_bundle)
        if minimum_version is not None:
            context.minimum_version = minimum_version
        if maximum_version is not None:
            context.maximum_version = maximum_version
        if certificate is not None:
            if certificate not in self.certificates:
                raise LabError(f"there is no certificate '{certificate}' in the scenario; "
                               f"there are {', '.join(sorted(self.certificates)) or 'none'}")
            context.load_cert_chain(self.certificates[certificate]["cert"], self.certificates[certificate]["key"])
        return context

    def connection(self, certificate=None, *, context=None, name=None, timeout=TIMEOUT_S):
        """A connection through the way in, to be kept; `name` is another one for SNI and Host."""
        if not self.url:
            raise LabError("no way into the scenario is open: " + " ".join(self.notes))
        if context is None and self.url.startswith("https:"):
            context = self.ssl_context(certificate)
        return Connection(name or self.name, self.address, self.port, context, timeout)

    def request(self, method, path, certificate=None, *, body=None, headers=None, **how):
        """One request on a connection of its own; `how` is that of connection()."""
        with self.connection(certificate, **how) as connection:
            return connection.request(method, path, body=body, headers=headers)

    def get(self, path, certificate=None, *, headers=None, **how):
        """GET `path` on a connection of its own."""
        return self.request("GET", path, certificate, headers=headers, **how)

    # As an operator.

    def arm(self, fault, **definition):
        """Arms a fault of the scenario; with a definition, as it stands in a scenario's "faults", a new one:

            lab.arm("bad-zone", hop="nlb", action="reset", stage="client-hello", connections={"every": 3})
        """
        if definition:
            self._call("PUT", "/v1/faults/" + quote(fault, safe=""), definition)
        else:
            self._call("POST", f"/v1/faults/{quote(fault, safe='')}/arm")

    def disarm(self, fault):
        """Disarms a fault: held connections go on."""
        self._call("DELETE", "/v1/faults/" + quote(fault, safe=""))

    def faults(self):
        """The faults, whether they are armed, and the ids of the connections that they have hit."""
        return self._call("GET", "/v1/faults")

    def revoke(self, certificate):
        """Revokes a certificate in every trust store that has its authority, for handshakes from now on."""
        self._call("POST", f"/v1/certificates/{quote(certificate, safe='')}/revoke")

    def change(self, *changes):
        """Makes one change or several, all or none: lab.change({"change": "SetEndpointState", ...})."""
        return self._call("POST", "/v1/changes", list(changes))

    def clock(self):
        """How emulated time passes, and what it is."""
        return self._call("GET", "/v1/clock")

    def set_clock(self, mode, scale=None):
        """Another way for time to pass: "real", "stepped", or "scaled" with emulated seconds in a real one."""
        return self._call("PUT", "/v1/clock", {"mode": mode, **({} if scale is None else {"scale": scale})})

    def set_time(self, now):
        """What the calendar shows, such as "2030-01-01T00:00:00Z", by which certificates expire; no timer moves."""
        return self._call("PUT", "/v1/clock", {"now": now})

    def advance(self, by):
        """Moves a stepped clock on by a duration such as "350s", and returns when all that falls due has happened."""
        return self._call("POST", "/v1/clock/step", {"by": by})

    def restore(self):
        """Gives back the topology and the clock of the start, with nothing on record; open connections stay."""
        self._call("POST", "/v1/restore")

    # As an observer.

    def ends(self, after=None, wait=None):
        """The connections that have ended, and why, oldest first; only those behind the one with the id `after`.

        `wait`, such as "2s", is how long to wait for one behind that, where there is none yet.
        """
        if wait is not None and after is None:
            after = 0
        return self._call("GET", "/v1/ends", query={"after": after, "wait": wait})

    def flows(self):
        """The connections that are not over."""
        return self._call("GET", "/v1/flows")

    def requests(self, receiver=None, *, method=None, path=None, after=None, wait=None):
        """The requests that private APIs, stand-ins and services received; `wait` is that of ends(). A receiver that
        the scenario does not have is a LabError. "headers" of one is a list of {"name": ..., "value": ...}."""
        query = {"receiver": receiver, "method": method, "path": path, "after": after, "wait": wait}
        return Requests(self._call("GET", "/v1/requests", query=query))

    def metrics(self):
        """Counters since the start or the last restore, CloudWatch's among them."""
        return self._call("GET", "/v1/metrics")

    def status(self):
        """The ways in, their state, and notes."""
        return self._call("GET", "/v1/status")

    @property
    def running(self):
        return self._process.poll() is None

    def stop(self):
        """Ends it, and returns its exit code; it can be called again."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdout.close()
        self._said.close()
        if self.out and not self._keeps_out:
            shutil.rmtree(self.out, ignore_errors=True)  # hoplab does it itself, unless it was killed
        return self._process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _first_line(self):
        """The line that it prints when it is ready."""
        deadline = time.monotonic() + START_TIMEOUT_S
        poll = select.poll()
        poll.register(self._process.stdout, select.POLLIN)
        line = b""
        while not line.endswith(b"\n"):
            if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
                raise LabError(f"hoplab was not ready after {START_TIMEOUT_S} s")
            part = os.read(self._process.stdout.fileno(), 65536)
            if not part:
                self._process.wait(STOP_TIMEOUT_S)
                raise LabError(f"hoplab did not come up with {self.scenario}: {self._last_words()}")
            line += part
        return line

    def _last_words(self):
        """What it has said on standard error, or at least how it ended."""
        size = os.fstat(self._said.fileno()).st_size
        said = os.pread(self._said.fileno(), size, 0).decode(errors="replace").strip()
        return said or f"it ended with {self._process.poll()}"

    def _call(self, method, path, body=None, query=None):
        query = {name: value for name, value in (query or {}).items() if value is not None}
        timeout = TIMEOUT_S + _seconds(query.get("wait", "0s"))
        # Not urllib: a proxy of the environment has no business here.
        connection = http.client.HTTPConnection(urlsplit(self.admin).netloc, timeout=timeout)
        try:
            connection.request(method, path + ("?" + urlencode(query, safe="/") if query else ""),
                               body=None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read().decode()
        except ConnectionError as error:
            if self.running:
                raise
            raise LabError("hoplab runs no more: " + self._last_words()) from error
        finally:
            connection.close()
        if answer.status >= 400:
            try:
                text = json.loads(text)["error"]
            except (ValueError, KeyError, TypeError):
                pass
            raise AdminError(answer.status, f"{method} {path}: {answer.status}: {text}")
        return json.loads(text) if text else None


def _binary():
    """The path of a hoplab that this package knows."""
    binary = os.environ.get("HOPLAB") or shutil.which("hoplab")
    if not binary:
        raise LabError("there is no hoplab in PATH; set HOPLAB to the path of the binary")
    said = _output(binary, "--version").strip()
    version = re.fullmatch(r"hoplab (\d+\.\d+)\S*", said)
    if not version:
        raise LabError(f"{binary} is not hoplab: it says '{said}' for its version")
    if version[1] not in KNOWN_VERSIONS:
        raise LabError(f"{binary} is {said}, and this package knows {' and '.join(KNOWN_VERSIONS)} of hoplab; "
                       "take the package of its version")
    return binary


def _output(binary, *arguments):
    try:
        return subprocess.run([binary, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=START_TIMEOUT_S, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LabError(f"{binary} cannot be run: {error}") from error


def _end_with(parent):
    """What a child does before it becomes hoplab, so that it ends when `parent` does, even by SIGKILL."""
    def before_exec():
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it has ended already
            os._exit(1)
    return before_exec


def _seconds(duration):
    if not re.fullmatch(r"\d+[smhdwy]", duration):
        raise LabError(f"'{duration}' is not a duration such as 2s or 5m")
    return int(duration[:-1]) * _UNITS_S[duration[-1]]
