"""Requests and answers through an application load balancer to services of other people's making:
bodies both ways at once, trailer fields, interim answers, connections that end."""

import contextlib
import hashlib
import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import unittest

from exchange_lab import (CLIENTS, MEBIBYTE, NAME, Door, ends, four_hops, idle_timeout, metrics_of,
                          peak_memory, received_to_end, reset, scenario, serve)
from lab import DEADLINE_S, Lab, until
from peers import Peer, RawServer, program, read_head

CLIENT_FOLDER = pathlib.Path(__file__).resolve().parent / "clients"


class Bodies(unittest.TestCase):
    def each(self, kinds=("node", "aiohttp")):
        """(curl's way of asking, the service's kind) with a lab that is up."""
        for kind in kinds:
            for tls in (False, True):
                with Peer(kind, tls) as peer, Lab(scenario(peer, tls), json_output=True) as lab:
                    for client, (port, version) in CLIENTS.items():
                        with self.subTest(client=client, service=kind, tls=tls):
                            yield Door(lab, port), version

    def test_an_echo_comes_back_while_it_is_sent(self):
        data = os.urandom(8 * MEBIBYTE)
        for door, version in self.each():
            for framing in ("Transfer-Encoding: chunked", "Content-Type: application/octet-stream"):
                done = door.curl("/echo", version, "--header", framing, "--header", "Expect:",
                                 "--request", "POST", "--data-binary", "@-", input=data)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(hashlib.sha256(done.stdout).digest(), hashlib.sha256(data).digest())

    def test_an_answer_that_comes_first_does_not_cut_the_upload(self):
        data = os.urandom(16 * MEBIBYTE)
        for door, version in self.each():
            done = door.curl("/early", version, "--header", "Expect:", "--data-binary", "@-", input=data)
            self.assertEqual(done.stdout, f"early {len(data)}".encode(), done.stderr)

    def test_an_empty_body_has_a_length(self):
        for door, version in self.each():
            done = door.curl("/length", version, "--request", "POST", "--data", "")
            self.assertEqual(done.stdout, b"0", done.stderr)

    def test_trailer_fields(self):
        for door, version in self.each(kinds=["node"]):
            done = door.curl("/trailers", version, "--include", "--raw")
            self.assertIn(b"x-sum: 42", done.stdout.lower())

    def test_trailer_fields_of_a_request(self):
        with Peer("node") as peer, Lab(scenario(peer), json_output=True) as lab:
            with Door(lab, 80).connect() as connection:
                connection.sendall(b"POST /trailers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                                   b"Connection: close\r\n\r\n2\r\nhi\r\n0\r\nX-Check: 7\r\n\r\n")
                self.assertIn(b'{"x-check":"7"}', received_to_end(connection))

    def test_interim_answers(self):
        for door, version in self.each(kinds=["node"]):
            done = door.curl("/hints", version, "--include")
            self.assertIn(b" 102", done.stdout)
            self.assertIn(b" 103", done.stdout)
            self.assertIn(b"link: </a.css>; rel=preload", done.stdout.lower())
            self.assertTrue(done.stdout.endswith(b"after the hints"), done.stdout)


class FourHops(unittest.TestCase):
    def test_two_hundred_mebibytes_up_and_down_at_once(self):
        """The process needs no memory for what passes through it."""
        size = 200 * MEBIBYTE
        with Peer("node") as peer, tempfile.TemporaryDirectory() as folder:
            up, down = f"{folder}/up", f"{folder}/down"
            with open(up, "wb") as file:
                for _ in range(size // MEBIBYTE):
                    file.write(os.urandom(MEBIBYTE))
            with Lab(four_hops(peer), json_output=True) as lab:
                certificate, key = lab.certificate("my_client")
                for version in ("--http1.1", "--http2"):
                    done = subprocess.run(
                        ["curl", "--silent", "--show-error", version, "--cacert", lab.ca_bundle, "--cert",
                         certificate, "--key", key, "--connect-to", f"::{lab.address}:{lab.port}",
                         "--header", "Expect:", "--request", "POST", "--upload-file", up, "--output",
                         down, f"https://{NAME}/echo"], capture_output=True, check=False)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(subprocess.run(["cmp", up, down], check=False).returncode, 0)
                self.assertLessEqual(peak_memory(lab.process.pid), 64 * MEBIBYTE)


TCP_STATES = {1: "ESTABLISHED", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2", 8: "CLOSE-WAIT", 9: "LAST-ACK"}


def connections_to(port):
    """States of this machine's connections to a port of a service, the load balancer's side."""
    states = []
    with open("/proc/net/tcp", encoding="ascii") as table:
        next(table)
        for line in table:
            fields = line.split()
            if int(fields[2].split(":")[1], 16) == port:
                states.append(TCP_STATES.get(int(fields[3], 16), fields[3]))
    return [state for state in states if state in TCP_STATES.values()]


class TargetConnections(unittest.TestCase):
    def test_a_burst_and_a_restart_leave_none(self):
        """20,000 requests over 50 connections of 100 streams; the service goes and comes back."""
        h2load = program("h2load")
        peer = Peer("node")
        self.addCleanup(lambda: peer.stop())  # also when it fails
        made = scenario(peer, **idle_timeout(4))
        with Lab(made, json_output=True) as lab:
            door = Door(lab, 443)
            burst = [h2load, "--requests=20000", "--clients=50", "--max-concurrent-streams=100",
                     f"--connect-to={door.address}:{door.port}", f"https://{NAME}/x"]
            for _ in range(2):
                done = subprocess.run(burst, capture_output=True, text=True, check=False)
                self.assertIn("status codes: 20000 2xx, 0 3xx, 0 4xx, 0 5xx", done.stdout)
                peer.stop()
                until(lambda: "CLOSE-WAIT" not in connections_to(peer.port),
                      "the service's FINs are answered")
                peer = Peer("node", port=peer.port)
            self.assertEqual(door.curl("/x").stdout, b"hello from /x")
            until(lambda: not connections_to(peer.port), "no connection is kept beyond the idle timeout")

    def test_nginx_closes_its_idle_connections_and_no_request_is_lost(self):
        nginx = program("nginx")
        with tempfile.TemporaryDirectory() as folder:
            port_holder = socket.create_server(("127.0.0.1", 0))
            port = port_holder.getsockname()[1]
            port_holder.close()
            configuration = f"{folder}/nginx.conf"
            with open(configuration, "w", encoding="ascii") as file:
                file.write(f"""daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{ access_log off; client_body_temp_path {folder}/body; keepalive_timeout 1s;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; client_max_body_size 0;
    location / {{ return 200 'from nginx'; }} }} }}
""")
            process = subprocess.Popen([nginx, "-c", configuration, "-p", folder],
                                       stderr=subprocess.DEVNULL)
            try:
                until(lambda: answers(port), "nginx listens")
                service = RawServer.__new__(RawServer)
                service.address = f"127.0.0.1:{port}"
                with Lab(scenario(service), json_output=True) as lab:
                    for ask_port, version in CLIENTS.values():
                        door = Door(lab, ask_port)
                        self.assertEqual(door.curl("/", version).stdout, b"from nginx")
                        until(lambda: not connections_to(port), "nginx closes, and is answered")
                        if version == "--http2":
                            continue  # curl 7.88 reads nothing any more behind an early answer's end
                        # It answers before it has read.
                        done = door.curl("/", version, "--data-binary", "@-", input=bytes(4 * MEBIBYTE))
                        self.assertEqual(done.stdout, b"from nginx", done.stderr)
            finally:
                process.terminate()
                process.wait()


class Failures(unittest.TestCase):
    """What a target does wrong is told apart in the record, whoever asks and however it is asked."""

    CASES = {"/fin": (502, "target-closed"), "/rst": (502, "target-reset"),
             "/nonsense": (502, "target-malformed-response"),
             "/large-head": (502, "target-headers-too-large"), "/silent": (504, "target-timeout"),
             "/half-fin": (200, "response-truncated"), "/half-rst": (200, "target-reset"),
             "/half": (200, "target-timeout")}

    def test_each_by_each_client(self):
        for tls in (False, True):
            with RawServer(serve, tls) as service:
                with Lab(scenario(service, tls, **idle_timeout(1)), json_output=True) as lab:
                    for client, (port, version) in CLIENTS.items():
                        for path, expected in self.CASES.items():
                            with self.subTest(client=client, tls=tls, path=path):
                                self.hold(lab, Door(lab, port), version, path, *expected)
                    self.assertEqual(Door(lab, 443).curl("/good", "--http2").stdout, b"ok")

    def hold(self, lab, door, version, path, status, reason):
        before = len(ends(lab))
        done = door.curl(path, version, "--write-out", "%{http_code}")
        # curl tells nothing of an HTTP/2 answer whose reset comes in the same read.
        told = (b"000", b"200") if done.returncode == 92 else (str(status).encode(),)
        self.assertTrue(done.stdout.endswith(told), done)
        self.assertEqual(done.returncode == 0, status != 200, done)
        record = until(lambda: ends(lab)[before:], "the end is on record")[-1]
        self.assertEqual([(one["status"], one["reason"], one["hop"]) for one in record["failures"]],
                         [(status, reason, "alb")])
        self.assertTrue(record["failures"][0]["target"].startswith("127.0.0.1:"))

    def test_a_stalled_upload_is_408(self):
        with RawServer(serve) as service:
            with Lab(scenario(service, **idle_timeout(1)), json_output=True) as lab:
                for port in (80, 443):
                    with self.subTest(client="curl", port=port):
                        done = self.stalled(Door(lab, port))
                        self.assertTrue(done.stdout.endswith(b"408"), done)
                door = Door(lab, 443)
                with self.subTest(client="Node, HTTP/2"):
                    done = subprocess.run(
                        [program("node"), CLIENT_FOLDER / "stalled_upload.mjs", f"{door.address}:{door.port}",
                         NAME, lab.ca_bundle], capture_output=True, timeout=DEADLINE_S, check=False)
                    self.assertEqual(done.stdout, b"408\n", done.stderr)

    def stalled(self, door):
        """curl with two bytes and then a pipe that is empty for longer than the idle timeout; it looks
        at the answer when that ends."""
        with subprocess.Popen(["sh", "-c", "printf xx; exec sleep 3"], stdout=subprocess.PIPE) as pipe:
            try:
                return door.curl("/silent", "--http1.1", "--header", "Expect:", "--request", "POST",
                                 "--upload-file", ".", "--write-out", "%{http_code}", stdin=pipe.stdout)
            finally:
                pipe.kill()


class Grpc(unittest.TestCase):
    def test_a_call_to_an_http1_group_is_464(self):
        with Peer("node") as peer, Lab(scenario(peer), json_output=True) as lab:
            done = Door(lab, 443).curl("/pkg.Service/Method", "--http2", "--include", "--header",
                                       "Content-Type: application/grpc", "--header", "TE: trailers",
                                       "--data-binary", "@-", input=b"\0\0\0\0\0")
            self.assertTrue(done.stdout.startswith(b"HTTP/2 464"), done)
            failure = until(lambda: ends(lab), "the end is on record")[-1]["failures"][-1]
            self.assertEqual((failure["status"], failure["reason"], failure["hop"]),
                             (464, "protocol-mismatch", "alb"))


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except ConnectionRefusedError:
        return False


class Descriptors(unittest.TestCase):
    def test_the_soft_limit_is_raised(self):
        with Peer("node") as peer, Lab(scenario(peer), json_output=True, under=limited(64, 4096)) as lab:
            door = Door(lab, 80)
            connections = [door.connect() for _ in range(200)]
            self.assertEqual(door.curl("/x").stdout, b"hello from /x")
            for connection in connections:
                connection.close()

    def test_at_the_hard_limit_the_refusal_says_so(self):
        with Peer("node") as peer, Lab(scenario(peer), under=limited(64, 64)) as lab:
            with contextlib.ExitStack() as connections:
                with self.assertRaises(ConnectionResetError):
                    # The reset may be there before connect() has returned.
                    for _ in range(100):
                        last = connections.enter_context(socket.create_connection(
                            (lab.address, lab.port), timeout=DEADLINE_S))
                    last.recv(1)
                line = until(lambda: next((one for one in lab.lines if "no descriptor left" in one),
                                          None), "a refusal is printed")
                self.assertIn("hoplab RST at accept", line)
            _, _, error = lab.stop()
            self.assertIn("all of its 64 descriptors are in use", error)


def limited(soft, hard):
    return [program("prlimit"), f"--nofile={soft}:{hard}"]


def hang(connection):
    """Answers health checks only."""
    if "ELB-HealthChecker" in read_head(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    connection.recv(1)


def resets(lab):
    metrics = metrics_of(lab, "AWS/NetworkELB", "nlb")
    return [metrics[f"TCP_{who}_Reset_Count"] for who in ("Client", "ELB", "Target")]


class Records(unittest.TestCase):
    """The record names who did it."""

    def test_who_ended_what(self):
        with RawServer(lambda connection: read_head(connection)) as closes, \
                RawServer(lambda connection: (read_head(connection), reset(connection))) as resets:
            said = []
            for service in (closes, resets):
                with Lab(scenario(service), "--threads", "1") as lab:
                    with socket.create_connection((lab.address, lab.port)) as plain:
                        plain.close()
                    lab.next_end()
                    done = subprocess.run(["curl", "-s", "-k", "--connect-to",
                                           f"::{lab.address}:{lab.port}", f"https://{NAME}/"],
                                          capture_output=True, check=False)
                    self.assertIn(b"502 Bad Gateway", done.stdout)
                    said.append(lab.next_end().split("  ", 3)[-1])
            self.assertIn(f"[502 by alb for {closes.address}: the target closed the connection]", said[0])
            self.assertIn(f"[502 by alb for {resets.address}: the target reset the connection]", said[1])

    def test_a_client_that_gives_up_sends_the_only_reset(self):
        """It closes, and its kernel answers the load balancer's close_notify."""
        with RawServer(hang) as silent:
            with Lab(four_hops(silent), json_output=True) as lab:
                certificate, key = lab.certificate("my_client")
                done = subprocess.run(
                    ["curl", "--silent", "--http1.1", "--max-time", "1", "--cacert", lab.ca_bundle, "--cert",
                     certificate, "--key", key, "--connect-to", f"::{lab.address}:{lab.port}", f"https://{NAME}/"],
                    capture_output=True, check=False)
                self.assertEqual(done.returncode, 28)
                end = until(lambda: ends(lab), "the end is on record")[-1]
                self.assertEqual((end["end"]["by"], end["end"]["reason"]),
                                 ("client", "client-closed-before-response"))

                until(lambda: resets(lab)[0] == 1, "the client's reset is counted")
                self.assertEqual(resets(lab), [1, 0, 0])

    def test_a_client_that_closes_a_moment_after_its_last_word(self):
        """TLS is over for both, and the load balancer's last word lies unread when it closes."""
        with RawServer(hang) as silent, Lab(four_hops(silent), json_output=True) as lab:
            context = ssl.create_default_context(cafile=lab.ca_bundle)
            context.load_cert_chain(*lab.certificate("my_client"))
            received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
            session = context.wrap_bio(received, sent, server_hostname=NAME)
            client = socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S)

            def step(what):
                try:
                    what()
                    return True
                except ssl.SSLWantReadError:
                    return False
                finally:
                    client.sendall(sent.read())
            while not step(session.do_handshake):
                received.write(client.recv(65536))
            self.assertFalse(step(session.unwrap))
            client.recv(1, socket.MSG_PEEK)
            client.close()
            until(lambda: resets(lab)[0] == 1, "the client's reset is counted")
            self.assertEqual(resets(lab), [1, 0, 0])
            self.assertEqual(ends(lab)[-1]["end"]["by"], "client")

    def test_a_client_that_does_not_trust_the_certificate(self):
        with Peer("node") as peer, Lab(scenario(peer)) as lab:
            done = subprocess.run(["curl", "-s", "--connect-to", f"::{lab.address}:{lab.port}",
                                   f"https://{NAME}/"], capture_output=True, check=False)
            self.assertEqual(done.returncode, 60)
            line = lab.next_end()
            self.assertIn("the client sent a TLS alert", line)
            self.assertNotIn("alb RST", line)


if __name__ == "__main__":
    unittest.main()
