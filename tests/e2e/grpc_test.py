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

from exchange_lab import NAME, Door, idle_timeout, metrics_of, peak_memory, received_to_end, scenario
from lab import DEADLINE_S, Lab, admin, until
from peers import RawServer, self_signed

try:
    import grpc
except ImportError:
    grpc = None


def handlers(events):
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
        context.add_callback(events.set)
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
        self.cancelled = threading.Event()
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("test.Echo", handlers(self.cancelled)),))
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
            with self.assertRaises(grpc.RpcError) as error:
                to.unary_unary("/test.Echo/Wait")(b"", timeout=0.3)
            self.assertEqual(error.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
            self.assertTrue(server.cancelled.wait(DEADLINE_S))

    def test_a_cancelled_call_ends_at_the_server_too(self):
        with self.lab() as (server, _, to):
            call = to.unary_unary("/test.Echo/Wait").future(b"")
            for answer in to.unary_stream("/test.Echo/Down")(b"3", timeout=DEADLINE_S):
                self.assertIn(answer, b"012")
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


SETTINGS, PING, GOAWAY, RST_STREAM, DATA, HEADERS = 4, 6, 7, 3, 0, 1
STATUS_200 = b"\x88"


class Misbehaving:
    """A target of HTTP/2 that does what the path of its first request says, by frames."""

    def __init__(self, behave):
        self._behave = behave

    def __call__(self, connection):
        connection.settimeout(DEADLINE_S)
        connection.sendall(frame(SETTINGS, 0, 0))
        received = b""
        with contextlib.suppress(OSError):
            while frame_of_headers(received) is None:
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
            self._behave(connection, frame_of_headers(received))
            while connection.recv(65536):
                pass


def frame_of_headers(received):
    """The stream of the first HEADERS frame; None: there is none yet."""
    at = len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    while at + 9 <= len(received):
        size = int.from_bytes(received[at:at + 3], "big")
        if received[at + 3] == HEADERS:
            return int.from_bytes(received[at + 5:at + 9], "big")
        at += 9 + size
    return None


class Targets(unittest.TestCase):
    """Targets that speak HTTP/2 and do not do as they should: each hurts its own requests only."""

    def ask(self, behave):
        made_up = {"HealthCheckPath": "/"}
        with RawServer(Misbehaving(behave)) as service, \
                Lab(before(service, "HTTP2", **made_up), json_output=True) as lab:
            done = Door(lab, 443).curl("/", "--http2", "--output", os.devnull, "--write-out", "%{http_code}")
            status = done.stdout.decode()
            failures = [one for end in until(lambda: admin(lab, "/v1/ends"), "the end is on record")
                        for one in end.get("failures", [])]
            return status, [one["reason"] for one in failures], lab.process.poll()

    def test_what_each_is_made_of(self):
        block = STATUS_200
        for behave, status, reason in (
                (lambda to, id: to.sendall(frame(HEADERS, 5, id, block)), "200", None),
                (lambda to, id: to.sendall(frame(RST_STREAM, 0, id, struct.pack(">I", 7))), "502", "target-reset"),
                (lambda to, id: to.sendall(frame(GOAWAY, 0, 0, bytes(8))), "502", "target-closed"),
                (lambda to, id: to.shutdown(socket.SHUT_WR), "502", "target-closed"),
                (lambda to, id: to.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "502", "target-malformed-response"),
                (lambda to, id: to.sendall(frame(PING, 0, 0, bytes(8)) * 5000), "502", "target-malformed-response"),
                (lambda to, id: to.sendall(frame(SETTINGS, 0, 0) * 5000), "502", "target-malformed-response"),
                (lambda to, id: to.sendall(frame(DATA, 0, id, b"x")), "502", "target-malformed-response"),
                (lambda to, id: to.sendall(frame(HEADERS, 4, id, b"\xff\xff\xff\xff")), "502",
                 "target-malformed-response")):
            with self.subTest(status=status, reason=reason):
                seen, reasons, ended = self.ask(behave)
                self.assertEqual((seen, ended), (status, None))
                self.assertEqual(reasons, [reason] if reason else [])

    def test_who_takes_no_requests_is_dialled_once(self):
        class NoRequests(Misbehaving):
            def __call__(self, connection):
                connection.sendall(frame(SETTINGS, 0, 0, struct.pack(">HI", 3, 0)))  # MAX_CONCURRENT_STREAMS
                received_to_end(connection)
        with RawServer(NoRequests(None)) as service, \
                Lab(before(service, "HTTP2"), json_output=True) as lab:
            done = Door(lab, 443).curl("/", "--http2", "--output", os.devnull, "--write-out", "%{http_code}")
            self.assertIn(done.stdout, (b"502", b"504"))
            self.assertLess(metrics_of(lab, "AWS/ApplicationELB", "alb")["NewConnectionCount"], 5)

    def test_a_leg_that_is_down_is_an_answer_and_no_loop(self):
        with RawServer(Misbehaving(lambda to, id: to.sendall(frame(HEADERS, 5, id, STATUS_200)))) as service:
            made = before(service, "HTTP2")
            made["faults"] = {"down": {"hop": "alb>service-group", "action": "down"}}
            with Lab(made, json_output=True) as lab:
                for _ in range(2):
                    done = Door(lab, 443).curl("/", "--http2", "--output", os.devnull, "--write-out", "%{http_code}")
                    self.assertIn(done.stdout, (b"502", b"504"))

    def test_a_download_that_is_slower_than_its_target_is_not_kept_in_memory(self):
        whole = 64 << 20

        def flood(connection, stream):
            connection.sendall(frame(HEADERS, 4, stream, STATUS_200))
            sent, credit, received = 0, 65535, b""
            while sent < whole:
                while credit < 16384:
                    received += connection.recv(65536)
                    while len(received) >= 9 and len(received) >= 9 + int.from_bytes(received[:3], "big"):
                        size = int.from_bytes(received[:3], "big")
                        if received[3] == 8 and int.from_bytes(received[5:9], "big") == stream:
                            credit += int.from_bytes(received[9:13], "big")
                        if received[3] == 4 and not received[4] & 1:
                            credit += 256 * 1024 - 65535
                        received = received[9 + size:]
                size = min(16384, whole - sent)
                connection.sendall(frame(DATA, 1 if sent + size == whole else 0, stream, bytes(size)))
                sent += size
                credit -= size
        with RawServer(Misbehaving(flood)) as service, Lab(before(service, "HTTP2"), json_output=True) as lab:
            done = Door(lab, 443).curl("/", "--http2", "--limit-rate", "24M", "--output", os.devnull, "--write-out",
                                       "%{size_download}")
            self.assertEqual(done.stdout.decode(), str(whole))
            if not os.environ.get("HOPLAB_SANITIZE"):
                self.assertLess(peak_memory(lab.process.pid), 48 << 20)

    def test_bytes_by_chance_hurt_nobody(self):
        seed = int.from_bytes(os.urandom(4), "big")
        noise = random.Random(seed)
        print("seed", seed)

        def behave(connection, stream):
            for _ in range(200):
                kind, flags = noise.randrange(11), noise.randrange(256)
                payload = noise.randbytes(noise.randrange(64))
                connection.sendall(frame(kind, flags, noise.choice((0, stream, stream + 2)), payload))
        for _ in range(5):
            status, _, ended = self.ask(behave)
            self.assertIsNone(ended, "it runs")
            self.assertIn(status, ("200", "502", "000"))

    def test_a_stand_in_speaks_it(self):
        made = before(type("None", (), {"address": "127.0.0.1:1"}), "HTTP2")
        made["services"] = {"service": {"standIn": {"body": "by HTTP/2"}}}
        with Lab(made, "--keep", "10", json_output=True) as lab:
            self.assertEqual(health(lab), ["healthy"])
            self.assertEqual(Door(lab, 443).curl("/", "--http2").stdout, b"by HTTP/2")


if __name__ == "__main__":
    unittest.main()
