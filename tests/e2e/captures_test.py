"""explain --capture: captures made by tcpdump of real servers that reset, end, stall, alert or do not answer."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

from lab import ROOT, run_hoplab, until
from packets import Packets, can_capture

ENDS = ROOT / "tests" / "e2e" / "peers" / "ends.mjs"
NAME = "api.example.com"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return holder.getsockname()[1]


def is_listening(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def process(command, port):
    started = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: is_listening(port), f"{command[0]} listens")
        yield port
    finally:
        started.terminate()
        started.wait()


@contextlib.contextmanager
def node(mode, folder):
    with subprocess.Popen(["node", str(ENDS), mode, str(folder)], stdout=subprocess.PIPE, text=True) as started:
        try:
            yield int(started.stdout.readline())
        finally:
            started.terminate()


@contextlib.contextmanager
def nginx(location, folder, more="", server=""):
    port = free_port()
    with tempfile.TemporaryDirectory() as own:
        paths = "".join(f"{kind}_temp_path {own}/{kind}; "
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        tls = f"ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;" if server else ""
        pathlib.Path(own, "nginx.conf").write_text(f"""daemon off; pid {own}/pid; error_log {own}/error.log;
events {{}}
http {{ access_log off; {paths} {more}
  server {{ listen 127.0.0.1:{port} {"ssl" if server else ""}; {tls} {server} location / {{ {location} }} }} }}
""", encoding="ascii")
        with process(["nginx", "-c", f"{own}/nginx.conf", "-p", own], port):
            yield port


@contextlib.contextmanager
def haproxy(lines, _folder, more=""):
    port = free_port()
    with tempfile.TemporaryDirectory() as own:
        pathlib.Path(own, "haproxy.cfg").write_text(f"""defaults
  timeout connect 1s
  timeout client 60s
  timeout server 60s
{more}
frontend in
  bind 127.0.0.1:{port}
{lines}
""", encoding="ascii")
        with process(["haproxy", "-db", "-f", f"{own}/haproxy.cfg"], port):
            yield port


@contextlib.contextmanager
def nobody(_folder):
    yield free_port()


@contextlib.contextmanager
def full_backlog(_folder):
    """Its one place is taken: the kernel answers no other SYN."""
    with socket.socket() as listening, contextlib.ExitStack() as held:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        for _ in range(2):
            one = held.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(address)
        yield address[1]


def curl(*options, url="https"):
    """A client: curl by the API's name."""
    def ask(port, folder):
        subprocess.run(["curl", "--silent", "--show-error", "--output", os.devnull, "--max-time", "20", "--cacert",
                        f"{folder}/ca.pem", "--connect-to", f"{NAME}:{port}:127.0.0.1:{port}", *options,
                        f"{url}://{NAME}:{port}/"], capture_output=True, check=False, timeout=60)
    return ask


