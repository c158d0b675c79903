"""How and when a listener tells a client that its certificate is refused, and what it logs of it."""

import re
import socket
import ssl
import unittest

from lab import DEADLINE_S, SCENARIOS, Lab, curl, listener_of, read_scenario

POLICIES = {"1.2": None, "1.3": "ELBSecurityPolicy-TLS13-1-2-2021-06"}


def scenario(tls, **refusal):
    made = read_scenario("private-api-mtls.json")
    listener = listener_of(made, "alb")
    if POLICIES[tls]:
        listener["SslPolicy"] = POLICIES[tls]
    if refusal:
        listener["MutualAuthentication"]["refusal"] = refusal
    return made


def talk(lab, certificate, request=b"GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n"):
    """What Python's ssl makes of it: the answer, or the exception."""
    context = ssl.create_default_context(cafile=lab.ca_bundle)
    if certificate:
        context.load_cert_chain(*lab.certificate(certificate))
    try:
        with socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S) as plain:
            with context.wrap_socket(plain, server_hostname=lab.name) as secure:
                secure.sendall(request)
                return secure.recv(65536)
    except OSError as error:
        return error


class Alert(unittest.TestCase):
    EXPECTED = {"revoked": "CERTIFICATE_REVOKED", "expired": "CERTIFICATE_EXPIRED",
                "not_yet_valid": "CERTIFICATE_EXPIRED", "untrusted": "CERTIFICATE_UNKNOWN",
                "self_signed": "CERTIFICATE_UNKNOWN"}

    def test_tls_1_2_names_what_is_wrong(self):
        with Lab(scenario("1.2", end="alert")) as lab:
            for certificate, alert in self.EXPECTED.items():
                with self.subTest(certificate):
                    said = talk(lab, certificate)
                    self.assertIsInstance(said, ssl.SSLError)
                    self.assertIn("ALERT_" + alert, str(said))
                    self.assertIn("FIN at client-certificate", lab.next_end())
            self.assertIn("ALERT_HANDSHAKE_FAILURE", str(talk(lab, None)))

    def test_tls_1_3_says_so_in_answer_to_the_request(self):
        with Lab(scenario("1.3", end="alert")) as lab:
            for certificate, alert in self.EXPECTED.items():
                with self.subTest(certificate):
                    self.assertIn("ALERT_" + alert, str(talk(lab, certificate)))
            self.assertIn("CERTIFICATE_REQUIRED", str(talk(lab, None)))

    def test_the_good_client_is_served(self):
        with Lab(scenario("1.2", end="alert")) as lab:
            self.assertTrue(talk(lab, "my_client").startswith(b"HTTP/1.1 200 OK"))


class Fin(unittest.TestCase):
    def test_the_client_meets_an_end_of_file_in_its_handshake(self):
        with Lab(scenario("1.2", end="fin")) as lab:
            for certificate in ("revoked", None):
                said = talk(lab, certificate)
                # Which of the two is told depends on what the client was about to do.
                self.assertIsInstance(said, (ssl.SSLEOFError, ssl.SSLZeroReturnError))
                self.assertIn("FIN at client-certificate", lab.next_end())


class LaterStages(unittest.TestCase):
    def always(self, tls, certificate, code, words, stage, **refusal):
        with Lab(scenario(tls, **refusal)) as lab:
            for _ in range(5):
                done = curl(lab, path="/widgets", certificate=certificate)
                self.assertEqual((done.returncode, done.stdout), (code, b""), done.stderr)
                self.assertIn(words, done.stderr)
                self.assertIn("RST at " + stage, lab.next_end())
            done = curl(lab, path="/widgets", certificate="my_client", headers=False)
            self.assertEqual(done.stdout, b'{"id":"1","value":"4.99"}')

    def test_tls_1_3_held_at_the_request_is_always_56(self):
        for certificate in ("revoked", None):
            self.always("1.3", certificate, 56, b"Recv failure: Connection reset by peer",
                        "request-headers", tls13="request-headers", holdMilliseconds=200)

    def test_tls_1_2_held_at_the_request(self):
        for certificate in ("revoked", None):
            self.always("1.2", certificate, 56, b"Recv failure: Connection reset by peer",
                        "request-headers", tls12="request-headers", holdMilliseconds=200)

    def test_the_other_version_keeps_its_stage(self):
        self.always("1.2", "revoked", 35, b"Recv failure: Connection reset by peer",
                    "client-certificate", tls13="request-headers")
        self.always("1.2", None, 35, b"Recv failure: Connection reset by peer",
                    "client-certificate", tls13="request-headers")

    def test_a_fin_after_the_request(self):
        with Lab(scenario("1.3", end="fin", tls13="request-headers")) as lab:
            self.assertEqual(talk(lab, "revoked"), b"")


