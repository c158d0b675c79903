"""A network load balancer that ends mutual TLS itself: whom it lets in and how it refuses the others, met by curl,
`openssl s_client` and Python."""

import json
import pathlib
import re
import shlex
import socket
import ssl
import subprocess
import tempfile
import unittest

from lab import DEADLINE_S, Lab, curl, listener_of, read_scenario, run_hoplab, until

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
# Each field and match type, with a value in another case where it does not count; and whom it accepts.
FILTERS = [("subject-cn", "exact", "OPERATOR", "operator"), ("subject-cn", "prefix", "oper", "operator"),
           ("subject-ou", "exact", "platform", "operator"), ("subject-ou", "prefix", "PLAT", "operator"),
           ("san-dns", "exact", "Billing.Example.com", "billing"), ("san-dns", "prefix", "BILL", "billing"),
           ("san-uri", "exact", "SPIFFE://EXAMPLE.com/prod/orders", "orders"),
           ("san-uri", "prefix", "spiffe://Example.com/prod/", "orders")]
REFUSED = {"staging": "ClientCertRejected", "somebody": "ClientCertRejected", "revoked": "ClientCertCrlHit",
           "expired": "ClientCertExpired", "untrusted": "ClientCertUntrusted", None: "UnmappedConnectionError"}


def scenario(**mutual):
    made = read_scenario("own-service-nlb.json")
    made["entry"] = "nlb"
    made["pki"]["certificates"]["billing"] = {
        "subject": "CN=b", "issuer": "private-ca", "dnsNames": ["b.example.com", "billing.example.com"]}
    listener_of(made, "nlb")["MutualAuthentication"].update(mutual)
    return made


def identity_filter(field, match_type, value):
    return {"Field": field, "MatchType": match_type, "Value": value, "Action": "accept"}


def with_a_listener_for_each_filter():
    made = scenario()
    listeners = made["LoadBalancers"]["nlb"]["Listeners"]
    first = listeners.pop()
    for port, (field, match_type, value, _) in enumerate(FILTERS, 8000):
        mutual = {**first["MutualAuthentication"],
                  "ClientCertificateIdentityFilters": [identity_filter(field, match_type, value)]}
        listeners.append({**first, "Port": port, "MutualAuthentication": mutual})
    return made


class Client:
    """Python's."""

    def __init__(self, lab, certificate, version):
        self.lab = lab
        self.context = ssl.create_default_context(cafile=lab.ca_bundle)
        self.context.minimum_version = self.context.maximum_version = VERSIONS[version]
        if certificate:
            self.context.load_cert_chain(*lab.certificate(certificate))
        self.session = None  # of the last connection
        self.resumed = False

    def get(self, address=None):
        """The status line, or the exception."""
        try:
            with socket.create_connection(address or (self.lab.address, self.lab.port), timeout=DEADLINE_S) as plain:
                with self.context.wrap_socket(plain, server_hostname=self.lab.name, session=self.session,
                                              suppress_ragged_eofs=False) as secure:
                    secure.sendall(b"GET / HTTP/1.1\r\nHost: service.example.com\r\nConnection: close\r\n\r\n")
                    got = secure.recv(65536)
                    while secure.recv(65536):
                        pass
                    self.session, self.resumed = secure.session, secure.session_reused
                    return got.split(b"\r\n")[0]
        except OSError as error:
            return error


class Filters(unittest.TestCase):
    def test_each_field_and_match_type_lets_its_clients_in_and_no_others(self):
        with Lab(with_a_listener_for_each_filter(), json_output=True) as lab:
            ports = {end["listenerPort"]: (end["address"], end["port"]) for end in lab.opening["endpoints"]}
            for port, (field, match_type, _, accepted) in enumerate(FILTERS, 8000):
                for version in VERSIONS:
                    for name in ("operator", "billing", "orders", "somebody"):
                        with self.subTest(field=field, match=match_type, version=version, client=name):
                            said = Client(lab, name, version).get(ports[port])
                            if name == accepted:
                                self.assertEqual(said, b"HTTP/1.1 200 OK")
                            else:
                                self.assertIsInstance(said, OSError)

    def test_the_case_of_a_uris_path_counts(self):
        with Lab(scenario(ClientCertificateIdentityFilters=[
                identity_filter("san-uri", "prefix", "spiffe://example.com/PROD/")])) as lab:
            self.assertIsInstance(Client(lab, "orders", "1.2").get(), OSError)
            self.assertIn("none of the listener's identity filters accepts", lab.next_end())


    def test_they_change_while_it_runs(self):
        listener = listener_of(scenario(), "nlb")
        listener["MutualAuthentication"]["ClientCertificateIdentityFilters"] = [
            identity_filter("san-dns", "exact", "b.example.com")]
        check = {"name": "another filter", "certificate": "billing", "request": {"path": "/"},
                 "expect": {"end": "reset", "verifyStatus": "Failed:ClientCertRejected"},
                 "then": [{"changes": [{"change": "PutListener", "LoadBalancer": "nlb", "Listener": listener}],
                           "request": {"path": "/"}, "expect": {"status": 200, "verifyStatus": "Success"}}]}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps({**scenario(), "checks": [check]}))
            done = run_hoplab("test", path)
            self.assertEqual(done.returncode, 0, done.stdout)


