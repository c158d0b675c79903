"""up --capture: Wireshark's tshark opens every hop decrypted, and its streams are what both ends saw."""

import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from lab import SCENARIOS, Lab, admin, curl, read_scenario, run_hoplab

WIDGET = b'{"id":"1","value":"4.99"}'
TLS_HOPS = ("consumer-endpoint", "nlb", "alb")
PLAIN_HOPS = ("alb>api-group", "execute-api-endpoint")


def post(mode, policy="ELBSecurityPolicy-TLS13-1-2-2021-06"):
    """The post's scenario in a mode of mutual TLS."""
    scenario = read_scenario("private-api-mtls.json")
    listener = scenario["LoadBalancers"]["alb"]["Listeners"][0]
    listener["SslPolicy"] = policy
    if mode != "verify":
        listener["MutualAuthentication"] = {"Mode": mode}
    scenario.pop("checks")
    return scenario


class Capture:
    """A capture as tshark reads it."""

    def __init__(self, path):
        self.path = path

    def tshark(self, *options):
        done = subprocess.run(["tshark", "-r", self.path, "-n", *options], capture_output=True, text=True, check=True)
        return done.stdout

    def rows(self, display_filter, *fields):
        chosen = [option for field in fields for option in ("-e", field)]
        text = self.tshark("-Y", display_filter, "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", *chosen)
        return [line.split("|") for line in text.splitlines()]

    def interfaces(self, display_filter):
        return {row[0] for row in self.rows(display_filter, "frame.interface_name")}

    def stream_of(self, hop, display_filter):
        """The number of the TCP stream of that hop."""
        [number] = {row[0] for row in self.rows(f'frame.interface_name == "{hop}" and ({display_filter})', "tcp.stream")}
        return number

    def followed(self, protocol, number):
        """What each side sent: (client, server)."""
        client, server = bytearray(), bytearray()
        for line in self.tshark("-q", "-z", f"follow,{protocol},raw,{number}").splitlines():
            if re.fullmatch(r"\t?[0-9a-f]+", line):
                (server if line.startswith("\t") else client).extend(bytes.fromhex(line.strip()))
        return bytes(client), bytes(server)

    def troubles(self):
        """What the expert says of sequences and errors: nobody's TCP went wrong."""
        rows = self.rows("_ws.expert.severity >= warning and !(_ws.expert.group == security)", "_ws.expert.message")
        return [row[0] for row in rows]


def ask(lab, tls, certificate="my_client", path="/widgets"):
    """A request over a socket of our own: what was written, and what came."""
    context = ssl.create_default_context(cafile=lab.ca_bundle)
    context.minimum_version = context.maximum_version = tls
    context.load_cert_chain(*lab.certificate(certificate))
    request = f"GET {path} HTTP/1.1\r\nHost: {lab.name}\r\nUser-Agent: bytes\r\nConnection: close\r\n\r\n".encode()
    with socket.create_connection((lab.address, lab.port)) as plain, \
            context.wrap_socket(plain, server_hostname=lab.name) as connection:
        connection.sendall(request)
        answer = bytearray()
        while chunk := connection.recv(65536):
            answer += chunk
    return request, bytes(answer)


def fields_of(head):
    lines = head.split(b"\r\n\r\n")[0].decode().split("\r\n")
    return lines[0], [line.split(": ", 1) for line in lines[1:]]


