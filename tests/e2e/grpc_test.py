"""gRPC and HTTP/2 through an application load balancer: grpcio at both ends, and targets that misbehave."""

import contextlib
import os
import pathlib
import random
import socket
import struct
import tempfile
import threading
import time
import unittest
from concurrent import futures

from exchange_lab import NAME, Door, idle_timeout, metrics_of, peak_memory, received_to_end, reset, scenario
from lab import DEADLINE_S, Lab, admin, run_hoplab, until
from peers import RawServer, self_signed

try:
    import grpc
except ImportError:
    grpc = None


def handlers(waits, cancelled):
    """Every kind of call; messages are bytes."""
    def unary(request, context):
        context.send_initial_metadata((("x-first", "1"),))
        context.set_trailing_metadata((("x-last", "2"), ("x-met", dict(context.invocation_metadata())["x-mine"])))
        return request[::-1]

    def down(request, _context):
        for i in range(int(request)):
            yield b"%d" % i

    def up(requests, _context):
        return b"%d" % sum(len(one) for one in requests)

    def both(requests, _context):
        for one in requests:
            yield one.upper()

    def fail(_request, context):
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not now")

    def wait(_request, context):
        if not context.add_callback(cancelled.set):
            cancelled.set()  # it was before this thread came to it
        waits.set()
        while context.is_active():
            time.sleep(0.01)

    return {"Unary": grpc.unary_unary_rpc_method_handler(unary),
            "Down": grpc.unary_stream_rpc_method_handler(down),
            "Up": grpc.stream_unary_rpc_method_handler(up),
            "Both": grpc.stream_stream_rpc_method_handler(both),
            "Fail": grpc.unary_unary_rpc_method_handler(fail),
            "Wait": grpc.unary_unary_rpc_method_handler(wait)}


class GrpcServer:
    """grpcio's own, which takes TLS by ALPN's h2 only."""

    def __init__(self, tls=False):
        self._tls = tls

    def _credentials(self):
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = (pathlib.Path(one).read_bytes() for one in self_signed(folder))
        return grpc.ssl_server_credentials([(key, certificate)])

    def __enter__(self):
        self.waits, self.cancelled = threading.Event(), threading.Event()
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("test.Echo", handlers(self.waits, self.cancelled)),))
        self.port = (self._server.add_secure_port("127.0.0.1:0", self._credentials()) if self._tls
                     else self._server.add_insecure_port("127.0.0.1:0"))
        self.address = f"127.0.0.1:{self.port}"
        self._server.start()
        return self

    def stop(self):
        self._server.stop(None).wait()

    def __exit__(self, *_):
        self.stop()


def before(service, version="GRPC", **health):
    made = scenario(service, **idle_timeout(5))
    made["LoadBalancers"]["alb"]["Listeners"] = made["LoadBalancers"]["alb"]["Listeners"][:1]
    made["TargetGroups"]["service-group"] |= {"ProtocolVersion": version, **health}
    return made


@contextlib.contextmanager
def channel(lab):
    door = Door(lab, 443)
    with open(lab.ca_bundle, "rb") as bundle:
        credentials = grpc.ssl_channel_credentials(bundle.read())
    options = (("grpc.ssl_target_name_override", NAME), ("grpc.default_authority", NAME),
               ("grpc.enable_http_proxy", 0))
    with grpc.secure_channel(f"{door.address}:{door.port}", credentials, options) as made:
        yield made


def health(lab):
    return [one["state"] for one in admin(lab, "/v1/target-health")]