class Hold(unittest.TestCase):
    def test_who_is_held_and_goes_has_ended_it_himself(self):
        with Lab(scenario("1.3", tls13="request-headers", holdMilliseconds=3600000)) as lab:
            context = ssl.create_default_context(cafile=lab.ca_bundle)
            context.load_cert_chain(*lab.certificate("revoked"))
            with socket.create_connection((lab.address, lab.port), timeout=DEADLINE_S) as plain:
                with context.wrap_socket(plain, server_hostname=lab.name) as secure:
                    secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
            end = lab.next_end()
            self.assertIn("FIN at request-headers", end)
            self.assertIn("Failed:ClientCertCrlHit", end)

    def test_a_held_client_is_reset_when_the_time_is_over(self):
        with Lab(scenario("1.2", holdMilliseconds=50)) as lab:
            done = curl(lab, path="/widgets", certificate="revoked")
            self.assertEqual(done.returncode, 35, done.stderr)
            self.assertIn("RST at client-certificate", lab.next_end())


class ConnectionLog(unittest.TestCase):
    STATUS = {"my_client": "Success", "untrusted": "Failed:ClientCertUntrusted",
              "expired": "Failed:ClientCertExpired", "not_yet_valid": "Failed:ClientCertNotYetValid",
              "revoked": "Failed:ClientCertCrlHit", "self_signed": "Failed:ClientCertUntrusted",
              "wrong_purpose": "Failed:ClientCertPurposeInvalid",
              None: "Failed:UnmappedConnectionError"}
    LINE = re.compile(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z 127\.\d+\.\d+\.\d+ \d+ 443 (?P<protocol>\S+) "
        r"(?P<cipher>\S+) (?P<latency>\d+\.\d{3}|-) \"(?P<subject>[^\"]*)\" (?P<validity>\S+) "
        r"(?P<serial>\S+) (?P<status>\S+) TID_[0-9a-f]{32} (?P<kx>\S+) app/alb/[0-9a-f]{16} "
        r"127\.\d+\.\d+\.\d+")

    def lines(self, tls):
        with Lab(scenario(tls), "--connection-log", "conn.log") as lab:
            for certificate in self.STATUS:
                curl(lab, path="/widgets", certificate=certificate)
                lab.next_end()
            with open("conn.log", encoding="utf-8") as log:
                # The first lines are the network load balancer's health checks.
                clients = log.readlines()[-len(self.STATUS):]
                return [self.LINE.fullmatch(line.rstrip("\n")) for line in clients]

    def check(self, tls, protocol, cipher):
        lines = self.lines(tls)
        self.assertEqual(len(lines), len(self.STATUS))
        for (certificate, status), line in zip(self.STATUS.items(), lines):
            with self.subTest(certificate):
                self.assertIsNotNone(line)
                self.assertEqual(line["status"], status)
                self.assertEqual((line["protocol"], line["cipher"], line["kx"]),
                                 (protocol, cipher, "x25519"))
                self.assertEqual(line["latency"] == "-", certificate != "my_client")
                if certificate:
                    self.assertEqual(line["subject"], f"CN={certificate},O=Example")
                    self.assertRegex(line["validity"], r"NotBefore=\S+Z;NotAfter=\S+Z")
                    self.assertRegex(line["serial"], r"([0-9A-F]{2})+")
                else:
                    self.assertEqual([line[f] for f in ("subject", "validity", "serial")], ["-"] * 3)

    def setUp(self):
        import os
        import tempfile
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder.name)

    def test_tls_1_2(self):
        self.check("1.2", "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256")

    def test_tls_1_3(self):
        self.check("1.3", "TLSv1.3", "TLS_AES_128_GCM_SHA256")

    def test_a_log_that_cannot_be_written_is_said_before_anything_listens(self):
        with self.assertRaisesRegex(RuntimeError, "cannot write /no/such/folder/conn.log"):
            Lab(SCENARIOS / "private-api-mtls.json", "--connection-log", "/no/such/folder/conn.log")


if __name__ == "__main__":
    unittest.main()