class Refusals(unittest.TestCase):
    WORDS = {"1.2": (35, rb"Recv failure: Connection reset by peer"),
             "1.3": (56, rb"Connection reset by peer|Broken pipe|not connected")}

    def test_curl(self):
        with Lab(scenario()) as lab:
            for version, (code, words) in self.WORDS.items():
                for name, status in REFUSED.items():
                    with self.subTest(version=version, certificate=name):
                        done = curl(lab, "--tls-max", version, f"--tlsv{version}", certificate=name)
                        # With TLS 1.3 it is through with the handshake, and may be writing.
                        self.assertIn(done.returncode, (code, 55) if version == "1.3" else (code,), done.stderr)
                        self.assertRegex(done.stderr, words)
                        end = lab.next_end()
                        self.assertIn(f"TLSv{version}", end)
                        self.assertIn("nlb RST at client-certificate", end)
                        self.assertIn("Failed:" + status, end)
                done = curl(lab, "--tls-max", version, f"--tlsv{version}", certificate="orders", headers=False)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertIn(b'"path"', done.stdout)
                lab.next_end()

    def s_client(self, lab, version, certificate):
        pem, key = lab.certificate(certificate)
        done = subprocess.run(["openssl", "s_client", "-connect", f"{lab.address}:{lab.port}", "-servername", lab.name,
                               "-CAfile", lab.ca_bundle, "-cert", pem, "-key", key, f"-tls{version.replace('.', '_')}",
                               "-quiet"],
                              input=b"GET / HTTP/1.0\r\n\r\n", capture_output=True, timeout=DEADLINE_S, check=False)
        lab.next_end()
        return done

    def test_openssl(self):
        with Lab(scenario()) as lab:
            for version in VERSIONS:
                with self.subTest(version):
                    self.assertIn(b"200 OK", self.s_client(lab, version, "orders").stdout)
                    refused = self.s_client(lab, version, "staging")
                    self.assertNotEqual(refused.returncode, 0)
                    self.assertEqual(refused.stdout, b"")
                    self.assertRegex(refused.stderr, rb"(read|write):errno=(104|32)")
                    self.assertNotIn(b"alert", refused.stderr)

    def test_an_alert_where_the_listener_sends_one(self):
        with Lab(scenario(refusal={"end": "alert"})) as lab:
            for version in VERSIONS:
                self.assertIn("CERTIFICATE_REVOKED", str(Client(lab, "revoked", version).get()))
                self.assertIn("CERTIFICATE_UNKNOWN", str(Client(lab, "staging", version).get()))

    def test_held_at_the_first_bytes_it_is_always_56(self):
        with Lab(scenario(refusal={"tls12": "request-headers", "tls13": "request-headers",
                                   "holdMilliseconds": 200})) as lab:
            for version in VERSIONS:
                done = curl(lab, "--tls-max", version, certificate="staging")
                self.assertEqual(done.returncode, 56, done.stderr)
                self.assertIn("RST at request-headers", lab.next_end())


class AccessLog(unittest.TestCase):
    def test_a_refused_client_has_a_line_without_handshake(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder) / "access.log"
            with Lab(scenario(), "--access-log", log) as lab:
                for version in VERSIONS:
                    for name in ("orders", *REFUSED):
                        before = log.read_text().count("\n") if log.exists() else 0
                        Client(lab, name, version).get()
                        until(lambda: log.read_text().count("\n") == before + 1, "the line is written")
                        line = shlex.split(log.read_text().splitlines()[-1])
                        with self.subTest(version=version, certificate=name):
                            self.assertEqual(len(line), 22)
                            self.assertEqual((line[0], line[1], line[17]), ("tls", "2.0", lab.name))
                            told = (line[8], line[14], line[15])  # handshake time, cipher, version
                            if name == "orders":
                                self.assertTrue(re.fullmatch(r"\d+", told[0]))
                                self.assertEqual(told[2], f"tlsv{version.replace('.', '')}")
                            else:
                                self.assertEqual(told, ("-", "-", "-"))


class Resumption(unittest.TestCase):
    def test_no_session_skips_the_judgement(self):
        with Lab(scenario()) as lab:
            for version in VERSIONS:
                with self.subTest(version):
                    client = Client(lab, "orders", version)
                    for _ in range(3):
                        self.assertEqual(client.get(), b"HTTP/1.1 200 OK")
                        self.assertFalse(client.resumed)
                        self.assertIn("TLSv" + version, lab.next_end())

    def test_who_is_revoked_meanwhile_is_refused_whatever_it_brings_along(self):
        for version in VERSIONS:
            with self.subTest(version), Lab(scenario()) as lab:
                client = Client(lab, "orders", version)
                self.assertEqual(client.get(), b"HTTP/1.1 200 OK")
                run_hoplab("ctl", "--admin", lab.env["HOPLAB_ADMIN"], "revoke", "orders").check_returncode()
                self.assertIsInstance(client.get(), OSError)

    def test_without_mutual_tls_the_same_client_resumes(self):
        made = scenario()
        del listener_of(made, "nlb")["MutualAuthentication"], made["checks"]
        with Lab(made) as lab:
            for version in VERSIONS:
                with self.subTest(version):
                    client = Client(lab, None, version)
                    client.get()
                    client.get()
                    self.assertTrue(client.resumed)


if __name__ == "__main__":
    unittest.main()