@unittest.skipIf(grpc is None and not os.environ.get("CI"), "grpcio is not installed")
class Calls(unittest.TestCase):
    @contextlib.contextmanager
    def lab(self, **more):
        with GrpcServer() as server, Lab(before(server, **more), json_output=True) as lab, channel(lab) as to:
            yield server, lab, to

    def test_every_kind_of_call(self):
        with self.lab() as (_, lab, to):
            answer, call = to.unary_unary("/test.Echo/Unary").with_call(
                b"hello", metadata=(("x-mine", "yes"),), timeout=DEADLINE_S)
            self.assertEqual(answer, b"olleh")
            self.assertEqual(dict(call.initial_metadata())["x-first"], "1")
            self.assertEqual(dict(call.trailing_metadata()), {"x-last": "2", "x-met": "yes"})
            down = to.unary_stream("/test.Echo/Down")(b"1000", timeout=DEADLINE_S)
            self.assertEqual(list(down), [b"%d" % i for i in range(1000)])
            up = to.stream_unary("/test.Echo/Up")(iter([bytes(50_000)] * 100), timeout=DEADLINE_S)
            self.assertEqual(up, b"5000000")
            self.assertEqual(health(lab), ["healthy"], "it has no such method as is asked for: 12")

    def test_over_tls_to_the_target_too(self):
        encrypted = {"Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS"}
        with GrpcServer(tls=True) as server, Lab(before(server, **encrypted), json_output=True) as lab, \
                channel(lab) as to:
            self.assertEqual(health(lab), ["healthy"])
            answer = to.unary_unary("/test.Echo/Unary")(b"hello", metadata=(("x-mine", ""),), timeout=DEADLINE_S)
            self.assertEqual(answer, b"olleh")
            self.assertEqual(len(list(to.unary_stream("/test.Echo/Down")(b"1000", timeout=DEADLINE_S))), 1000)

    def test_both_ways_at_once(self):
        with self.lab() as (_, _, to):
            turn = threading.Semaphore(0)

            def requests():
                for i in range(200):
                    yield b"message %d" % i
                    turn.acquire(timeout=DEADLINE_S)  # not before the last one is answered
            seen = []
            for answer in to.stream_stream("/test.Echo/Both")(requests(), timeout=DEADLINE_S):
                seen.append(answer)
                turn.release()
            self.assertEqual(seen, [b"MESSAGE %d" % i for i in range(200)])

    def test_large_messages_both_ways(self):
        with self.lab() as (_, _, to):
            large = os.urandom(3 << 20)
            answer = to.unary_unary("/test.Echo/Unary")(large, metadata=(("x-mine", ""),), timeout=DEADLINE_S)
            self.assertEqual(answer, large[::-1])

    def test_many_calls_share_a_connection(self):
        with self.lab() as (_, lab, to):
            calls = [to.unary_unary("/test.Echo/Unary").future(b"%d" % i, metadata=(("x-mine", ""),),
                                                               timeout=DEADLINE_S) for i in range(300)]
            self.assertEqual([one.result() for one in calls], [(b"%d" % i)[::-1] for i in range(300)])
            self.assertLess(metrics_of(lab, "AWS/ApplicationELB", "alb")["NewConnectionCount"], 8)
            self.assertEqual(metrics_of(lab, "AWS/ApplicationELB", "service-group")["GrpcRequestCount"], 300)

    def test_the_servers_error_arrives(self):
        with self.lab() as (_, _, to), self.assertRaises(grpc.RpcError) as error:
            to.unary_unary("/test.Echo/Fail")(b"", timeout=DEADLINE_S)
        self.assertEqual((error.exception.code(), error.exception.details()),
                         (grpc.StatusCode.FAILED_PRECONDITION, "not now"))

    def test_a_method_that_there_is_not(self):
        with self.lab() as (_, _, to), self.assertRaises(grpc.RpcError) as error:
            to.unary_unary("/test.Echo/Nothing")(b"", timeout=DEADLINE_S)
        self.assertEqual(error.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_a_deadline_ends_the_call_at_the_server_too(self):
        with self.lab() as (server, _, to):
            list(to.unary_stream("/test.Echo/Down")(b"3", timeout=DEADLINE_S))  # it is connected
            with self.assertRaises(grpc.RpcError) as error:
                to.unary_unary("/test.Echo/Wait")(b"", timeout=1)
            self.assertEqual(error.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
            self.assertTrue(server.cancelled.wait(DEADLINE_S))

    def test_a_cancelled_call_ends_at_the_server_too(self):
        with self.lab() as (server, _, to):
            call = to.unary_unary("/test.Echo/Wait").future(b"")
            for answer in to.unary_stream("/test.Echo/Down")(b"3", timeout=DEADLINE_S):
                self.assertIn(answer, b"012")
            self.assertTrue(server.waits.wait(DEADLINE_S))
            call.cancel()
            self.assertTrue(server.cancelled.wait(DEADLINE_S))

    def test_without_the_server_it_is_unavailable(self):
        with self.lab() as (server, _, to):
            server.stop()
            with self.assertRaises(grpc.RpcError) as error:
                to.unary_unary("/test.Echo/Unary")(b"", timeout=DEADLINE_S)
            self.assertEqual((error.exception.code(), error.exception.details()),
                             (grpc.StatusCode.UNAVAILABLE, "unavailable"))

    def test_health_is_judged_by_its_matcher(self):
        with self.lab(HealthCheckPath="/test.Echo/Fail", Matcher={"GrpcCode": "9"}) as (_, lab, _):
            self.assertEqual(health(lab), ["healthy"])
        with self.lab(Matcher={"GrpcCode": "0"}) as (_, lab, _):
            self.assertEqual(health(lab), ["unhealthy"])


@unittest.skipIf(grpc is None and not os.environ.get("CI"), "grpcio is not installed")
class Versions(unittest.TestCase):
    """Which requests go to which groups: 464 for the others."""

    def statuses(self, version):
        with GrpcServer() as server, Lab(before(server, version, HealthCheckPath="/x"), json_output=True) as lab:
            # It never answers what is no gRPC.
            def ask(*arguments):
                done = Door(lab, 443).curl("/test.Echo/Nothing", "--output", os.devnull, "--write-out",
                                           "%{http_code}", *arguments, input=bytes(5))
                return done.stdout.decode()
            grpc_call = ("--http2", "--header", "Content-Type: application/grpc", "--data-binary", "@-")
            return {"HTTP/1.1": ask("--http1.1"), "HTTP/2 GET": ask("--http2"),
                    "HTTP/2 POST": ask("--http2", "--data", "x"), "gRPC": ask(*grpc_call)}

    def test_grpc(self):
        seen = self.statuses("GRPC")
        self.assertEqual((seen["HTTP/1.1"], seen["HTTP/2 GET"], seen["gRPC"]), ("464", "464", "200"))
        self.assertNotEqual(seen["HTTP/2 POST"], "464")

    def test_http2(self):
        seen = self.statuses("HTTP2")
        self.assertEqual((seen["HTTP/1.1"], seen["gRPC"]), ("464", "200"))
        self.assertNotIn("464", (seen["HTTP/2 GET"], seen["HTTP/2 POST"]))

    def test_http1(self):
        with RawServer(lambda connection: connection.recv(1) and None) as service, \
                Lab(before(service, "HTTP1"), json_output=True) as lab:
            done = Door(lab, 443).curl("/x", "--http2", "--header", "Content-Type: application/grpc", "--data", "x",
                                       "--output", os.devnull, "--write-out", "%{http_code}")
            self.assertEqual(done.stdout, b"464")


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
UNKNOWN = 0x20
STATUS_200 = b"\x88"
LENGTH_5 = b"\x0f\x0d\x015"  # content-length


def streams_asked(connection):
    """The streams of the requests that come, as they come."""
    received = connection.recv(24, socket.MSG_WAITALL)  # the client's magic
    while True:
        received = connection.recv(9, socket.MSG_WAITALL)
        if len(received) < 9:
            return
        size, kind, flags = int.from_bytes(received[:3], "big"), received[3], received[4]
        if kind == SETTINGS and not flags & 1:
            connection.sendall(frame(SETTINGS, 1, 0))
        if size and len(connection.recv(size, socket.MSG_WAITALL)) < size:
            return
        if kind == HEADERS:
            yield int.from_bytes(received[5:9], "big")


class Target:
    """Speaks HTTP/2 and answers every request but the one that comes after misbehave()."""

    def __init__(self):
        self._behave = None

    def misbehave(self, first, then=None):
        """Does `first` with that request and, once the event that it returns last is set, `then`. The event
        that it returns first says that the request has come."""
        met, go_on = threading.Event(), threading.Event()

        def behave(connection, stream):
            met.set()
            first(connection, stream, go_on)
            go_on.wait(DEADLINE_S)
            if then:
                then(connection, stream, go_on)
        self._behave = behave
        return met, go_on

    def __call__(self, connection):
        connection.settimeout(DEADLINE_S)
        connection.sendall(frame(SETTINGS, 0, 0))
        for stream in streams_asked(connection):
            behave, self._behave = self._behave, None
            if behave:
                behave(connection, stream)
            else:
                connection.sendall(frame(HEADERS, 5, stream, STATUS_200))


def of(stream, kind, flags, where, *payload):
    """A frame; None in the place of a stream is the request's own."""
    return frame(kind, flags, stream if where is None else where, *payload)


def says(*frames):
    def behave(connection, stream, _):
        connection.sendall(b"".join(of(stream, *one) for one in frames))
    return behave


def without_end(*what):
    """The same frame until the connection is gone."""
    def behave(connection, stream, _):
        many = of(stream, *what) * 500
        while True:
            connection.sendall(many)
    return behave


def meanwhile(*what):
    """The same frame until others have had their answers."""
    def behave(connection, stream, go_on):
        many = of(stream, *what) * 500
        while not go_on.is_set():
            connection.sendall(many)
    return behave


def both(first, then):
    def behave(*to):
        first(*to)
        then(*to)
    return behave


def closes(connection, *_):
    connection.shutdown(socket.SHUT_WR)
    received_to_end(connection)


def resets(connection, *_):
    reset(connection)


def speaks_http_1(connection, *_):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


HEAD, WHOLE = (HEADERS, 4, None, STATUS_200), (HEADERS, 5, None, STATUS_200)
FIVE_BYTES = (HEADERS, 4, None, STATUS_200 + LENGTH_5)
SOME, LAST = (DATA, 0, None, b"some"), (DATA, 1, None, b"last")
TRAILERS, MORE_TRAILERS = (HEADERS, 5, None, b"\0\1a\1b"), (HEADERS, 4, None, b"\0\1a\1b")
CANCEL = (RST_STREAM, 0, None, struct.pack(">I", 8))
NOTHING_MORE, NO_MORE_AFTER = (GOAWAY, 0, 0, bytes(8)), (GOAWAY, 0, 0, struct.pack(">II", 0x7fffffff, 0))
BEGUN = says(HEAD, SOME)

# What the one request's target does, and then, once the head of its answer has passed, or another request has
# had its answer; the status; the reason on record. One with a status of 200 and a reason is cut short.
MISBEHAVIOURS = {
    "an ordinary answer": (says(WHOLE), None, "200", None),
    "RST_STREAM": (says(CANCEL), None, "502", "target-reset"),
    "GOAWAY that leaves it out": (says(NOTHING_MORE), None, "502", "target-closed"),
    "FIN": (closes, None, "502", "target-closed"),
    "RST": (resets, None, "502", "target-reset"),
    "HTTP/1.1": (speaks_http_1, None, "502", "target-malformed-response"),
    "DATA before the head": (says(SOME), None, "502", "target-malformed-response"),
    "a head that is none": (says((HEADERS, 4, None, b"\xff\xff\xff\xff")), None, "502", "target-malformed-response"),
    "a pushed stream": (says((PUSH_PROMISE, 4, None, b"\0\0\0\2\x82")), None, "502", "target-malformed-response"),
    "PING without end": (without_end(PING, 0, 0, bytes(8)), None, "502", "target-malformed-response"),
    "SETTINGS without end": (without_end(SETTINGS, 0, 0), None, "502", "target-malformed-response"),
    "PRIORITY without end": (without_end(PRIORITY, 0, None, bytes(5)), None, "502", "target-malformed-response"),
    "RST_STREAM without end": (without_end(*CANCEL), None, "502", "target-reset"),
    "a head without end": (both(says((HEADERS, 0, None, STATUS_200)), without_end(CONTINUATION, 0, None, b"\0\1a\1b")),
                           None, "502", "target-malformed-response"),
    "interim heads without end": (without_end(HEADERS, 4, None, b"\x08\x03103"), None, "502",
                                  "target-headers-too-large"),
    "DATA without bytes without end": (BEGUN, without_end(DATA, 0, None), "200", "target-malformed-response"),
    "WINDOW_UPDATE meanwhile": (meanwhile(WINDOW_UPDATE, 0, 0, b"\0\0\0\1"), says(WHOLE), "200", None),
    "unknown frames meanwhile": (meanwhile(UNKNOWN, 0, 0, bytes(100)), says(WHOLE), "200", None),
    "silence": (says(), None, "504", "target-timeout"),
    "silence behind the head": (BEGUN, None, "200", "target-timeout"),
    "a late answer": (says(), says(HEAD, LAST), "200", None),
    "late trailers": (BEGUN, says(TRAILERS), "200", None),
    "trailers that go on": (BEGUN, says(MORE_TRAILERS), "200", "target-malformed-response"),
    "GOAWAY in the middle": (says(HEAD, SOME, NO_MORE_AFTER), says(LAST), "200", None),
    "GOAWAY in the middle that leaves it out": (BEGUN, says(NOTHING_MORE), "200", "response-truncated"),
    "RST_STREAM in the middle": (BEGUN, says(CANCEL), "200", "target-reset"),
    "FIN in the middle": (BEGUN, closes, "200", "response-truncated"),
    "RST in the middle": (BEGUN, resets, "200", "target-reset"),
    "HTTP/1.1 in the middle": (BEGUN, speaks_http_1, "200", "target-malformed-response"),
    "more than Content-Length": (says(FIVE_BYTES, SOME), says(LAST), "200", "target-malformed-response"),
    "less than Content-Length": (says(FIVE_BYTES, SOME), says((DATA, 1, None)), "200", "target-malformed-response"),
}


def beside_a_good_one(service):
    """Paths /good lead to a stand-in, all others to the service. Time stands still."""
    made = before(service, "HTTP2", HealthCheckPath="/")
    made["clock"] = {"mode": "stepped"}
    made["services"]["good"] = {"standIn": {"body": "good"}}
    made["TargetGroups"]["good-group"] = {**made["TargetGroups"]["service-group"], "Targets": ["good"]}
    made["LoadBalancers"]["alb"]["Listeners"][0]["Rules"] = [
        {"Priority": 1, "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/good"]}}],
         "Actions": [{"Type": "forward", "TargetGroup": "good-group"}]}]
    return made