@unittest.skipUnless(shutil.which("tshark") or os.environ.get("CI"), "needs tshark")
class Wireshark(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "run.pcapng")

    def lab(self, scenario, *options):
        lab = Lab(scenario, "--capture", str(self.file), *options)
        self.addCleanup(lab.stop)
        return lab

    def captured(self, lab):
        code, _, error = lab.stop()
        self.assertEqual(code, 0, error)
        return Capture(str(self.file))

    def expect_same_bytes(self, mode, tls):
        lab = self.lab(post(mode), "--keep", "10")
        request, answer = ask(lab, tls)
        self.assertTrue(answer.endswith(WIDGET), answer)
        [received] = admin(lab, "/v1/requests")["requests"]
        capture = self.captured(lab)
        asked = 'http.request.uri == "/widgets"'
        self.assertEqual(capture.interfaces(asked), {*TLS_HOPS, *PLAIN_HOPS})
        for hop in TLS_HOPS:
            self.assertEqual(capture.followed("tls", capture.stream_of(hop, asked)), (request, answer), hop)
        for hop in PLAIN_HOPS:
            to_api, from_api = capture.followed("tcp", capture.stream_of(hop, asked))
            line, fields = fields_of(to_api)
            self.assertEqual(line, "GET /widgets HTTP/1.1")
            self.assertEqual(fields, [list(pair) for pair in received["headers"]])
            self.assertTrue(from_api.endswith(WIDGET), from_api)
        self.assertEqual(capture.troubles(), [])

    def test_http1_in_verify_mode(self):
        for tls in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(tls=tls.name):
                self.expect_same_bytes("verify", tls)

    def test_http1_in_passthrough_mode(self):
        self.expect_same_bytes("passthrough", ssl.TLSVersion.TLSv1_3)

    def test_http2_in_both_modes(self):
        for mode in ("verify", "passthrough"):
            with self.subTest(mode=mode):
                lab = self.lab(post(mode))
                done = curl(lab, "--http2", path="/widgets", certificate="my_client", headers=False)
                self.assertEqual(done.stdout, WIDGET, done.stderr)
                capture = self.captured(lab)
                asked = capture.rows('http2.headers.path == "/widgets"', "frame.interface_name", "tcp.stream")
                self.assertEqual({row[0] for row in asked}, set(TLS_HOPS))
                answered = capture.rows("http2.data.data", "frame.interface_name", "http2.data.data")
                self.assertEqual({row[0] for row in answered}, set(TLS_HOPS))
                for row in answered:
                    self.assertEqual(bytes.fromhex(row[1].replace(":", "")), WIDGET)
                self.assertEqual(capture.troubles(), [])

    def test_a_refused_certificate_is_a_reset_with_its_cause(self):
        lab = self.lab(post("verify"))
        self.assertEqual(curl(lab, path="/widgets", certificate="revoked").returncode, 56)
        capture = self.captured(lab)
        resets = capture.rows("tcp.flags.reset == 1", "frame.interface_name", "tcp.srcport", "frame.comment")
        self.assertEqual({row[0] for row in resets}, set(TLS_HOPS))
        for hop, port, comment in resets:
            self.assertIn("certificate-refused", comment)
            self.assertIn("Failed:ClientCertCrlHit", comment)
            if hop == "nlb":
                self.assertEqual(port, "443")  # whom the reset came from
        self.assertEqual(set(capture.troubles()), {"Connection reset (RST)"})
        # And back again: the file is all that explain needs.
        told = json.loads(run_hoplab("explain", "--capture", self.file, "--json").stdout)
        self.assertEqual(len(told), 1)
        self.assertIn("mtls-revoked.json", [one["file"].rsplit("/", 1)[-1] for one in told[0]["causes"]])

    def test_megabytes_both_ways_at_once(self):
        size = 3 << 20
        body = os.urandom(size)

        class Echo(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.send_response(200)
                self.send_header("Content-Length", str(size))
                self.end_headers()
                left = size
                while left:
                    piece = self.rfile.read1(min(left, 65536))
                    self.wfile.write(piece)
                    left -= len(piece)

            def do_GET(self):
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        lab = self.lab(SCENARIOS / "own-service.json", "--set", f"service=127.0.0.1:{server.server_port}")
        sent = self.file.with_name("body")
        sent.write_bytes(body)
        done = curl(lab, "--http1.1", "--header", "Expect:", "--data-binary", f"@{sent}", path="/echo",
                    certificate="my_client", headers=False)
        self.assertEqual(done.stdout, body, done.stderr)
        capture = self.captured(lab)
        streams = capture.rows('http.request.method == "POST"', "frame.interface_name", "tcp.stream")
        self.assertGreaterEqual(len(streams), 3)
        tls = capture.interfaces("tls.handshake.type == 1")
        for hop, number in streams:
            to_service, from_service = capture.followed("tls" if hop in tls else "tcp", number)
            self.assertTrue(to_service.endswith(body), hop)
            self.assertTrue(from_service.endswith(body), hop)
        self.assertEqual(capture.troubles(), [])


class Files(unittest.TestCase):
    def test_one_that_cannot_be_written_is_said(self):
        done = run_hoplab("up", SCENARIOS / "own-service.json", "--capture", "/nowhere/run.pcapng")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write the capture '/nowhere/run.pcapng'", done.stderr)

    def test_checks_have_one_each(self):
        with tempfile.TemporaryDirectory() as folder:
            captures = pathlib.Path(folder, "new", "captures")
            done = run_hoplab("test", SCENARIOS / "own-service.json", "--capture", captures, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            checks = json.loads(done.stdout)["scenarios"][0]["checks"]
            self.assertTrue(checks)
            for check in checks:
                self.assertTrue(pathlib.Path(check["capture"]).is_file())
                self.assertTrue(check["capture"].startswith(str(captures)))


if __name__ == "__main__":
    unittest.main()