def waits_for_the_end(port, _folder):
    """A client whose connection was used once and is kept until the server ends it."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
        while connection.recv(65536):
            pass


GIVES_UP = ("--max-time", "1.2")
# What happens: the server, the client, the cases of which one is to be among three, and who ended it.
SITUATIONS = {
    "nobody listens": (nobody, curl(), ["node-replaced", "target-refused"], None),
    "a SYN that nobody answers": (full_backlog, curl(*GIVES_UP), ["endpoint-not-accepted"], None),
    "Node resets at the ClientHello": (lambda f: node("reset-at-hello", f), curl(),
                                       ["mtls-refused-tls12", "tls-version", "tls-to-plain-target"], "server"),
    "Node closes at the ClientHello": (lambda f: node("close-at-hello", f), curl(),
                                       ["tls-listener-handshake", "proxy-protocol-missing"], "server"),
    "Node says nothing to the ClientHello": (lambda f: node("hang", f), curl(*GIVES_UP), ["hello-dropped"], "client"),
    "Node wants a certificate, TLS 1.2": (lambda f: node("mutual", f), curl("--tls-max", "1.2"),
                                          ["mtls-no-certificate", "mtls-refused-tls12"], "server"),
    "Node wants a certificate, TLS 1.3": (lambda f: node("mutual", f), curl("--tlsv1.3"),
                                          ["mtls-no-certificate"], "server"),
    "Node has TLS 1.3 only": (lambda f: node("tls-1.3", f), curl("--tls-max", "1.2"), ["tls-version"], "server"),
    "Node resets at the request, TLS 1.3": (lambda f: node("reset", f), curl("--tlsv1.3"),
                                            ["nlb-target-reset", "mtls-refused-tls13"], "server"),
    "Node resets at the request, TLS 1.2": (lambda f: node("reset", f), curl("--tls-max", "1.2"),
                                            ["nlb-target-reset"], "server"),
    "Node talks no TLS": (lambda f: node("plain", f), curl(), ["tls-to-plain-target"], None),
    "Node never answers": (lambda f: node("silent", f), curl(*GIVES_UP, url="http"), ["client-gave-up"], "client"),
    "Node closes without an answer": (lambda f: node("close", f), curl(url="http"),
                                      ["nlb-target-closed", "alb-idle"], "server"),
    "Node closes in the middle": (lambda f: node("half-closed", f), curl(url="http"),
                                  ["target-closes-mid-body"], "server"),
    "Node resets in the middle": (lambda f: node("half-reset", f), curl(url="http"),
                                  ["target-closes-mid-body", "target-stops-mid-body", "nlb-target-reset"], "server"),
    "Node stops in the middle": (lambda f: node("stall", f), curl(*GIVES_UP, url="http"),
                                 ["target-stops-mid-body"], "client"),
    "nginx closes without an answer": (lambda f: nginx("return 444;", f), curl(url="http"),
                                       ["nlb-target-closed", "alb-idle"], "server"),
    "nginx ends an idle connection": (lambda f: nginx("return 200 ok;", f, "keepalive_timeout 4s;"),
                                      waits_for_the_end, ["alb-idle"], "server"),
    "nginx has TLS 1.3 only": (lambda f: nginx("return 200 ok;", f, server="ssl_protocols TLSv1.3;"),
                               curl("--tls-max", "1.2"), ["tls-version"], "server"),
    "the client does not trust nginx": (lambda f: nginx("return 200 ok;", f, server="ssl_protocols TLSv1.2;"),
                                        curl("--cacert", "/etc/ssl/certs/ca-certificates.crt"), ["wrong-name"],
                                        "client"),
    "nginx's upstream refuses": (lambda f: nginx(f"proxy_pass http://127.0.0.1:{free_port()};", f),
                                 curl(url="http"), ["target-refused", "target-reset"], None),
    "HAProxy has no server": (lambda f: haproxy("  mode http\n  default_backend none\nbackend none\n  mode http", f),
                              curl(url="http"), ["no-target"], None),
    "HAProxy waits for the request": (lambda f: haproxy("  mode http\n  timeout http-request 1s", f),
                                      lambda port, _: half_a_request(port), ["request-timeout"], None),
    "HAProxy rejects at the first bytes": (
        lambda f: haproxy("  mode tcp\n  tcp-request inspect-delay 5s\n"
                          "  tcp-request content reject if { req.len gt 0 }", f), curl(),
        ["tls-listener-handshake", "proxy-protocol-missing", "mtls-refused-tls12", "tls-version"], "server"),
}


def half_a_request(port):
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: api.example.com\r\n")
        while connection.recv(65536):
            pass


@unittest.skipUnless(can_capture("node", "nginx", "haproxy") or os.environ.get("CI"),
                     "needs root, tcpdump and the servers")
class Captures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pki = pathlib.Path(cls.folder.name) / "pki"
        done = run_hoplab("pki", "--out", cls.pki)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def explained(self, name):
        server, client, _, _ = SITUATIONS[name]
        capture = pathlib.Path(self.folder.name) / (name.replace(" ", "-") + ".pcap")
        with server(self.pki) as port, Packets(port) as packets:
            client(port, self.pki)
            packets.save(capture)
        done = run_hoplab("explain", "--capture", capture, "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def test_real_servers_are_blamed_rightly(self):
        for name, (_, _, cases, ended_by) in SITUATIONS.items():
            with self.subTest(name):
                connections = self.explained(name)
                self.assertTrue(connections, "nothing was told")
                told = connections[-1]
                files = [pathlib.Path(cause.get("file", "")).stem for cause in told["causes"]]
                self.assertTrue(set(files) & set(cases), (files, told))
                if ended_by:
                    self.assertIn(f"the {ended_by} ", told["end"])

    def test_what_was_seen_is_reproduced(self):
        own = pathlib.Path(self.folder.name) / "seen.json"
        capture = pathlib.Path(self.folder.name) / "idle.pcap"
        with nginx("return 200 ok;", self.pki, "keepalive_timeout 4s;") as port, Packets(port) as packets:
            waits_for_the_end(port, self.pki)
            packets.save(capture)
        done = run_hoplab("reproduce", "--capture", capture, "--out", own)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("as seen: the timeout is 4s\n", done.stdout)
        tested = run_hoplab("test", own)
        self.assertEqual(tested.returncode, 0, tested.stdout)
        self.assertIn("after 5 s", tested.stdout)
        again = run_hoplab("reproduce", "--capture", capture, "--out", own)
        self.assertEqual((again.returncode, "--force writes over it" in again.stderr), (2, True))
        reset = "java.net.SocketException: Connection reset"
        done = run_hoplab("reproduce", reset, "--after", "10m", "--out", own, "--force")
        self.assertIn("as seen: checks wait for 600s\n", done.stdout)
        self.assertEqual(run_hoplab("test", own).returncode, 0)
        unknown = run_hoplab("reproduce", "the weather in Paris", "--out", own, "--force")
        self.assertEqual((unknown.returncode, "I do not know" in unknown.stderr), (2, True))

    def test_what_ends_in_order_needs_no_cause(self):
        capture = pathlib.Path(self.folder.name) / "ordinary.pcap"
        with node("ok", self.pki) as port, Packets(port) as packets:
            curl()(port, self.pki)
            packets.save(capture)
        done = run_hoplab("explain", "--capture", capture)
        self.assertEqual((done.returncode, done.stdout), (1, "1 connection; 0 did not end in order\n"))

    def test_what_is_no_capture_is_refused(self):
        done = run_hoplab("explain", "--capture", ENDS)
        self.assertEqual(done.returncode, 2)
        self.assertIn("neither a pcap nor a pcapng file", done.stderr)


if __name__ == "__main__":
    unittest.main()