class Targets(unittest.TestCase):
    """Targets that speak HTTP/2 and do not do as they should: each hurts its own requests only."""

    def setUp(self):
        self.target = Target()
        self.asked = []  # each on a connection of its own
        service = RawServer(self.target)
        self.addCleanup(service.stop)
        self.lab = Lab(beside_a_good_one(service), json_output=True)
        self.addCleanup(self.lab.stop)
        self.door = Door(self.lab, 443)
        self.assertEqual(health(self.lab), ["healthy", "healthy"])

    def ask(self, path="/"):
        """(whether the answer was whole, its status)."""
        self.asked.append(path)
        done = self.door.curl(path, "--http2", "--output", os.devnull, "--write-out", "%{http_code}")
        return done.returncode == 0, done.stdout.decode()

    def ask_while(self, first, then=None, cut_short=False, late=False):
        """How the request ends whose target does that, and the reasons on record. Another has its answer
        meanwhile."""
        until(lambda: len(admin(self.lab, "/v1/ends")) >= len(self.asked), "all before it is on record")
        before = len(admin(self.lab, "/v1/ends"))
        met, go_on = self.target.misbehave(first, then)
        with futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self.ask)
            self.assertTrue(met.wait(DEADLINE_S))
            self.assertEqual(self.ask("/good"), (True, "200"))
            if cut_short:
                until(lambda: [one for one in admin(self.lab, "/v1/flows") if one["stage"] == "response-body"],
                      "the head of its answer has passed")
            go_on.set()
            if late:
                step = run_hoplab("ctl", "--admin", self.lab.env["HOPLAB_ADMIN"], "clock", "step", "6s")
                self.assertEqual(step.returncode, 0, step.stderr)
            done = asked.result()
        ended = until(lambda: len(admin(self.lab, "/v1/ends")) >= before + 2 and admin(self.lab, "/v1/ends")[before:],
                      "both are on record")
        return *done, [failure["reason"] for end in ended for failure in end.get("failures", [])]

    def test_each_hurts_its_own_request_only(self):
        for name, (first, then, status, reason) in MISBEHAVIOURS.items():
            with self.subTest(name):
                cut_short = status == "200" and reason is not None
                seen = self.ask_while(first, then, cut_short, late=reason == "target-timeout")
                self.assertEqual(seen, (not cut_short, status, [reason] if reason else []))
                self.assertEqual(self.ask(), (True, "200"), "the next request to the same group")
        self.assertIsNone(self.lab.process.poll(), "it runs")

    def test_a_download_that_is_slower_than_its_target_is_not_kept_in_memory(self):
        whole = 64 << 20

        def flood(connection, stream, _):
            connection.sendall(frame(HEADERS, 4, stream, STATUS_200))
            sent, credit, received = 0, 256 * 1024, b""
            while sent < whole:
                while credit < 16384:
                    received += connection.recv(65536)
                    while len(received) >= 9 and len(received) >= 9 + int.from_bytes(received[:3], "big"):
                        size = int.from_bytes(received[:3], "big")
                        if received[3] == 8 and int.from_bytes(received[5:9], "big") == stream:
                            credit += int.from_bytes(received[9:13], "big")
                        received = received[9 + size:]
                size = min(16384, whole - sent)
                connection.sendall(frame(DATA, 1 if sent + size == whole else 0, stream, bytes(size)))
                sent += size
                credit -= size
        self.target.misbehave(flood)
        done = self.door.curl("/", "--http2", "--limit-rate", "24M", "--output", os.devnull, "--write-out",
                              "%{size_download}")
        self.assertEqual(done.stdout.decode(), str(whole))
        if not os.environ.get("HOPLAB_SANITIZE"):
            self.assertLess(peak_memory(self.lab.process.pid), 48 << 20)

    def test_bytes_by_chance_hurt_nobody(self):
        seed = int.from_bytes(os.urandom(4), "big")
        noise = random.Random(seed)
        print("seed", seed)

        def behave(connection, stream, _):
            for _ in range(200):
                kind, flags = noise.randrange(11), noise.randrange(256)
                payload = noise.randbytes(noise.randrange(64))
                connection.sendall(frame(kind, flags, noise.choice((0, stream, stream + 2)), payload))
        for _ in range(5):
            _, status, _ = self.ask_while(behave, late=True)
            self.assertIn(status, ("200", "502", "504", "000"))
        self.assertIsNone(self.lab.process.poll(), "it runs")


