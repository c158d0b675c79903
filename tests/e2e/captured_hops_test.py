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
    """A capture as tshark reads it; each call of it takes a second to start."""
    FIELDS = ("frame.interface_name", "tcp.stream", "tcp.srcport", "tcp.flags.syn", "tcp.flags.ack", "tcp.flags.reset",
              "http.request.uri", "http.request.method", "http2.headers.path", "http2.data.data", "tls.handshake.type",
              "_ws.expert.message", "_ws.expert.severity", "_ws.expert.group", "frame.comment")
    WARNING, SECURITY = 0x600000, 0x0a000000

    def __init__(self, path):
        self.path = path
        chosen = [option for field in self.FIELDS for option in ("-e", field)]
        text = self.tshark("-T", "fields", "-E", "separator=\x1f", "-E", "aggregator=\x1e", *chosen)
        self.packets = [dict(zip(self.FIELDS, line.split("\x1f"))) for line in text.split("\n")[:-1]]

    def tshark(self, *options):
        done = subprocess.run(["tshark", "-r", self.path, "-n", *options], capture_output=True, text=True, check=True)
        return done.stdout

    def where(self, field, value):
        """The packets in which it occurs."""
        return [packet for packet in self.packets if value in packet[field].split("\x1e")]

    def interfaces(self, field, value):
        return {packet["frame.interface_name"] for packet in self.where(field, value)}

    def streams(self, field, value):
        """By hop, the number of the TCP stream in which it occurs."""
        return {packet["frame.interface_name"]: packet["tcp.stream"] for packet in self.where(field, value)}

    def client_port(self, stream):
        [port] = {packet["tcp.srcport"] for packet in self.packets
                  if packet["tcp.stream"] == stream and packet["tcp.flags.syn"] in ("1", "True")
                  and packet["tcp.flags.ack"] in ("0", "False")}
        return port

    def followed(self, streams):
        """What each side sent, (client, server), by hop. `streams`: by hop, a protocol and a stream's number."""
        options = [option for protocol, number in streams.values()
                   for option in ("-z", f"follow,{protocol},raw,{number}")]
        sent = {}
        for part in self.tshark("-q", *options).split("Follow: ")[1:]:
            number = re.search(r"tcp\.stream eq (\d+)", part).group(1)
            first_port = re.search(r"Node 0: .*:(\d+)", part).group(1)
            sides = {"": bytearray(), "\t": bytearray()}
            for tab, digits in re.findall(r"^(\t?)([0-9a-f]+)$", part, re.M):
                sides[tab].extend(bytes.fromhex(digits))
            pair = (bytes(sides[""]), bytes(sides["\t"]))
            sent[number] = pair if first_port == self.client_port(number) else pair[::-1]
        return {hop: sent[number] for hop, (_, number) in streams.items()}

    def troubles(self):
        """What the expert says of TCP and of errors; not that the API's leg is plain, and not of the end of hoplab."""
        found = []
        for packet in self.packets:
            if "emulator-stopped" in packet["frame.comment"] or not packet["_ws.expert.severity"]:
                continue
            kinds = zip(packet["_ws.expert.message"].split("\x1e"), packet["_ws.expert.severity"].split("\x1e"),
                        packet["_ws.expert.group"].split("\x1e"))
            found += [text for text, severity, group in kinds
                      if int(severity, 0) >= self.WARNING and int(group, 0) != self.SECURITY]
        return found


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
        streams = capture.streams("http.request.uri", "/widgets")
        self.assertEqual(set(streams), {*TLS_HOPS, *PLAIN_HOPS})
        sent = capture.followed({hop: ("tls" if hop in TLS_HOPS else "tcp", number)
                                 for hop, number in streams.items()})
        for hop in TLS_HOPS:
            self.assertEqual(sent[hop], (request, answer), hop)
        for hop in PLAIN_HOPS:
            line, fields = fields_of(sent[hop][0])
            self.assertEqual(line, "GET /widgets HTTP/1.1")
            self.assertEqual(fields, [[field["name"], field["value"]] for field in received["headers"]])
            self.assertTrue(sent[hop][1].endswith(WIDGET), sent[hop])
        self.assertEqual(capture.troubles(), [])

    def test_http1_in_verify_mode(self):
        self.expect_same_bytes("verify", ssl.TLSVersion.TLSv1_3)

    def test_http1_in_passthrough_mode(self):
        self.expect_same_bytes("passthrough", ssl.TLSVersion.TLSv1_2)

    def test_http2_in_both_modes(self):
        for mode in ("verify", "passthrough"):
            with self.subTest(mode=mode):
                lab = self.lab(post(mode))
                done = curl(lab, "--http2", path="/widgets", certificate="my_client", headers=False)
                self.assertEqual(done.stdout, WIDGET, done.stderr)
                capture = self.captured(lab)
                self.assertEqual(capture.interfaces("http2.headers.path", "/widgets"), set(TLS_HOPS))
                self.assertEqual(capture.interfaces("http2.data.data", WIDGET.hex()), set(TLS_HOPS))
                self.assertEqual(capture.troubles(), [])

    def test_a_refused_certificate_is_a_reset_with_its_cause(self):
        lab = self.lab(post("verify"))
        # With TLS 1.3 the client is done before the verdict, and says this or that.
        done = curl(lab, "--tls-max", "1.2", path="/widgets", certificate="revoked")
        self.assertEqual(done.returncode, 35, done.stderr)
        capture = self.captured(lab)
        resets = [packet for packet in capture.packets
                  if packet["tcp.flags.reset"] in ("1", "True")
                  and "emulator-stopped" not in packet["frame.comment"]]
        self.assertEqual({packet["frame.interface_name"] for packet in resets}, set(TLS_HOPS))
        for packet in resets:
            self.assertIn("certificate-refused", packet["frame.comment"])
            self.assertIn("Failed:ClientCertCrlHit", packet["frame.comment"])
            if packet["frame.interface_name"] != "consumer-endpoint":
                self.assertEqual(packet["tcp.srcport"], "443")  # whom the reset came from
        self.assertEqual(set(capture.troubles()), {"Connection reset (RST)"})
        # And back again: the file is all that explain needs.
        told = json.loads(run_hoplab("explain", "--capture", self.file, "--json").stdout)
        [of_client] = [one for one in told if one["interface"] == "consumer-endpoint"]
        self.assertIn("mtls-revoked.json", [one["file"].rsplit("/", 1)[-1] for one in of_client["causes"]])

    def test_explain_opens_every_kind_of_record(self):
        kinds = {"TLS 1.3": ("--tls13-ciphers", "TLS_AES_256_GCM_SHA384"),
                 "ChaCha20": ("--tls13-ciphers", "TLS_CHACHA20_POLY1305_SHA256"),
                 "GCM": ("--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"),
                 "CBC, SHA-1": ("--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA"),
                 "CBC, SHA-384": ("--tls-max", "1.2", "--ciphers",
                                  "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384")}
        lab = self.lab(post("passthrough", "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06"))
        for kind, options in kinds.items():
            done = curl(lab, "--http1.1", *options, path="/gadgets", certificate="my_client")
            self.assertIn(b" 403 ", done.stdout, (kind, done.stderr))
        self.captured(lab)
        told = json.loads(run_hoplab("explain", "--capture", self.file, "--json").stdout)
        seen = ["\n".join(one["seen"]) for one in told if one["interface"] == "consumer-endpoint"]
        self.assertEqual(len(seen), len(kinds))
        for text in seen:
            self.assertIn("request: GET /gadgets HTTP/1.1", text)
            self.assertIn("answer: HTTP/1.1 403 Forbidden", text)

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
        streams = capture.streams("http.request.method", "POST")
        self.assertGreaterEqual(len(streams), 2)
        tls = capture.interfaces("tls.handshake.type", "1")
        sent = capture.followed({hop: ("tls" if hop in tls else "tcp", number) for hop, number in streams.items()})
        for hop, (to_service, from_service) in sent.items():
            self.assertTrue(to_service.endswith(body), hop)
            self.assertTrue(from_service.endswith(body), hop)
        # curl may go without having read the load balancer's last alert; then its kernel resets.
        self.assertLessEqual(set(capture.troubles()), {"Connection reset (RST)"})


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
