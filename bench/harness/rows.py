"""What is measured: the rows, and which numbers each of them gives."""

import dataclasses
from typing import Callable


@dataclasses.dataclass(frozen=True)
class Metric:
    label: str
    unit: str
    more_is_better: bool
    of: Callable  # from the load tool's report to a number
    digits: int = 0


@dataclasses.dataclass(frozen=True)
class Row:
    """A row that is a run of hoplab-load. `options` may name a field of the target in braces."""
    name: str
    mode: str
    options: tuple
    metrics: tuple
    revoked: bool = False
    plain: bool = False  # without TLS


def _per_cpu(result):
    return result["requests"] / result["serverCpuSeconds"]


def _megabytes_per_cpu(result):
    return result["bytes"] / 1e6 / result["serverCpuSeconds"]


def _megabytes_per_s(result):
    return result["bytes"] / 1e6 / result["seconds"]


def _p50(result):
    return result["latencyUs"]["p50"]


def _p99(result):
    return result["latencyUs"]["p99"]


def _added(result):
    return result["latencyUs"]["p50"] - result["functionUs"]


_SMALL = ("--path", "{path}", "--expect-body", "{body}")
_BULK = ("--path", "{bulk_path}", "--expect-bytes", "{bulk_bytes}")
_RATE = (Metric("", "per server CPU s", True, _per_cpu),)
_RATE_AND_LATENCY = _RATE + (Metric("p50", "us", False, _p50), Metric("p99", "us", False, _p99))

_MESSAGES = ("--connections", "256", "--message-bytes", "125", "--path", "{socket_path}")

NEW_CLIENTS_ROW = "handshake tls1.3 many clients"

HOP_ROWS = (
    Row("handshake tls1.3", "handshake", ("--tls", "1.3", "--connections", "8") + _SMALL, _RATE),
    Row(NEW_CLIENTS_ROW, "handshake",
        ("--tls", "1.3", "--connections", "8", "--issuer-key", "{issuer_key}") + _SMALL, _RATE),
    Row("handshake tls1.2", "handshake", ("--tls", "1.2", "--connections", "8") + _SMALL, _RATE),
    Row("keepalive c=1", "keepalive", ("--connections", "1") + _SMALL, _RATE_AND_LATENCY),
    Row("keepalive c=64", "keepalive", ("--connections", "64") + _SMALL, _RATE_AND_LATENCY),
    Row("h2 c=8 m=16", "h2", ("--connections", "8", "--streams", "16") + _SMALL, _RATE_AND_LATENCY),
    Row("refused tls1.2", "refused",
        ("--tls", "1.2", "--connections", "8", "--path", "{path}"), _RATE, revoked=True),
    Row("bulk 10MiB", "bulk", ("--connections", "2") + _BULK,
        (Metric("", "MB per server CPU s", True, _megabytes_per_cpu),
         Metric("rate", "MB/s", True, _megabytes_per_s))),
)

FUNCTION_ROW = "function c=1"
TARGET_ROWS = (
    Row("websocket c=256", "websocket", _MESSAGES, _RATE, plain=True),
    Row("websocket tls c=256", "websocket", _MESSAGES, _RATE),
    Row("grpc c=8 m=16", "grpc", ("--connections", "8", "--streams", "16", "--message-bytes", "125",
                                  "--path", "{call_path}"), _RATE_AND_LATENCY),
    Row(FUNCTION_ROW, "keepalive",
        ("--connections", "1", "--path", "{function_path}", "--expect-body", "{body}"),
        (Metric("p50", "us", False, _p50, 1), Metric("p50 without the function's own", "us", False, _added, 1),
         Metric("p99", "us", False, _p99)), plain=True),
)
LOAD_ROWS = HOP_ROWS + TARGET_ROWS

IDLE_ROW = "idle memory"
IDLE_METRICS = (
    Metric("per connection", "KiB", False, lambda r: r["kibPerConnection"], 1),
    Metric("descriptors per connection", "", False, lambda r: r["descriptorsPerConnection"], 1),
    Metric("PSS at rest", "MiB", False, lambda r: r["restMib"], 1),
)

START_ROW = "start"
START_METRICS = (
    Metric("first good answer", "ms", False, lambda r: r["milliseconds"], 1),
    Metric("CPU until then", "ms", False, lambda r: r["cpuMilliseconds"], 1),
)

TOPOLOGIES_ROW = "topologies"
TOPOLOGIES_METRICS = (
    Metric("started and stopped in one process, each", "ms", False, lambda r: r["millisecondsEach"], 1),
)

SIGNATURES_ROW = "signature check"
SIGNATURES_METRICS = tuple(
    metric for form in ("header", "query") for key, hmacs in (("new", "5 HMACs"), ("kept", "HMAC"))
    for name in [f"{form}{key.title()}Key"] for metric in (
        Metric(f"in the {form}, {key} key", "ns", False, lambda r, name=name: r[name]["nanoseconds"]),
        Metric(f"in the {form}, {key} key, to its {hmacs} alone", "times", False,
               lambda r, name=name: r[name]["toItsHmacs"], 2)))

ALL_ROWS = (IDLE_ROW,) + tuple(row.name for row in LOAD_ROWS) + (START_ROW, TOPOLOGIES_ROW,
                                                                         SIGNATURES_ROW)

_METRICS = {IDLE_ROW: IDLE_METRICS, START_ROW: START_METRICS, TOPOLOGIES_ROW: TOPOLOGIES_METRICS,
            SIGNATURES_ROW: SIGNATURES_METRICS}


def metrics_of(row_name):
    for row in LOAD_ROWS:
        if row.name == row_name:
            return row.metrics
    return _METRICS[row_name]