class OddTargets(unittest.TestCase):
    """Targets in labs of their own."""

    def test_who_takes_no_requests_is_dialled_once(self):
        def no_requests(connection):
            connection.sendall(frame(SETTINGS, 0, 0, struct.pack(">HI", 3, 0)))  # MAX_CONCURRENT_STREAMS
            received_to_end(connection)
        with RawServer(no_requests) as service, \
                Lab(before(service, "HTTP2"), json_output=True) as lab:
            done = Door(lab, 443).curl("/", "--http2", "--output", os.devnull, "--write-out", "%{http_code}")
            self.assertIn(done.stdout, (b"502", b"504"))
            self.assertLess(metrics_of(lab, "AWS/ApplicationELB", "alb")["NewConnectionCount"], 5)

    def test_a_leg_that_is_down_is_an_answer_and_no_loop(self):
        with RawServer(Target()) as service:
            made = before(service, "HTTP2")
            made["faults"] = {"down": {"hop": "alb>service-group", "action": "down"}}
            with Lab(made, json_output=True) as lab:
                for _ in range(2):
                    done = Door(lab, 443).curl("/", "--http2", "--output", os.devnull, "--write-out", "%{http_code}")
                    self.assertIn(done.stdout, (b"502", b"504"))

    def test_a_stand_in_speaks_it(self):
        made = before(type("None", (), {"address": "127.0.0.1:1"}), "HTTP2")
        made["services"] = {"service": {"standIn": {"body": "by HTTP/2"}}}
        with Lab(made, "--keep", "10", json_output=True) as lab:
            self.assertEqual(health(lab), ["healthy"])
            self.assertEqual(Door(lab, 443).curl("/", "--http2").stdout, b"by HTTP/2")


if __name__ == "__main__":
    unittest.main()
